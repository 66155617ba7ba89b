/** Floor of a renormalised probability, so that ln p stays finite. docs/METHOD.md#entropy */
const MIN_PROBABILITY = 1e-10;

/**
 * Top-K local entropy of one token, in nats (docs/METHOD.md#entropy): the K largest of the raw logits are renormalised among
 * themselves, H = −Σ p ln p with each p floored at 1e-10. Range 0 … ln K.
 * @param logits [V] raw, before temperature; log-probabilities give the same result
 * @param k 1 or more; a vocabulary smaller than k is taken whole
 * @throws RangeError on NaN or an infinite logit, and on k < 1
 */
export function topKEntropy(logits: ArrayLike<number>, k: number): number {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`K should be a whole number above 0, but is ${k}.`);
  const sorted = Float64Array.from(logits);
  const bad = sorted.findIndex((logit) => !Number.isFinite(logit));
  if (bad >= 0) throw new RangeError(`Logit ${bad} is ${sorted[bad]}.`);
  const top = sorted.sort().subarray(Math.max(0, sorted.length - k));
  const max = top.at(-1) ?? 0;
  const total = top.reduce((sum, logit) => sum + Math.exp(logit - max), 0);
  return top.reduce((entropy, logit) => {
    const p = Math.max(Math.exp(logit - max) / total, MIN_PROBABILITY);
    return entropy - p * Math.log(p);
  }, 0);
}

/** Largest top-K entropy, ln K, in nats; K = 1 (always 0) uses the scale of K = 2. */
export function entropyCeiling(k: number): number {
  return Math.log(Math.max(2, k));
}
