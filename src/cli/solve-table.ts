import type { SolveDocument } from './solve-document';
import { pointsText, textTable } from './table';

/** The document for people: a line a path, then the vote and the rate. */
export function solveTable(document: SolveDocument): string {
  const { paths, vote, timing, settings } = document;
  const rows = paths.map(({ index, answer, stability, z, weight, tokens, finish, status }) => [
    String(index),
    answer ?? '–',
    decimal(stability),
    decimal(z),
    decimal(weight),
    String(tokens),
    finish,
    status,
  ]);
  const pool = paths.filter(({ status }) => status !== 'no-answer').length;
  const kept = paths.filter(({ status }) => status === 'kept').length;
  const gate = vote.threshold === null ? 'no gate' : `gate ${decimal(vote.threshold)} nats`;
  const model = document.adapter === null ? document.model : `${document.model} + ${document.adapter}`;
  return [
    document.problem,
    ...(document.wording === null ? [] : [`Read as: ${document.wording}`]),
    `${model} · ${document.engine} on ${document.device} · ${settings.paths} paths, seed ${document.seed}`,
    '',
    textTable([['path', 'answer', 's', 'z', 'w', 'tokens', 'finish', 'status'], ...rows]),
    '',
    `Answer: ${vote.answer ?? 'none'} (by ${vote.rule}: ${reasonText(vote)})`,
    vote.sasc === null
      ? 'SASC: no answer'
      : `SASC: ${vote.sasc}, share ${decimal(vote.share, 2)} (${gate}: ${kept} of ${pool} kept)`,
    vote.majority === null ? 'Majority: no answer' : `Majority: ${vote.majority}, ${vote.majorityCount} of ${pool}`,
    `${timing.tokens} tokens in ${seconds(timing.decodeMs)} (${timing.tokensPerSecond.toFixed(0)} a second), ` +
      `loaded in ${seconds(timing.loadMs)}`,
  ].join('\n');
}

/** Why the answer is decided by this rule. */
function reasonText({ reason, lead }: SolveDocument['vote']): string {
  const sentences: Record<SolveDocument['vote']['reason'], string> = {
    chosen: 'chosen',
    measured:
      lead === null
        ? 'measured best for this model'
        : `measured best for this model, ${pointsText(lead)} points over the majority`,
    'none-better': 'no rule was measured to be better than the majority for this model',
    agree: 'nothing is measured for this model; SASC and the majority agree',
    differ: 'nothing is measured for this model; SASC and the majority differ',
    lacking: 'the chosen rule lacks data here',
  };
  return sentences[reason];
}

function decimal(value: number | null, digits = 3): string {
  return value === null ? '–' : value.toFixed(digits);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
