import { majorityAt } from '../method/majority-at';
import type { Compared } from '../method/rule-comparison';
import { elect, type RuleId } from '../method/rules';
import { atPowersOfTwo, type Estimate, meanEstimate, passAtK } from '../method/statistics';
import { type Estimates, estimatesOf } from './estimates';
import type { JudgedProblem } from './judged';
import type { SampledProblem } from './sampled-problem';

/** What an evaluation found. Shares of problems, 0 … 1; intervals are 95 %, over problems. */
export interface EvaluationReport {
  /** With a known answer, and sampled. */
  readonly problems: number;
  /** Paths of each. */
  readonly paths: number;
  /** Sampled, but nobody knows the answer. */
  readonly unjudged: number;
  readonly rules: Readonly<Partial<Record<RuleId, RuleFigures>>>;
  /** null: not sampled. */
  readonly greedy: Accuracy | null;
  readonly passAtK: Readonly<Record<string, number>>;
  /** maj@N, exact, by N. docs/METHOD.md#statistics */
  readonly majorityAt: Readonly<Record<string, Accuracy>>;
  readonly signals: Readonly<Record<string, SignalReport>>;
  readonly labels: readonly LabelBand[];
  /** Smallest lead over the majority that this many problems would show (80 % power, 5 % level), given how often rules differ. */
  readonly detectable: number | null;
  /** Of all sampled paths, the greedy ones not counted. */
  readonly tokens: { readonly prompt: number; readonly generated: number; readonly perPath: number | null };
}

export interface Accuracy {
  readonly accuracy: number;
  readonly ci95: readonly [low: number, high: number];
}

interface RuleFigures extends Accuracy {
  readonly vsMajority: {
    readonly difference: number;
    readonly ci95: readonly [low: number, high: number];
    /** Problems that only this rule, and only the majority, answers correctly; McNemar's exact p. */
    readonly wins: number;
    readonly losses: number;
    readonly p: number;
  };
}

interface SignalReport {
  /** How often a right path has the better figure than a wrong one of the same problem; null without such pairs. */
  readonly discrimination: Accuracy | null;
  /** P(right) of the path with the best figure, the second best … */
  readonly rightByRank: readonly number[];
}

/** Problems by the part of the paths that say what the majority says: what learning from the vote would be rewarded by. */
interface LabelBand {
  readonly share: readonly [from: number, to: number];
  readonly problems: number;
  /** Share of problems whose majority is right. */
  readonly labelRight: number;
  /** Share of paths whose reward is what the known answer would have given. */
  readonly rewardRight: number;
}

const BANDS = 4;
/** z of 5 %, two-sided, and of 80 % power. */
const [Z_LEVEL, Z_POWER] = [1.959964, 0.841621];

/**
 * The figures of docs/METHOD.md#statistics.
 * @param all sampled problems, those without known answer included
 * @param seed of the bootstrap
 * @param estimates of the same problems and seed
 */
export function evaluationReport(
  problems: readonly JudgedProblem[],
  all: readonly SampledProblem[],
  seed: number,
  estimates: Estimates = estimatesOf(problems, seed),
): EvaluationReport {
  const paths = problems.map((problem) => problem.paths);
  const { compared, size } = estimates;
  const greedy = problems.flatMap(({ greedyIsRight }) => (greedyIsRight === null ? [] : [Number(greedyIsRight)]));
  const generated = sum(all.flatMap((one) => one.paths.map(({ tokens }) => tokens)));
  const count = sum(all.map((one) => one.paths.length));
  return {
    problems: problems.length,
    paths: size,
    unjudged: all.length - problems.length,
    rules: Object.fromEntries(Object.entries(compared).map(([name, one]) => [name, ruleFigures(one)])),
    greedy: greedy.length < Math.max(1, problems.length) ? null : accuracyOf(meanEstimate(greedy, seed)),
    passAtK: atPowersOfTwo(size, (k) =>
      mean(paths.map((own) => passAtK(own.length, own.filter(({ correct }) => correct).length, k))),
    ),
    majorityAt: atPowersOfTwo(size, (n) =>
      accuracyOf(
        meanEstimate(
          paths.map((own) => majorityAt(own, n)),
          seed,
        ),
      ),
    ),
    signals: Object.fromEntries(
      Object.entries(estimates.signals).map(([signal, { discrimination, rightByRank }]) => [
        signal,
        {
          discrimination: discrimination === null ? null : accuracyOf(discrimination),
          rightByRank: rightByRank.map(({ value }) => value),
        },
      ]),
    ),
    labels: labelBands(problems),
    detectable: detectable(Object.values(compared), problems.length),
    tokens: {
      prompt: sum(all.map(({ promptTokens }) => promptTokens)),
      generated,
      perPath: count === 0 ? null : generated / count,
    },
  };
}

function ruleFigures({ right, overMajority, mcnemar }: Compared): RuleFigures {
  const { value, low, high } = overMajority;
  const { onlyRule: wins, onlyMajority: losses, p } = mcnemar;
  return { ...accuracyOf(right), vsMajority: { difference: value, ci95: [low, high], wins, losses, p } };
}

function labelBands(problems: readonly JudgedProblem[]): LabelBand[] {
  const placed = problems.flatMap(({ paths, majorityIsRight }) => {
    const label = elect('majority', paths)?.group;
    if (label === undefined) return [];
    const share = paths.filter(({ group }) => group === label).length / paths.length;
    const right = paths.filter(({ group, correct }) => (group === label) === (correct === true)).length;
    return [
      { band: Math.min(BANDS - 1, Math.floor(share * BANDS)), majorityIsRight, rewardRight: right / paths.length },
    ];
  });
  return Array.from({ length: BANDS }, (_, band) => placed.filter((one) => one.band === band)).flatMap((own, band) => {
    if (own.length === 0) return [];
    return [
      {
        share: [band / BANDS, (band + 1) / BANDS] as const,
        problems: own.length,
        labelRight: mean(own.map(({ majorityIsRight }) => Number(majorityIsRight))),
        rewardRight: mean(own.map(({ rewardRight }) => rewardRight)),
      },
    ];
  });
}

/** (z_α/2 + z_β) · √(discordant share / n), by the rule that differs from the majority most often. */
function detectable(compared: readonly Compared[], problems: number): number | null {
  const discordant = compared.map(({ mcnemar }) => (mcnemar.onlyRule + mcnemar.onlyMajority) / problems);
  const most = Math.max(0, ...discordant);
  return most === 0 ? null : (Z_LEVEL + Z_POWER) * Math.sqrt(most / problems);
}

function accuracyOf({ value, low, high }: Estimate): Accuracy {
  return { accuracy: value, ci95: [low, high] };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
