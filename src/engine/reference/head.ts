/** References of head_blocks.wgsl, head_figures.wgsl and head_gradient.wgsl for one row of logits, in f64. */

/**
 * ln p of the id `target` and the entropy, in nats, of the softmax over the first `active` ids; the others are padding
 * and have probability 0.
 */
export function headFigures(logits: ArrayLike<number>, target: number, active: number) {
  const probabilities = softmax(logits, active);
  const logprob = Math.log(probabilities[target] ?? NaN);
  const entropy = probabilities.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
  return { logprob, entropy };
}

/** Gradient of coefficient · ln p(target) by the logits. */
export function headGradient(
  logits: ArrayLike<number>,
  target: number,
  active: number,
  coefficient: number,
): Float64Array {
  return softmax(logits, active).map((p, id) => coefficient * ((id === target ? 1 : 0) - p));
}

function softmax(logits: ArrayLike<number>, active: number): Float64Array {
  const largest = Array.from(logits).reduce(
    (most, logit, id) => (id < active ? Math.max(most, logit) : most),
    -Infinity,
  );
  const weights = Float64Array.from(logits, (logit, id) => (id < active ? Math.exp(logit - largest) : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
