import { hashWord } from '../policy/hash';

/**
 * WebLLM's seed of one path, 1 to 2^31 − 2. Hashed, since its generator (x → 48271 x mod 2^31 − 1) turns a small seed into
 * a number near 0, which always draws the likeliest token first.
 */
export function pathSeed(seed: number, path: number): number {
  return 1 + (hashWord(path + hashWord(seed)) % 2_147_483_646);
}
