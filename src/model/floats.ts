import type { StoredTensor } from './types';

/** Decodes a float tensor as stored (f16, bf16 or f32, little-endian) to f32. Throws TypeError for packed weights. */
export function toFloat32(tensor: StoredTensor): Float32Array {
  const { bytes, dtype } = tensor;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (dtype === 'float32') return fill(bytes.byteLength / 4, (i) => view.getFloat32(4 * i, true));
  if (dtype === 'float16') return fill(bytes.byteLength / 2, (i) => halfToFloat(view.getUint16(2 * i, true)));
  if (dtype === 'bfloat16') return fill(bytes.byteLength / 2, (i) => bfloatToFloat(view.getUint16(2 * i, true)));
  throw new TypeError(`${tensor.name} holds packed weights, not floats.`);
}

function fill(length: number, value: (i: number) => number): Float32Array {
  return Float32Array.from({ length }, (_, i) => value(i));
}

function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

function bfloatToFloat(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
