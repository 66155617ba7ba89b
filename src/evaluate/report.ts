import { areEquivalent } from '../answers/equivalence';
import { majorityAt } from '../method/majority-at';
import {
  compareRules,
  type Compared,
  discriminationOf,
  type Ranked,
  rightByRankEstimates,
} from '../method/rule-comparison';
import { allowedRules, elect, electsRight, RULE_IDS, type RuleId, type RulePath } from '../method/rules';
import { isLessBetter, SIGNAL_IDS } from '../method/signals';
import { atPowersOfTwo, type Estimate, meanEstimate, passAtK } from '../method/statistics';
import type { Problem } from './problem-file';
import { rulePathsOf, type SampledPath, type SampledProblem } from './sampled-problem';

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

/** A problem's paths as the rules see them, with the answers judged. */
export interface JudgedProblem {
  readonly id: string;
  readonly paths: readonly RulePath[];
  readonly majorityIsRight: boolean;
  readonly greedyIsRight: boolean | null;
}

const RANKED = ['stability', ...SIGNAL_IDS] as const;
const BANDS = 4;
/** z of 5 %, two-sided, and of 80 % power. */
const [Z_LEVEL, Z_POWER] = [1.959964, 0.841621];

/** Problems with known answers, judged by the lenient policy, in the set's order. */
export function judged(
  problems: readonly Problem[],
  sampled: ReadonlyMap<string, Pick<SampledProblem, 'paths' | 'greedy'>>,
): JudgedProblem[] {
  return problems.flatMap(({ id, gold }) => {
    const one = sampled.get(id);
    return one === undefined || gold === null ? [] : [judgedProblem(id, gold, one)];
  });
}

function judgedProblem(
  id: string,
  gold: string,
  { paths, greedy }: Pick<SampledProblem, 'paths' | 'greedy'>,
): JudgedProblem {
  const isRight = ({ answer }: SampledPath): boolean =>
    answer !== null && areEquivalent(answer, gold, { policy: 'lenient' });
  const right = paths.map(isRight);
  const rulePaths = rulePathsOf(paths).map((path, i) => ({ ...path, correct: right[i] ?? false }));
  return {
    id,
    paths: rulePaths,
    majorityIsRight: electsRight('majority', rulePaths),
    greedyIsRight: greedy === null ? null : isRight(greedy),
  };
}

/**
 * The figures of docs/METHOD.md#statistics.
 * @param all sampled problems, those without known answer included
 * @param seed of the bootstrap
 */
export function evaluationReport(
  problems: readonly JudgedProblem[],
  all: readonly SampledProblem[],
  seed: number,
): EvaluationReport {
  const paths = problems.map((problem) => problem.paths);
  const most = Math.min(...paths.map(({ length }) => length));
  const rules = RULE_IDS.filter((rule) => paths.every((own) => allowedRules(own).includes(rule)));
  const isEmpty = problems.length === 0;
  const compared = isEmpty
    ? {}
    : compareRules(
        paths,
        rules.map((rule) => ({ name: rule, rule })),
        most,
        { seed },
      );
  const greedy = problems.flatMap(({ greedyIsRight }) => (greedyIsRight === null ? [] : [Number(greedyIsRight)]));
  const generated = sum(all.flatMap((one) => one.paths.map(({ tokens }) => tokens)));
  const count = sum(all.map((one) => one.paths.length));
  return {
    problems: problems.length,
    paths: isEmpty ? 0 : most,
    unjudged: all.length - problems.length,
    rules: Object.fromEntries(Object.entries(compared).map(([name, one]) => [name, ruleFigures(one)])),
    greedy: greedy.length < Math.max(1, problems.length) ? null : accuracyOf(meanEstimate(greedy, seed)),
    passAtK: atPowersOfTwo(isEmpty ? 0 : most, (k) =>
      mean(paths.map((own) => passAtK(own.length, own.filter(({ correct }) => correct).length, k))),
    ),
    majorityAt: atPowersOfTwo(isEmpty ? 0 : most, (n) =>
      accuracyOf(
        meanEstimate(
          paths.map((own) => majorityAt(own, n)),
          seed,
        ),
      ),
    ),
    signals: isEmpty ? {} : Object.fromEntries(RANKED.map((signal) => [signal, signalReport(paths, signal, seed)])),
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

function signalReport(
  problems: readonly (readonly RulePath[])[],
  signal: (typeof RANKED)[number],
  seed: number,
): SignalReport {
  const sign = isLessBetter(signal) ? 1 : -1;
  const ranked = problems.map((paths) =>
    paths.flatMap((path): Ranked[] => {
      const value = signal === 'stability' ? path.stability : path.signals?.[signal];
      const isKnown = path.group !== null && value !== null && value !== undefined;
      return isKnown ? [{ figure: sign * value, correct: path.correct === true }] : [];
    }),
  );
  const found = discriminationOf(ranked, seed);
  return {
    discrimination: found === null ? null : accuracyOf(found),
    rightByRank: rightByRankEstimates(ranked, seed).map(({ value }) => value),
  };
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
