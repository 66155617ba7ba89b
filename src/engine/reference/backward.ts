/** Gradients of the frozen operations of a layer, in f64: references of the backward kernels. */

/** Reference of matmul_q4_t.wgsl: dx[t, k] = Σ_o dy[t, o] W[o, k]; weight [outputs, inputs]. */
export function matmulBackward(dy: ArrayLike<number>, weight: ArrayLike<number>, inputs: number): Float64Array {
  const outputs = weight.length / inputs;
  const dx = new Float64Array((dy.length / outputs) * inputs);
  for (let i = 0; i < dy.length; i++) {
    const [token, output] = [Math.floor(i / outputs), i % outputs];
    for (let k = 0; k < inputs; k++) {
      const at = token * inputs + k;
      dx[at] = (dx[at] ?? NaN) + (dy[i] ?? NaN) * (weight[output * inputs + k] ?? NaN);
    }
  }
  return dx;
}

/**
 * Reference of rmsnorm_backward.wgsl: the gradient of rmsnorm for each row of x, the gain frozen. With f = 1 / √(mean
 * x² + eps) and w = gain · dy: dx = f w − x f³ mean(x w).
 */
export function rmsnormBackward(
  x: ArrayLike<number>,
  gain: ArrayLike<number>,
  eps: number,
  dy: ArrayLike<number>,
): Float64Array {
  const hidden = gain.length;
  const dx = new Float64Array(x.length);
  for (let from = 0; from < x.length; from += hidden) {
    let [squares, products] = [0, 0];
    for (let i = 0; i < hidden; i++) {
      squares += (x[from + i] ?? NaN) ** 2;
      products += (x[from + i] ?? NaN) * (gain[i] ?? NaN) * (dy[from + i] ?? NaN);
    }
    const factor = 1 / Math.sqrt(squares / hidden + eps);
    for (let i = 0; i < hidden; i++) {
      const own = factor * (gain[i] ?? NaN) * (dy[from + i] ?? NaN);
      dx[from + i] = own - (x[from + i] ?? NaN) * factor ** 3 * (products / hidden);
    }
  }
  return dx;
}

/** Reference of silu_mul_backward.wgsl: the gradient of rows [gate, up] of 2 · width from that of silu(gate) · up. */
export function siluMulBackward(gateUp: ArrayLike<number>, width: number, dy: ArrayLike<number>): Float64Array {
  const result = new Float64Array(gateUp.length);
  for (let i = 0; i < dy.length; i++) {
    const at = Math.floor(i / width) * 2 * width + (i % width);
    const gate = gateUp[at] ?? NaN;
    const sigmoid = 1 / (1 + Math.exp(-gate));
    result[at] = (dy[i] ?? NaN) * (gateUp[at + width] ?? NaN) * (sigmoid + gate * sigmoid * (1 - sigmoid));
    result[at + width] = (dy[i] ?? NaN) * gate * sigmoid;
  }
  return result;
}

/** Gradients of one query and of the keys and values it sees. */
interface AttendGradients {
  readonly dQuery: Float64Array;
  readonly dKeys: readonly Float64Array[];
  readonly dValues: readonly Float64Array[];
}

/** Reference of the span_*_backward kernels: the gradient of `attend`, from that of its result. */
export function attendBackward(
  query: Float64Array,
  keys: readonly Float64Array[],
  values: readonly Float64Array[],
  dMixed: Float64Array,
): AttendGradients {
  const scale = 1 / Math.sqrt(query.length);
  const scores = keys.map((key) => scale * dot(query, key));
  const largest = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  const weights = exponentials.map((value) => value / total);
  const dWeights = values.map((value) => dot(dMixed, value));
  const shared = weights.reduce((sum, weight, t) => sum + weight * (dWeights[t] ?? NaN), 0);
  const dScores = weights.map((weight, t) => scale * weight * ((dWeights[t] ?? NaN) - shared));
  return {
    dQuery: query.map((_, i) => dScores.reduce((sum, d, t) => sum + d * (keys[t]?.[i] ?? NaN), 0)),
    dKeys: dScores.map((d) => query.map((q) => d * q)),
    dValues: weights.map((weight) => dMixed.map((d) => weight * d)),
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}
