/** Gradients of a layer's small operations, on f32 rows. Formulas: src/engine/reference/backward.ts. */
import type { ModelConfig } from '../model/types';
import type { CpuLinear } from './matmul';

/** dx[r, k] = Σ_o dy[r, o] W[o, k]. */
export function linearBackward({ weight, inputs, outputs }: CpuLinear, dy: Float32Array): Float32Array {
  const rows = dy.length / outputs;
  const dx = new Float32Array(rows * inputs);
  for (let r = 0; r < rows; r++) {
    const to = r * inputs;
    for (let o = 0; o < outputs; o++) {
      const d = dy[r * outputs + o] ?? 0;
      if (d === 0) continue;
      const at = o * inputs;
      for (let k = 0; k < inputs; k++) dx[to + k] = (dx[to + k] ?? 0) + d * (weight[at + k] ?? 0);
    }
  }
  return dx;
}

/** Of `normalise`, the gain frozen. */
export function normaliseBackward(x: Float32Array, gain: Float32Array, eps: number, dy: Float32Array): Float32Array {
  const size = gain.length;
  const dx = new Float32Array(x.length);
  for (let from = 0; from < x.length; from += size) {
    let [squares, products] = [0, 0];
    for (let i = 0; i < size; i++) {
      const value = x[from + i] ?? 0;
      squares += value * value;
      products += value * (gain[i] ?? 0) * (dy[from + i] ?? 0);
    }
    const factor = 1 / Math.sqrt(squares / size + eps);
    const pull = (factor ** 3 * products) / size;
    for (let i = 0; i < size; i++) {
      dx[from + i] = factor * (gain[i] ?? 0) * (dy[from + i] ?? 0) - (x[from + i] ?? 0) * pull;
    }
  }
  return dx;
}

/** Of `siluMultiply`. */
export function siluBackward(gateUp: Float32Array, width: number, dy: Float32Array): Float32Array {
  const result = new Float32Array(gateUp.length);
  for (let i = 0; i < dy.length; i++) {
    const at = Math.floor(i / width) * 2 * width + (i % width);
    const gate = gateUp[at] ?? 0;
    const sigmoid = 1 / (1 + Math.exp(-gate));
    const d = dy[i] ?? 0;
    result[at] = d * (gateUp[at + width] ?? 0) * (sigmoid + gate * sigmoid * (1 - sigmoid));
    result[at + width] = d * gate * sigmoid;
  }
  return result;
}

/**
 * Of attention over rows that each see themselves and all before.
 * @param qkv [rows, heads] rotated
 * @param dMixed [rows, headCount · headDim]
 * @returns gradients laid out as qkv
 */
export function attentionBackward(
  { headCount, kvHeadCount, headDim }: ModelConfig,
  qkv: Float32Array,
  dMixed: Float32Array,
): Float32Array {
  const width = (headCount + 2 * kvHeadCount) * headDim;
  const dQkv = new Float32Array(qkv.length);
  const rows = qkv.length / width;
  const weights = new Float64Array(rows);
  const dWeights = new Float64Array(rows);
  const scale = 1 / Math.sqrt(headDim);
  const dot = (a: Float32Array, at: number, b: Float32Array, bt: number): number => {
    let sum = 0;
    for (let i = 0; i < headDim; i++) sum += (a[at + i] ?? 0) * (b[bt + i] ?? 0);
    return sum;
  };
  const add = (to: number, factor: number, from: Float32Array, at: number): void => {
    for (let i = 0; i < headDim; i++) dQkv[to + i] = (dQkv[to + i] ?? 0) + factor * (from[at + i] ?? 0);
  };
  for (let t = 0; t < rows; t++) {
    for (let head = 0; head < headCount; head++) {
      const query = t * width + head * headDim;
      const mixed = (t * headCount + head) * headDim;
      const key = (headCount + Math.floor((head * kvHeadCount) / headCount)) * headDim;
      const value = key + kvHeadCount * headDim;
      let largest = -Infinity;
      for (let s = 0; s <= t; s++) {
        const score = scale * dot(qkv, query, qkv, s * width + key);
        weights[s] = score;
        largest = Math.max(largest, score);
      }
      let total = 0;
      for (let s = 0; s <= t; s++) {
        const weight = Math.exp((weights[s] ?? 0) - largest);
        weights[s] = weight;
        total += weight;
      }
      let shared = 0;
      for (let s = 0; s <= t; s++) {
        const weight = (weights[s] ?? 0) / total;
        const d = dot(dMixed, mixed, qkv, s * width + value);
        weights[s] = weight;
        dWeights[s] = d;
        shared += weight * d;
      }
      for (let s = 0; s <= t; s++) {
        const weight = weights[s] ?? 0;
        const dScore = scale * weight * ((dWeights[s] ?? 0) - shared);
        add(query, dScore, qkv, s * width + key);
        add(s * width + key, dScore, qkv, query);
        add(s * width + value, weight, dMixed, mixed);
      }
    }
  }
  return dQkv;
}
