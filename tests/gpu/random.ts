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
