import { ModelFileError } from '../errors';
import { halfToFloat, roundToHalf } from '../floats';
import type { ModelConfig } from '../types';

type Quantization = ModelConfig['quantization'];

/** Number types of a checkpoint that can be converted. */
export type SourceDtype = 'F32' | 'F16' | 'BF16';

export const SOURCE_BYTES: Readonly<Record<SourceDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

const HALVES = Float32Array.from({ length: 65_536 }, (_, bits) => halfToFloat(bits));

/**
 * Weights as f32, each rounded to the number type that the model computes in (f16 for q4f16_1). `bytes` are whole,
 * little-endian numbers. ModelFileError 'invalid' for a weight that is not finite there.
 */
export function decodeWeights(
  bytes: Uint8Array,
  dtype: SourceDtype,
  quantization: Quantization,
  place: { readonly tensor: string; readonly file: string },
): Float32Array<ArrayBuffer> {
  const values = toFloats(bytes, dtype);
  if (quantization === 'q4f16_1' && dtype !== 'F16') {
    for (let i = 0; i < values.length; i++) values[i] = roundToHalf(values[i] ?? 0);
  }
  if (!areFinite(values)) {
    const type = quantization === 'q4f16_1' ? 'f16' : 'f32';
    const message = `${place.file}: ${place.tensor} has a weight that is not a finite number in ${type}.`;
    throw new ModelFileError('invalid', place.file, message);
  }
  return values;
}

/** What `every(Number.isFinite)` says, ten times faster: 0 · x is NaN for anything else. */
function areFinite(values: Float32Array): boolean {
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += 0 * (values[i] ?? 0);
  return zero === 0;
}

/** Whether two tensors' bytes are the same numbers, whatever their types. */
export function areEqual(a: Uint8Array, typeOfA: SourceDtype, b: Uint8Array, typeOfB: SourceDtype): boolean {
  const [left, right] = typeOfA === typeOfB ? [a, b] : [toFloats(a, typeOfA), toFloats(b, typeOfB)];
  return left.length === right.length && left.every((value: number, i: number) => value === right[i]);
}

function toFloats(bytes: Uint8Array, dtype: SourceDtype): Float32Array<ArrayBuffer> {
  // Typed arrays need numbers at multiples of their size; parts of a file begin anywhere.
  const isAligned = bytes.byteOffset % SOURCE_BYTES[dtype] === 0;
  const { buffer, byteOffset, length } = isAligned ? bytes : bytes.slice();
  if (dtype === 'F32') return Float32Array.from(new Float32Array(buffer, byteOffset, length / 4));
  const bits = new Uint16Array(buffer, byteOffset, length / 2);
  const values = new Float32Array(bits.length);
  if (dtype === 'F16') {
    for (let i = 0; i < bits.length; i++) values[i] = HALVES[bits[i] ?? 0] ?? 0;
    return values;
  }
  const words = new Uint32Array(values.buffer);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] ?? 0) << 16;
  return values;
}
