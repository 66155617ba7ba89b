import { FUSED_LINEARS, type FusedLinear } from '../model/fused-linears';
import { loraSize, type LoraWeights } from '../model/lora';
import type { ModelConfig } from '../model/types';

/**
 * Adds to `gradients` those of one fused matrix's factors: for y = W x + s B A x, dB += s dy (A x)ᵀ and
 * dA += s (Bᵀ dy) xᵀ.
 * @param x [rows, inputs] what the matrix was applied to; dy [rows, outputs]
 */
export function addLoraGradients(
  model: ModelConfig,
  { adapter, gradients }: { readonly adapter: LoraWeights; readonly gradients: LoraWeights },
  layer: number,
  name: FusedLinear,
  x: Float32Array,
  dy: Float32Array,
): void {
  const { rank, alpha } = adapter.config;
  const sizes = FUSED_LINEARS[name].targets.map((target) => ({ target, ...loraSize(model, target) }));
  const width = sizes.reduce((sum, { outputs }) => sum + outputs, 0);
  let first = 0;
  for (const { target, inputs, outputs } of sizes) {
    const factor = ({ tensors }: LoraWeights, part: 'A' | 'B'): Float32Array | undefined =>
      tensors.find((tensor) => tensor.layer === layer && tensor.target === target && tensor.part === part)?.values;
    const [a, b] = [factor(adapter, 'A'), factor(adapter, 'B')];
    const [dA, dB] = [factor(gradients, 'A'), factor(gradients, 'B')];
    const from = first;
    first += outputs;
    if (a === undefined || b === undefined || dA === undefined || dB === undefined) continue;
    for (let r = 0; r < dy.length / width; r++) {
      const row = { x, xAt: r * inputs, dy, dyAt: r * width + from, inputs, outputs };
      addRow(row, { a, b, dA, dB, rank, scale: alpha / rank });
    }
  }
}

interface GradientRow {
  readonly x: Float32Array;
  readonly xAt: number;
  readonly dy: Float32Array;
  readonly dyAt: number;
  readonly inputs: number;
  readonly outputs: number;
}

interface Factors {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly dA: Float32Array;
  readonly dB: Float32Array;
  readonly rank: number;
  readonly scale: number;
}

function addRow({ x, xAt, dy, dyAt, inputs, outputs }: GradientRow, { a, b, dA, dB, rank, scale }: Factors): void {
  for (let j = 0; j < rank; j++) {
    let [u, du] = [0, 0];
    for (let k = 0; k < inputs; k++) u += (a[j * inputs + k] ?? 0) * (x[xAt + k] ?? 0);
    for (let o = 0; o < outputs; o++) {
      const own = scale * (dy[dyAt + o] ?? 0);
      du += own * (b[o * rank + j] ?? 0);
      dB[o * rank + j] = (dB[o * rank + j] ?? 0) + own * u;
    }
    for (let k = 0; k < inputs; k++) dA[j * inputs + k] = (dA[j * inputs + k] ?? 0) + du * (x[xAt + k] ?? 0);
  }
}
