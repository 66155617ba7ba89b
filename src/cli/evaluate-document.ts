import type { Against } from '../evaluate/against';
import { type EvaluationDocument, FEW_PROBLEMS } from '../evaluate/document';
import type { Accuracy } from '../evaluate/report';
import { pointsText, textTable } from './table';

/** The document for people. */
export function evaluationTable(document: EvaluationDocument): string {
  const { model, adapter, device, problems, paths, unjudged, errors, missing, greedy, passAtK, detectable } = document;
  const head = `${model}${adapter === null ? '' : ` + ${adapter}`} on ${device} · ${problems} problems × ${paths} paths`;
  const others = [
    problems > 0 && problems < FEW_PROBLEMS ? `fewer than ${FEW_PROBLEMS} problems: the intervals say little` : '',
    unjudged > 0 ? `${unjudged} without a known answer` : '',
    errors.length > 0 ? `${errors.length} could not be sampled (${errors[0]?.id}: ${errors[0]?.error})` : '',
    missing > 0 ? `${missing} not reached` : '',
  ].filter((part) => part !== '');
  if (problems === 0)
    return [head, ...others, 'No problem has a known answer and paths: nothing can be judged.'].join('\n');
  return [
    [head, ...others].join(' · '),
    `pass@1 ${percent(passAtK['1'] ?? NaN)}   pass@${paths} ${percent(passAtK[String(paths)] ?? NaN)}   greedy path ${greedy === null ? 'not sampled (--greedy)' : accuracyText(greedy)}`,
    '',
    ruleTable(document),
    detectable === null
      ? ''
      : `So many problems would show a lead of about ${percent(detectable)} points (80 % power).`,
    '',
    signalTable(document),
    '',
    labelTable(document),
    ...againstLines(document.against),
  ].join('\n');
}

function ruleTable({ rules }: EvaluationDocument): string {
  return textTable([
    ['right, %', '', 'over majority', 'won:lost', 'p'],
    ...Object.entries(rules).map(([name, { vsMajority, ...own }]) =>
      name === 'majority'
        ? [name, accuracyText(own), '', '', '']
        : [
            name,
            accuracyText(own),
            changeText(vsMajority),
            `${vsMajority.wins}:${vsMajority.losses}`,
            vsMajority.p.toFixed(4),
          ],
    ),
  ]);
}

function signalTable({ signals }: EvaluationDocument): string {
  return textTable([
    ['right path before wrong one, %', '', 'P(right) by rank, best first, %'],
    ...Object.entries(signals).map(([name, { discrimination, rightByRank }]) => [
      name,
      discrimination === null ? '–' : accuracyText(discrimination),
      rightByRank.map((share) => (100 * share).toFixed(0)).join(' '),
    ]),
  ]);
}

function labelTable({ labels }: EvaluationDocument): string {
  return textTable([
    ['paths that agree', 'problems', 'majority right, %', 'rewards right, %'],
    ...labels.map(({ share: [from, to], problems, labelRight, rewardRight }) => [
      `${percent(from, 0)} to ${percent(to, 0)} %`,
      String(problems),
      percent(labelRight),
      percent(rewardRight),
    ]),
  ]);
}

function againstLines(against: Against | null): string[] {
  if (against === null) return [];
  const { problems, passAt1, majority, learned, unlearned } = against;
  const ids = (name: string, list: readonly string[]): string[] =>
    list.length === 0 ? [] : [`${name}: ${list.join(', ')}`];
  return [
    '',
    `Against the other log, on ${problems} problems: pass@1 ${percent(passAt1.before)} → ${percent(passAt1.now)} (${changeText(passAt1)}), ` +
      `majority ${percent(majority.before)} → ${percent(majority.now)} (${changeText(majority)}, ${majority.wins}:${majority.losses}, p ${majority.p.toFixed(4)})`,
    ...ids('Learned', learned),
    ...ids('Unlearned', unlearned),
  ];
}

function accuracyText({ accuracy, ci95: [low, high] }: Accuracy): string {
  return `${percent(accuracy)} [${percent(low)}, ${percent(high)}]`;
}

function changeText({ difference: value, ci95: [low, high] }: Pick<Against['passAt1'], 'difference' | 'ci95'>): string {
  return pointsText({ value, low, high });
}

function percent(share: number, digits = 1): string {
  return (100 * share).toFixed(digits);
}
