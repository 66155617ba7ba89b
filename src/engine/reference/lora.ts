import { matmul } from './matmul';

/** One target's low-rank factors: A [rank, inputs], B [outputs, rank]. */
interface Factors {
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  readonly rank: number;
}

/**
 * Reference of lora_down.wgsl and lora_up.wgsl: scale · B (A x), [tokens, outputs], for each token of x [tokens,
 * inputs].
 */
export function loraUpdate(x: ArrayLike<number>, { a, b, rank }: Factors, scale: number): Float64Array {
  return matmul(matmul(x, a, a.length / rank), b, rank).map((value) => scale * value);
}
