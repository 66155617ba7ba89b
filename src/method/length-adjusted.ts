import { MIN_SPREAD } from './weights';

interface Measured {
  readonly stability: number;
  readonly tokens: number;
}

/**
 * Stabilities with their least-squares regression on length within the problem removed (docs/METHOD.md#stability), in nats, shifted so
 * that the least is 0: a vote needs only differences. With one length for all nothing changes but that shift. Rounded to
 * `MIN_SPREAD`, so that no gate separates values that differ by rounding alone.
 */
export function lengthAdjusted(paths: readonly Measured[]): number[] {
  const meanOf = (value: (path: Measured) => number) =>
    paths.reduce((sum, path) => sum + value(path), 0) / paths.length;
  const tokens = meanOf((path) => path.tokens);
  const variance = meanOf((path) => (path.tokens - tokens) ** 2);
  const covariance = meanOf((path) => (path.tokens - tokens) * path.stability);
  const slope = variance === 0 ? 0 : covariance / variance;
  const residuals = paths.map((path) => path.stability - slope * (path.tokens - tokens));
  const least = residuals.reduce((a, b) => Math.min(a, b), Infinity);
  return residuals.map((residual) => Math.round((residual - least) / MIN_SPREAD) * MIN_SPREAD);
}
