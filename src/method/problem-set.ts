import { RULES, type RuleId } from './rules';
import { bootstrapInterval, discrimination, passAtK, type Interval } from './statistics';
import type { VoteInput } from './vote-types';
import { vote } from './vote';

/** A sampled path of a problem whose correct answer is known. */
interface JudgedVotePath extends VoteInput {
  readonly correct: boolean;
  /** Generated tokens. */
  readonly tokens: number;
}

export type JudgedProblem = readonly JudgedVotePath[];

/** A figure over problems, with its 95 % bootstrap interval over problems. */
export interface Estimate extends Interval {
  readonly value: number;
}

/** Every rate is a fraction of problems, 0 … 1. */
export interface ProblemSetFigures {
  readonly problems: number;
  /** n: paths a problem. */
  readonly paths: number;
  /** Mean share of right paths. */
  readonly passAt1: Estimate;
  /** Problems with a right path among the n. */
  readonly passAtN: Estimate;
  /** Problems that each rule answers rightly; no elected answer is a wrong one. */
  readonly rules: Readonly<Record<RuleId, Estimate>>;
  /** Each rule less majority, on the same problems. */
  readonly overMajority: Readonly<Record<RuleId, Estimate>>;
  /** Share of (right, wrong) pairs of paths of one problem in which the right one is steadier; null without such pairs. */
  readonly discrimination: Estimate | null;
  /** Mean generated tokens; null without such paths. A path without answer is a wrong one. */
  readonly meanTokens: { readonly right: number | null; readonly wrong: number | null };
  /** Share of paths without an answer. */
  readonly noAnswer: number;
}

interface Outcome {
  readonly right: number;
  readonly count: number;
  readonly hits: Readonly<Record<RuleId, number>>;
  readonly steadier: number;
  readonly pairs: number;
}

/** The figures of method §5 that a model card needs, over problems with the same number of paths each. */
export function problemSetFigures(problems: readonly JudgedProblem[]): ProblemSetFigures {
  const outcomes = problems.map(outcomeOf);
  const paths = problems[0]?.length ?? 0;
  if (outcomes.some(({ count }) => count !== paths)) throw new RangeError('Every problem needs as many paths.');
  const meanOf = (figure: (outcome: Outcome) => number): Estimate =>
    estimate(outcomes, (sample) => mean(sample, figure));
  const everyRule = (figure: (hits: Outcome['hits'], rule: RuleId) => number): Record<RuleId, Estimate> =>
    mapRules((rule) => meanOf(({ hits }) => figure(hits, rule)));
  const pairs = outcomes.reduce((sum, outcome) => sum + outcome.pairs, 0);
  const all = problems.flat();
  return {
    problems: problems.length,
    paths,
    passAt1: meanOf(({ right, count }) => passAtK(count, right, 1)),
    passAtN: meanOf(({ right, count }) => passAtK(count, right, count)),
    rules: everyRule((hits, rule) => hits[rule]),
    overMajority: everyRule((hits, rule) => hits[rule] - hits.majority),
    discrimination: pairs === 0 ? null : estimate(outcomes, pooledDiscrimination),
    meanTokens: {
      right: meanTokens(all.filter(({ correct }) => correct)),
      wrong: meanTokens(all.filter(({ correct }) => !correct)),
    },
    noAnswer: mean(all, ({ group }) => (group === null ? 1 : 0)),
  };
}

function outcomeOf(paths: JudgedProblem): Outcome {
  const rightGroups = new Set(paths.filter(({ correct }) => correct).map(({ group }) => group));
  const hits = mapRules((rule) => {
    const elected = vote(paths, RULES[rule]).sasc;
    return elected !== null && rightGroups.has(elected.group) ? 1 : 0;
  });
  const answered = paths.flatMap(({ group, stability, correct }) =>
    group === null || stability === null ? [] : [{ stability, correct }],
  );
  return {
    right: paths.filter(({ correct }) => correct).length,
    count: paths.length,
    hits,
    ...discrimination(answered),
  };
}

function pooledDiscrimination(outcomes: readonly Outcome[]): number {
  const steadier = outcomes.reduce((sum, outcome) => sum + outcome.steadier, 0);
  const pairs = outcomes.reduce((sum, outcome) => sum + outcome.pairs, 0);
  // A resample can miss every pair: that says nothing, as chance does.
  return pairs === 0 ? 0.5 : steadier / pairs;
}

function estimate(outcomes: readonly Outcome[], statistic: (sample: readonly Outcome[]) => number): Estimate {
  return { value: statistic(outcomes), ...bootstrapInterval(outcomes, statistic) };
}

function mapRules<T>(value: (rule: RuleId) => T): Record<RuleId, T> {
  return Object.fromEntries((Object.keys(RULES) as RuleId[]).map((rule) => [rule, value(rule)])) as Record<RuleId, T>;
}

function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}

function meanTokens(paths: readonly JudgedVotePath[]): number | null {
  return paths.length === 0 ? null : mean(paths, ({ tokens }) => tokens);
}
