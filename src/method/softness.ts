import { pairsAbove, type Pairs } from './statistics';

/** A path as the estimate sees it. */
export interface AgreeingPath {
  /** null: no answer, and no part in it. */
  readonly group: number | null;
  /** More should be better. */
  readonly signal: number;
}

/**
 * Pairs of a path that agrees with its problem's majority and one that does not, and in how many the former has the larger
 * signal: how well the signal separates, seen without a known answer. Equal heads: the answer seen first is the majority.
 */
export function agreement(paths: readonly AgreeingPath[]): Pairs {
  const heads = new Map<number, number>();
  for (const { group } of paths) if (group !== null) heads.set(group, (heads.get(group) ?? 0) + 1);
  const most = Math.max(...heads.values());
  const majority = [...heads].find(([, count]) => count === most)?.[0];
  const signals = (agrees: boolean): number[] =>
    paths.flatMap(({ group, signal }) => (group === null || (group === majority) !== agrees ? [] : [signal]));
  return pairsAbove(signals(true), signals(false));
}

/**
 * The softness that a signal deserves, from how well it separates over many problems: two normal distributions of equal
 * spread that lie d spreads apart have AUC = Φ(d/√2), and their odds at z are e^(z·d/2) about the middle, so that τ = 2/d.
 * Infinity, a plain count, where the signal says nothing. (The binormal model of ROC curves, Green & Swets 1966.)
 * @param pairs of many problems together
 */
export function softnessOf({ above, pairs }: Pairs): number {
  if (pairs === 0) return Infinity;
  // No finite number of pairs shows that a signal separates perfectly.
  const auc = Math.min(above / pairs, 1 - 1 / (2 * pairs));
  return auc <= 0.5 ? Infinity : 2 / (Math.SQRT2 * normalQuantile(auc));
}

/** Φ⁻¹(p), to 1e-9, by Acklam's rational approximations (2003). @param p above 0, below 1 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`A quantile is of a probability, not of ${p}.`);
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < LOW_TAIL) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(TAIL_OVER, q) / polynomial(TAIL_UNDER, q);
  }
  const q = p - 0.5;
  return (q * polynomial(MIDDLE_OVER, q * q)) / polynomial(MIDDLE_UNDER, q * q);
}

const LOW_TAIL = 0.02425;
const MIDDLE_OVER = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
];
const MIDDLE_UNDER = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
];
const TAIL_OVER = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_UNDER = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];

/** @param coefficients highest power first */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
