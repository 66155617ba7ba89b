/** How far computed numbers are from expected ones. */
export interface Difference {
  /** Largest absolute difference. */
  readonly maxAbs: number;
  /** ‖computed − expected‖₂ / ‖expected‖₂ */
  readonly relL2: number;
}

/** NaN anywhere makes both figures NaN, which no threshold accepts. RangeError when the lengths differ. */
export function differenceOf(computed: ArrayLike<number>, expected: ArrayLike<number>): Difference {
  if (computed.length !== expected.length) {
    throw new RangeError(`${computed.length} numbers cannot be compared to ${expected.length}.`);
  }
  let maxAbs = 0;
  let squares = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    const reference = expected[i] ?? NaN;
    const distance = Math.abs((computed[i] ?? NaN) - reference);
    maxAbs = Math.max(maxAbs, distance);
    squares += distance ** 2;
    norm += reference ** 2;
  }
  return { maxAbs, relL2: squares === 0 ? 0 : Math.sqrt(squares / norm) };
}

/** The largest of each figure; NaN where one is NaN. */
export function worstOf(differences: readonly Difference[]): Difference {
  return {
    maxAbs: Math.max(...differences.map(({ maxAbs }) => maxAbs)),
    relL2: Math.max(...differences.map(({ relL2 }) => relL2)),
  };
}

/** ln softmax(logits)[id], in float64. */
export function logprobOf(logits: Float32Array, id: number): number {
  const max = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0);
  return (logits[id] ?? NaN) - max - Math.log(total);
}
