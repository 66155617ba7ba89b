import { vote } from '../../method/vote';
import type { PathStatus, VoteOutcome } from '../../method/vote-types';
import { readOptions } from './run-schema';
import { RUN_LINKS, type SharedDocument, type WrittenShare } from './share-schema';
import { parseVersioned } from './versioned';

/** Digits of the stabilities, as many as fit: first the usual ones, then those for paths that lie very near the gate. */
const DIGITS = [6, 5, 4, 3, 9, 12] as const;

/**
 * What a link leaves out to fit a code of few squares: whatever a vote does not need, and digits of the stabilities. In
 * each of them the gate keeps the same paths as in the run. The preferred one first; the last one, exact, is always there.
 * @param base that `RUN_LINKS` reads, but for a problem that may be too long; otherwise there are none
 */
export function compactBases(base: WrittenShare): WrittenShare[] {
  const [model, engine, , adapter] = base.by;
  const by: WrittenShare['by'] = [model, engine, '', adapter];
  const exact: WrittenShare = { ...base, id: undefined, mean: undefined, times: undefined, by };
  const before = outcomeOf(exact)?.paths.map(({ status }) => status);
  if (before === undefined) return [];
  const rounded = DIGITS.map((digits) => withGate(withDigits(exact, before, digits), before, digits));
  const isSame = (candidate: WrittenShare): boolean =>
    outcomeOf(candidate)?.paths.every(({ status }, i) => status === before[i]) === true;
  return [...rounded.filter(isSame), exact];
}

/** Survivors are rounded down and filtered paths up, so that no two of them meet at the gate. */
function withDigits(base: WrittenShare, statuses: readonly PathStatus[], digits: number): WrittenShare {
  const roundings = { kept: Math.min, gated: Math.max, 'no-answer': (_: number, near: number) => near };
  const s = base.s.map((exact, i) => {
    if (exact === null) return null;
    const near = shortened(exact, digits);
    const unit = 10 ** (Math.floor(Math.log10(exact)) + 1 - digits);
    const beyond = shortened(near + (near > exact ? -unit : unit), digits);
    return near === exact ? exact : Math.max(0, roundings[statuses[i] ?? 'no-answer'](beyond, near));
  });
  return { ...base, s };
}

/** With a threshold of as few digits as lie between survivors and filtered paths, where the user has set one. */
function withGate(base: WrittenShare, statuses: readonly PathStatus[], digits: number): WrittenShare {
  const threshold = base.rules?.threshold;
  const votes = outcomeOf(base)?.paths;
  if (typeof threshold !== 'number' || votes === undefined) return base;
  // Where lengths are taken out, the gate is compared with other figures than s, and rounding moves all of them.
  const of = (status: PathStatus): number[] =>
    votes.flatMap(({ stability }, i) => (statuses[i] === status && stability !== null ? [stability] : []));
  const least = of('kept').reduce((a, b) => Math.max(a, b), -Infinity);
  const most = of('gated').reduce((a, b) => Math.min(a, b), Infinity);
  const wanted = [threshold, least, (least + most) / 2].filter(Number.isFinite);
  const candidates = wanted.flatMap((value) => [
    ...Array.from({ length: 17 - digits }, (_, i) => shortened(value, digits + i)),
    value,
  ]);
  const gate = candidates.find((value) => least <= value && value < most);
  return gate === undefined ? base : { ...base, rules: { ...base.rules, threshold: gate } };
}

/** The vote of whoever opens it; null: it cannot be opened, even with a shorter problem. */
function outcomeOf(base: WrittenShare): VoteOutcome | null {
  const parsed = parseVersioned(RUN_LINKS, { ...base, problem: '' });
  return parsed.ok ? voteOf(parsed.value) : null;
}

function voteOf({ answer, s, tokens, rules }: SharedDocument): VoteOutcome {
  const inputs = s.map((stability, i) => {
    const group = answer[i] ?? -1;
    return { group: group < 0 ? null : group, stability, tokens: tokens[i] };
  });
  return vote(inputs, readOptions(rules));
}

function shortened(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
