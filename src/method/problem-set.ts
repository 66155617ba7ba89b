import { allowedRules, electsRight, RULE_IDS, type RuleId, type RulePath } from './rules';
import {
  bootstrapInterval,
  discrimination,
  passAtK,
  pooledDiscrimination,
  type Estimate,
  type Pairs,
} from './statistics';

/** A sampled path of a problem whose correct answer is known. */
interface JudgedVotePath extends RulePath {
  readonly stability: number | null;
  readonly correct: boolean;
  readonly tokens: number;
}

export type JudgedProblem = readonly JudgedVotePath[];

type RuleFigures<Figure> = Readonly<Partial<Record<RuleId, Figure>>>;

/** Every rate is a fraction of problems, 0 … 1. */
export interface ProblemSetFigures {
  readonly problems: number;
  /** n: paths a problem. */
  readonly paths: number;
  /** Mean share of right paths. */
  readonly passAt1: Estimate;
  /** Problems with a right path among the n. */
  readonly passAtN: Estimate;
  /** Share of problems that each rule answers correctly; electing nobody is wrong. Only rules that every problem's data allow. */
  readonly rules: RuleFigures<Estimate>;
  /** Each rule minus majority, on the same problems. */
  readonly overMajority: RuleFigures<Estimate>;
  /** Share of (right, wrong) pairs of paths of one problem in which the right one is steadier; null without such pairs. */
  readonly discrimination: Estimate | null;
  /** Mean generated tokens; null without such paths. A path without answer counts as wrong. */
  readonly meanTokens: { readonly right: number | null; readonly wrong: number | null };
  /** Share of paths without an answer. */
  readonly noAnswer: number;
}

interface Outcome extends Pairs {
  readonly right: number;
  readonly count: number;
  readonly hits: RuleFigures<number>;
}

/** The figures of docs/METHOD.md#statistics that a model card needs, over problems with the same number of paths each. */
export function problemSetFigures(problems: readonly JudgedProblem[]): ProblemSetFigures {
  // The oracle is pass@N, which is a separate figure.
  const rules = RULE_IDS.filter((id) => id !== 'oracle' && problems.every((paths) => allowedRules(paths).includes(id)));
  const outcomes = problems.map((paths) => outcomeOf(paths, rules));
  const paths = problems[0]?.length ?? 0;
  if (outcomes.some(({ count }) => count !== paths))
    throw new RangeError('Every problem needs the same number of paths.');
  const meanOf = (figure: (outcome: Outcome) => number): Estimate =>
    estimate(outcomes, (sample) => mean(sample, figure));
  const everyRule = (figure: (hit: number, majority: number) => number): RuleFigures<Estimate> =>
    Object.fromEntries(rules.map((rule) => [rule, meanOf(({ hits }) => figure(hits[rule] ?? 0, hits.majority ?? 0))]));
  const all = problems.flat();
  return {
    problems: problems.length,
    paths,
    passAt1: meanOf(({ right, count }) => passAtK(count, right, 1)),
    passAtN: meanOf(({ right, count }) => passAtK(count, right, count)),
    rules: everyRule((hit) => hit),
    overMajority: everyRule((hit, majority) => hit - majority),
    // A resample may contain no pair at all: then it counts as chance.
    discrimination:
      pooledDiscrimination(outcomes) && estimate(outcomes, (sample) => pooledDiscrimination(sample)?.share ?? 0.5),
    meanTokens: {
      right: meanTokens(all.filter(({ correct }) => correct)),
      wrong: meanTokens(all.filter(({ correct }) => !correct)),
    },
    noAnswer: mean(all, ({ group }) => (group === null ? 1 : 0)),
  };
}

function outcomeOf(paths: JudgedProblem, rules: readonly RuleId[]): Outcome {
  return {
    right: paths.filter(({ correct }) => correct).length,
    count: paths.length,
    hits: Object.fromEntries(rules.map((rule) => [rule, Number(electsRight(rule, paths))])),
    ...discrimination(paths),
  };
}

function estimate(outcomes: readonly Outcome[], statistic: (sample: readonly Outcome[]) => number): Estimate {
  return { value: statistic(outcomes), ...bootstrapInterval(outcomes, statistic) };
}

function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}

function meanTokens(paths: readonly JudgedVotePath[]): number | null {
  return paths.length === 0 ? null : mean(paths, ({ tokens }) => tokens);
}
