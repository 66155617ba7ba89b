/** The gate filters the least steady fifth: it lies at this percentile. */
export const GATE_PERCENT = 80;

/** A pool smaller than this is not gated by percentile. docs/METHOD.md#gate */
export const MIN_GATED_POOL = 5;

/**
 * Percentile with linear interpolation between order statistics (numpy's default).
 * @param values at least one
 * @param percent 0 … 100
 */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) throw new RangeError('The percentile of no values does not exist.');
  if (!(percent >= 0 && percent <= 100)) throw new RangeError(`A percentile is 0 to 100, not ${percent}.`);
  const sorted = [...values].sort((a, b) => a - b);
  // Dividing last keeps whole positions whole: (n − 1) · 0.8 would not.
  const position = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? 0;
  return below + (above - below) * (position - Math.floor(position));
}

/** The gate over a pool's stabilities, in nats; null when the pool is too small for one. */
export function gateThreshold(stabilities: readonly number[], percent: number): number | null {
  return stabilities.length < MIN_GATED_POOL ? null : percentile(stabilities, percent);
}
