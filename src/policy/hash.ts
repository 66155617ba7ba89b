/** A hash of one 32-bit word: the PCG output function RXS-M-XS (O'Neill 2014). The same as in sample_draw.wgsl. */
export function hashWord(value: number): number {
  const mixed = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((mixed >>> ((mixed >>> 28) + 4)) ^ mixed, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** The number in [0, 1) that decides the token of (seed, path, step), on every engine of ours. The same as in sample_draw.wgsl. */
export function uniformNumber(seed: number, path: number, step: number): number {
  return (hashWord(step + hashWord(path + hashWord(seed))) >>> 8) / 2 ** 24;
}
