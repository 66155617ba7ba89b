import { electsRight, type RuleId, type RulePath, type RuleSettings } from './rules';
import {
  bootstrapInterval,
  mcnemar,
  meanEstimate,
  pairsAbove,
  pooledDiscrimination,
  type Estimate,
  type Pairs,
} from './statistics';
import { subsets } from './subsets';

/** A rule with its settings, to be compared. */
export interface Entrant {
  readonly name: string;
  readonly rule: RuleId;
  readonly settings?: Partial<RuleSettings>;
}

/** A rule beside the majority, on the same sets of paths. Shares of problems, 0 … 1, with intervals over problems. */
export interface Compared {
  readonly right: Estimate;
  readonly overMajority: Estimate;
  /** On the first N recorded paths alone: problems that only one of the two answers correctly, and McNemar's exact p. */
  readonly mcnemar: { readonly onlyRule: number; readonly onlyMajority: number; readonly p: number };
}

/**
 * How often each rule is right with `size` paths a problem, over the same sets of the recorded ones for all of them.
 * @param problems paths with `correct` known
 */
export function compareRules(
  problems: readonly (readonly RulePath[])[],
  entrants: readonly Entrant[],
  size: number,
  { seed = 1, most = 50 } = {},
): Readonly<Record<string, Compared>> {
  const samples = problems.map((paths) => {
    const sets = [paths.slice(0, size)];
    // Where only one set exists it is the first paths.
    if (size < paths.length) sets.push(...subsets(paths.length, size, { seed, most }).map((set) => pick(paths, set)));
    return sets;
  });
  const hitsOf = ({ rule, settings = {} }: Entrant): number[][] =>
    samples.map((sets) => sets.map((set) => Number(electsRight(rule, set, settings))));
  const majority = hitsOf({ name: '', rule: 'majority' });
  return Object.fromEntries(entrants.map((entrant) => [entrant.name, compared(hitsOf(entrant), majority, seed)]));
}

/** @param hits [problems][sets] 1: right; the first set is the first paths, and stands alone or beside the drawn ones */
function compared(hits: readonly number[][], majority: readonly number[][], seed: number): Compared {
  const rate = (sets: readonly number[] = []): number => {
    const drawn = sets.length > 1 ? sets.slice(1) : sets;
    return drawn.reduce((sum, hit) => sum + hit, 0) / drawn.length;
  };
  const first = hits.map(([hit = 0], i) => hit - (majority[i]?.[0] ?? 0));
  const onlyRule = first.filter((difference) => difference > 0).length;
  const onlyMajority = first.filter((difference) => difference < 0).length;
  return {
    right: meanEstimate(hits.map(rate), seed),
    overMajority: meanEstimate(
      hits.map((sets, i) => rate(sets) - rate(majority[i])),
      seed,
    ),
    mcnemar: { onlyRule, onlyMajority, p: mcnemar(onlyRule, onlyMajority) },
  };
}

/** One figure of a path whose answer is judged; less is better. */
export interface Ranked {
  readonly figure: number;
  readonly correct: boolean;
}

/**
 * Within-problem discrimination of a signal: the share of pairs of a right and a wrong path of one problem in which the
 * right one has the better figure, over all problems; null without pairs.
 */
export function discriminationOf(problems: readonly (readonly Ranked[])[], seed = 1): Estimate | null {
  const pairs = problems.map((paths) => pairsAbove(figures(paths, false), figures(paths, true)));
  const pooled = (sample: readonly Pairs[]): number => pooledDiscrimination(sample)?.share ?? NaN;
  const withPairs = pairs.filter((one) => one.pairs > 0);
  return withPairs.length === 0
    ? null
    : { value: pooled(withPairs), ...bootstrapInterval(withPairs, pooled, { seed }) };
}

/** P(right) of the path with the best figure, the second best …; equal figures share the ranks that they take. */
export function rightByRank(problems: readonly (readonly Ranked[])[]): number[] {
  return sharesByRank(problems).map((shares) => shares.reduce((sum, share) => sum + share, 0) / shares.length);
}

/** The same with intervals over the problems that have so many judged paths. */
export function rightByRankEstimates(problems: readonly (readonly Ranked[])[], seed = 1): Estimate[] {
  return sharesByRank(problems).map((shares) => meanEstimate(shares, seed));
}

/** @returns [ranks][problems] the share of right paths among those found at the rank */
function sharesByRank(problems: readonly (readonly Ranked[])[]): number[][] {
  const byRank: number[][] = [];
  for (const paths of problems) {
    rankedShares(paths).forEach((share, rank) => (byRank[rank] ??= []).push(share));
  }
  return byRank;
}

/** Of each rank, the share of right paths among those with the figure that is found there. */
function rankedShares(paths: readonly Ranked[]): number[] {
  const sorted = paths.toSorted((a, b) => a.figure - b.figure);
  return sorted.map(({ figure }) => {
    const equals = sorted.filter((other) => other.figure === figure);
    return equals.filter(({ correct }) => correct).length / equals.length;
  });
}

function figures(paths: readonly Ranked[], isRight: boolean): number[] {
  return paths.flatMap(({ figure, correct }) => (correct === isRight ? [figure] : []));
}

function pick<Path>(paths: readonly Path[], set: readonly number[]): Path[] {
  return set.map((i) => paths[i] as Path);
}
