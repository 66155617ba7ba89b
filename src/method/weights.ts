/** At or below this standard deviation (nats) all paths count as equally steady. docs/METHOD.md#weights */
export const MIN_SPREAD = 1e-9;

/** τ below this would let exp overflow. */
export const MIN_SOFTNESS = 0.05;

/**
 * z of each survivor: (s − mean) / sd with mean and population sd of `population` (the survivors themselves, or the whole
 * pool). One survivor, or no spread: all 0, so that all weigh 1.
 * @param floor the sd counts as no less than this; 0 as published
 */
export function zScores(survivors: readonly number[], population: readonly number[], floor = 0): number[] {
  const mean = population.reduce((sum, s) => sum + s, 0) / population.length;
  const sd = Math.sqrt(population.reduce((sum, s) => sum + (s - mean) ** 2, 0) / population.length);
  if (survivors.length === 1 || sd <= MIN_SPREAD) return survivors.map(() => 0);
  return survivors.map((s) => (s - mean) / Math.max(sd, floor));
}

/**
 * w = exp(−z/τ): a steadier path weighs more.
 * @param softness τ; 1 as published, Infinity: every weight 1. RangeError below 0.05.
 */
export function weightOf(z: number, softness: number): number {
  if (!(softness >= MIN_SOFTNESS)) {
    throw new RangeError(`The softness should be at least ${MIN_SOFTNESS}, but is ${softness}.`);
  }
  return Math.exp(-z / softness);
}
