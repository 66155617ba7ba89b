import {
  compareRules,
  type Compared,
  discriminationOf,
  type Ranked,
  rightByRankEstimates,
} from '../method/rule-comparison';
import { allowedRules, RULE_IDS, type RuleId, type RulePath } from '../method/rules';
import { isLessBetter, SIGNAL_IDS } from '../method/signals';
import { type Estimate, meanEstimate } from '../method/statistics';
import type { MeasuredFacts } from '../model/card';
import type { JudgedProblem } from './judged';

const RANKED = ['stability', ...SIGNAL_IDS] as const;

/** What is estimated of rules and signals, each with its interval over problems; nothing without problems. */
export interface Estimates {
  /** Paths a problem. */
  readonly size: number;
  /** null: there are no problems. */
  readonly passAt1: Estimate | null;
  readonly compared: Readonly<Partial<Record<RuleId, Compared>>>;
  readonly signals: Readonly<Record<string, SignalEstimates>>;
}

interface SignalEstimates {
  /** How often a right path has the better figure than a wrong one of the same problem; null without such pairs. */
  readonly discrimination: Estimate | null;
  /** P(right) of the path with the best figure, the second best … */
  readonly rightByRank: readonly Estimate[];
}

/** Of all rules whose data every problem has. docs/METHOD.md#statistics @param seed of the bootstrap */
export function estimatesOf(problems: readonly JudgedProblem[], seed: number): Estimates {
  if (problems.length === 0) return { size: 0, passAt1: null, compared: {}, signals: {} };
  const paths = problems.map((problem) => problem.paths);
  const size = Math.min(...paths.map(({ length }) => length));
  const rules = RULE_IDS.filter((rule) => paths.every((own) => allowedRules(own).includes(rule)));
  const entrants = rules.map((rule) => ({ name: rule, rule }));
  const rightShares = paths.map((own) => own.filter(({ correct }) => correct).length / own.length);
  return {
    size,
    passAt1: meanEstimate(rightShares, seed),
    compared: compareRules(paths, entrants, size, { seed }),
    signals: Object.fromEntries(RANKED.map((signal) => [signal, signalEstimates(paths, signal, seed)])),
  };
}

/** The same as a model's card has it; null without problems. */
export function factsOf({ size, passAt1, compared, signals }: Estimates, problems: number): MeasuredFacts | null {
  if (passAt1 === null) return null;
  const each = (figure: (one: Compared) => Estimate) =>
    Object.fromEntries(Object.entries(compared).map(([rule, one]) => [rule, figure(one)]));
  return {
    problems,
    paths: size,
    passAt1,
    rules: each(({ right }) => right),
    overMajority: each(({ overMajority }) => overMajority),
    signals: Object.fromEntries(
      Object.entries(signals).map(([id, { discrimination, rightByRank }]) => [
        id,
        { discrimination, rightByRank: [...rightByRank] },
      ]),
    ),
  };
}

function signalEstimates(
  problems: readonly (readonly RulePath[])[],
  signal: (typeof RANKED)[number],
  seed: number,
): SignalEstimates {
  const sign = isLessBetter(signal) ? 1 : -1;
  const ranked = problems.map((paths) =>
    paths.flatMap((path): Ranked[] => {
      const value = signal === 'stability' ? path.stability : path.signals?.[signal];
      const isKnown = path.group !== null && value !== null && value !== undefined;
      return isKnown ? [{ figure: sign * value, correct: path.correct === true }] : [];
    }),
  );
  return { discrimination: discriminationOf(ranked, seed), rightByRank: rightByRankEstimates(ranked, seed) };
}
