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

/** Value of an IEEE 754 binary16. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** One f32 and its bits: typed arrays are several times faster here than a DataView. */
const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

function bitsOf(value: number): number {
  single[0] = value;
  return singleBits[0] ?? 0;
}

function floatOf(bits: number): number {
  singleBits[0] = bits;
  return single[0] ?? NaN;
}

function bfloatToFloat(bits: number): number {
  return floatOf(bits << 16);
}

/** Adding and subtracting 1.5 · 2^52 rounds a double below 2^51 to a whole number, ties to even. */
const WHOLE = 1.5 * 2 ** 52;

/** The nearest whole number of a value within ±2^51, ties to even. */
export function roundToEven(value: number): number {
  return value + WHOLE - WHOLE;
}

/** The nearest binary16 of an f32 value, ties to even; values from 65,520 become infinite. */
export function floatToHalf(value: number): number {
  const bits = bitsOf(value);
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14 binary16 is a plain multiple of 2^-24.
  if (size < 0x38800000) return sign | roundToEven(Math.abs(value) * 2 ** 24);
  return sign | ((size + 0xfff + ((size >>> 13) & 1) - 0x38000000) >>> 13);
}

/** The same as a number. */
export function roundToHalf(value: number): number {
  const size = Math.abs(value);
  return size >= 2 ** -14 && size < 65_520 ? roundTo11Bits(value) : halfToFloat(floatToHalf(value));
}

/** The nearest number of 11 significant bits, ties to even: f16 without its limits. */
export function roundTo11Bits(value: number): number {
  const bits = bitsOf(value);
  return floatOf((bits + 0xfff + ((bits >>> 13) & 1)) & ~0x1fff);
}

/** The nearest bfloat16 of an f32 value, ties to even; where that would be infinite, the largest finite one. */
export function floatToBfloat(value: number): number {
  const bits = bitsOf(value);
  const rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  return (rounded & 0x7fff) === 0x7f80 && Number.isFinite(value) ? bits >>> 16 : rounded;
}
