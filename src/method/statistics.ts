/** Statistics over a problem set. docs/METHOD.md#statistics */
import { mulberry32 } from './random';
import { subsets } from './subsets';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A figure over problems, with its 95 % bootstrap interval. */
export interface Estimate extends Interval {
  readonly value: number;
}

/** One path of a problem whose correct answer is known. Without answer or stability it is in no pair. */
export interface JudgedPath {
  readonly group: number | null;
  readonly stability?: number | null | undefined;
  readonly correct?: boolean | undefined;
}

/**
 * Unbiased estimate of P(at least one of k paths is right) from c right ones among n: 1 − C(n−c, k) / C(n, k).
 * (Chen et al. 2021, "Evaluating Large Language Models Trained on Code".)
 */
export function passAtK(n: number, c: number, k: number): number {
  if (!(k >= 1 && k <= n && c >= 0 && c <= n)) throw new RangeError(`pass@${k} of ${c} right in ${n} does not exist.`);
  if (n - c < k) return 1;
  let allWrong = 1;
  for (let i = n - c + 1; i <= n; i++) allWrong *= 1 - k / i;
  return 1 - allWrong;
}

/**
 * Within-question discrimination (CISC): pairs of a right and a wrong path of the same problem, and in how many the right
 * one is steadier; equal ones count half.
 */
export function discrimination(paths: readonly JudgedPath[]): Pairs {
  const stabilities = (isRight: boolean): number[] =>
    paths.flatMap(({ group, stability, correct = false }) =>
      group === null || typeof stability !== 'number' || correct !== isRight ? [] : [stability],
    );
  const [right, wrong] = [stabilities(true), stabilities(false)];
  return pairsAbove(wrong, right);
}

/**
 * Pairs of one number of each list, and in how many the first is the larger: say of the figures of a problem's right and
 * wrong paths.
 */
export interface Pairs {
  readonly above: number;
  readonly pairs: number;
}

/** Over all pairs; equal ones count half. `above / pairs` is the area under the ROC curve. */
export function pairsAbove(first: readonly number[], second: readonly number[]): Pairs {
  let above = 0;
  for (const own of first) {
    for (const other of second) {
      if (own > other) above += 1;
      else if (own === other) above += 0.5;
    }
  }
  return { above, pairs: first.length * second.length };
}

/** The share of all problems' pairs in which the first is the larger; null without pairs. */
export function pooledDiscrimination(
  problems: readonly Pairs[],
): { readonly share: number; readonly pairs: number } | null {
  const pairs = problems.reduce((sum, one) => sum + one.pairs, 0);
  const above = problems.reduce((sum, one) => sum + one.above, 0);
  return pairs === 0 ? null : { share: above / pairs, pairs };
}

/**
 * Exact McNemar test of two rules on the same problems, two-sided: the chance of a split at least this uneven if each
 * problem on which only one of them is right were a fair coin. (McNemar 1947; exact binomial form.)
 * @param onlyFirst problems on which only the first is right
 * @param onlySecond problems on which only the second is right
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  const isCount = (n: number) => Number.isInteger(n) && n >= 0;
  if (!isCount(onlyFirst) || !isCount(onlySecond)) throw new RangeError('McNemar needs two counts.');
  const n = onlyFirst + onlySecond;
  // In logarithms: 2^−n underflows from n = 1075.
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(onlyFirst, onlySecond); k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}

/** 95 % interval of a probability that was seen `hits` times in `trials` (Wilson's, which stays within 0..1). */
export function wilsonInterval(hits: number, trials: number): Interval {
  if (!(trials > 0 && hits >= 0 && hits <= trials)) throw new RangeError('Wilson needs hits among trials.');
  const z = 1.959964;
  const share = hits / trials;
  const width = z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  const scale = 1 + z ** 2 / trials;
  const centre = share + z ** 2 / (2 * trials);
  return { low: Math.max(0, (centre - width) / scale), high: Math.min(1, (centre + width) / scale) };
}

/** 95 % percentile-bootstrap interval of a statistic, by resampling `items` (say problems) with a seeded generator. */
export function bootstrapInterval<Item>(
  items: readonly Item[],
  statistic: (sample: readonly Item[]) => number,
  { seed = 1, resamples = 2000 } = {},
): Interval {
  if (items.length === 0) throw new RangeError('There is nothing to resample.');
  const random = mulberry32(seed);
  const draw = (): Item => items[Math.floor(random() * items.length)] as Item;
  return middle95(Float64Array.from({ length: resamples }, () => statistic(items.map(draw))));
}

/**
 * How often a rule is right with `size` paths a problem, from more recorded ones: the mean over sets of so many of them,
 * without replacement (every set, or `most` seeded ones), as pass@k is. The interval resamples problems.
 * @param problems the recorded paths of each, no fewer than `size`
 * @param isRight of some of one problem's paths, in their order
 */
export function accuracyAt<Path>(
  problems: readonly (readonly Path[])[],
  size: number,
  isRight: (sample: readonly Path[]) => boolean,
  { seed = 1, most = 100 } = {},
): Estimate {
  const rates = problems.map((paths) => {
    const sets = subsets(paths.length, size, { seed, most });
    return sets.filter((set) => isRight(set.map((i) => paths[i] as Path))).length / sets.length;
  });
  return meanEstimate(rates, seed);
}

/** A figure at 1, 2, 4 … and at most `most`, by that number. */
export function atPowersOfTwo<Figure>(most: number, figure: (n: number) => Figure): Readonly<Record<string, Figure>> {
  const figures: Record<string, Figure> = {};
  for (let n = 1; n <= most; n *= 2) figures[n] = figure(n);
  return figures;
}

/** The mean of one figure a problem, with its interval over problems. */
export function meanEstimate(figures: readonly number[], seed = 1): Estimate {
  const mean = (sample: readonly number[]): number => sample.reduce((sum, figure) => sum + figure, 0) / sample.length;
  return { value: mean(figures), ...bootstrapInterval(figures, mean, { seed }) };
}

function middle95(values: Float64Array): Interval {
  const sorted = values.sort();
  const at = (quantile: number): number => sorted[Math.round(quantile * (sorted.length - 1))] ?? NaN;
  return { low: at(0.025), high: at(0.975) };
}
