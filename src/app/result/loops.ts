/** Fewest tokens at the end of a path that must repeat before it counts as a loop. */
const LEAST_TOKENS = 24;
const LEAST_REPEATS = 3;
const LONGEST_PERIOD = 80;

/**
 * Whether a text runs in circles: its last tokens are the same 1..80 tokens at least three times over, and at least 24
 * tokens in all. Such a path looks steady without being sure of anything.
 */
export function endsInLoop(tokens: Uint32Array, length: number): boolean {
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const span = Math.max(LEAST_TOKENS, period * LEAST_REPEATS);
    if (span > length) return false;
    if (repeats(tokens, length, period, span)) return true;
  }
  return false;
}

function repeats(tokens: Uint32Array, length: number, period: number, span: number): boolean {
  for (let t = length - 1; t >= length - span + period; t--) {
    if (tokens[t] !== tokens[t - period]) return false;
  }
  return true;
}
