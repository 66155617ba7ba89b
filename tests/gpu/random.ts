/** A seeded generator of numbers in [0, 1) (mulberry32), so that every run of a test sees the same data. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` numbers around 0, of standard deviation `scale`. */
export function gaussians(length: number, seed: number, scale = 1): Float32Array<ArrayBuffer> {
  const next = randomNumbers(seed);
  return Float32Array.from({ length }, () => {
    return scale * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  });
}

export function randomWords(length: number, seed: number): Uint32Array<ArrayBuffer> {
  const next = randomNumbers(seed);
  return Uint32Array.from({ length }, () => next() * 2 ** 32);
}

/** Scales as the three stored types, each with the values of the packed words. */
export function packedScales(count: number, format: 'f16' | 'bf16' | 'f32') {
  const next = randomNumbers(count);
  if (format === 'f32') {
    const values = Float32Array.from({ length: count }, () => 0.01 + 0.05 * next());
    return { words: new Uint32Array(values.buffer), values, format: 2 };
  }
  // Bits of a float between 0.0156 and 0.0625 with a random fraction.
  const halves = Uint16Array.from({ length: count + (count % 2) }, () =>
    format === 'f16' ? 0x2400 + Math.floor(2048 * next()) : 0x3c80 + Math.floor(256 * next()),
  );
  const values = Float32Array.from(halves.subarray(0, count), (bits) =>
    format === 'f16' ? (1 + (bits & 1023) / 1024) * 2 ** ((bits >> 10) - 15) : bfloat(bits),
  );
  return { words: new Uint32Array(halves.buffer), values, format: format === 'f16' ? 0 : 1 };
}

function bfloat(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0] ?? NaN;
}
