import type { StoredTensor } from '../../model/types';
import { toFloat32 } from '../../model/floats';

/** Weights in one u32, and weights that share a scale. */
const WORD = 8;
const GROUP = 32;

/**
 * Reference of q4.wgsl: int4 weights in f64, [outputs, inputs] row-major:
 * w[o, k] = (nibble k % 8 of word o · inputs / 8 + k / 8, less 7) · scale[o · inputs / 32 + k / 32].
 */
export function dequantize(words: Uint32Array, scales: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: words.length * WORD }, (_, i) => {
    const nibble = ((words[Math.floor(i / WORD)] ?? 0) >>> (4 * (i % WORD))) & 15;
    return (nibble - 7) * (scales[Math.floor(i / GROUP)] ?? NaN);
  });
}

/** A stored matrix in f64. Throws RangeError when a tensor is missing. */
export function dequantizedTensor(tensors: ReadonlyMap<string, StoredTensor>, name: string): Float64Array {
  const bytes = tensorNamed(tensors, `${name}.q_weight`).bytes;
  const words = new Uint32Array(bytes.slice().buffer);
  return dequantize(words, toFloat32(tensorNamed(tensors, `${name}.q_scale`)));
}

/** A stored vector in f64. Throws RangeError when it is missing. */
export function floatTensor(tensors: ReadonlyMap<string, StoredTensor>, name: string): Float64Array {
  return Float64Array.from(toFloat32(tensorNamed(tensors, name)));
}

function tensorNamed(tensors: ReadonlyMap<string, StoredTensor>, name: string): StoredTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new RangeError(`No tensor ${name}.`);
  return tensor;
}
