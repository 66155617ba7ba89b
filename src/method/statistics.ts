/** Statistics over a problem set. method §5. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** One path of a problem whose correct answer is known. */
export interface JudgedPath {
  readonly stability: number;
  readonly correct: boolean;
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
export function discrimination(paths: readonly JudgedPath[]): { readonly steadier: number; readonly pairs: number } {
  const right = paths.filter(({ correct }) => correct);
  const wrong = paths.filter(({ correct }) => !correct);
  let steadier = 0;
  for (const { stability } of right) {
    for (const other of wrong) {
      if (stability < other.stability) steadier += 1;
      else if (stability === other.stability) steadier += 0.5;
    }
  }
  return { steadier, pairs: right.length * wrong.length };
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
  const values = Float64Array.from({ length: resamples }, () => statistic(items.map(draw))).sort();
  const at = (quantile: number): number => values[Math.round(quantile * (resamples - 1))] ?? NaN;
  return { low: at(0.025), high: at(0.975) };
}

/** Small seeded generator of numbers in [0, 1) (mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
