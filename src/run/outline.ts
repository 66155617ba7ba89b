/** A level a character, so that deflate can compress repeats; the first 32 of base64url. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef';
/** Level of the ceiling. Spaced as squares: the calm steps, which are most, keep their differences. */
const TOP_LEVEL = DIGITS.length - 1;

export const OUTLINE_PATTERN = /^[A-Za-f]*$/;

/** How many characters the outline of a path has. */
export function outlineLength(tokens: number, binTokens: number): number {
  return binTokens === 1 ? tokens : 2 * Math.ceil(tokens / binTokens);
}

/**
 * The course of a path's entropies. Every token has a character; or every `binTokens` tokens have two, for their greatest
 * entropy, since a spike of one token is the message, and for the mean of the others.
 * @param entropy nats
 * @param ceiling nats at the highest level: ln K
 */
export function outlineOf(entropy: Float32Array, tokens: number, binTokens: number, ceiling: number): string {
  let text = '';
  for (let from = 0; from < tokens; from += binTokens) {
    const bin = entropy.subarray(from, Math.min(tokens, from + binTokens));
    const peak = bin.reduce((highest, value) => Math.max(highest, value), 0);
    text += digitOf(peak, ceiling);
    const sum = bin.reduce((total, value) => total + value, 0);
    if (binTokens > 1) text += digitOf((sum - peak) / Math.max(1, bin.length - 1), ceiling);
  }
  return text;
}

/** Writes the entropies that an outline describes, in nats. Where a peak was in its bin is unknown: it is put in the middle. */
export function fillFromOutline(
  outline: string,
  binTokens: number,
  ceiling: number,
  entropy: Float32Array,
  tokens: number,
): void {
  const width = binTokens === 1 ? 1 : 2;
  for (let i = 0; i * width < outline.length; i++) {
    const from = i * binTokens;
    const to = Math.min(tokens, from + binTokens);
    entropy.fill(entropyOf(outline.charAt(i * width + width - 1), ceiling), from, to);
    entropy[Math.floor((from + to) / 2)] = entropyOf(outline.charAt(i * width), ceiling);
  }
}

function digitOf(entropy: number, ceiling: number): string {
  const level = Math.round(Math.sqrt(Math.max(0, entropy) / ceiling) * TOP_LEVEL);
  return DIGITS.charAt(Math.min(TOP_LEVEL, level));
}

function entropyOf(digit: string, ceiling: number): number {
  return (Math.max(0, DIGITS.indexOf(digit)) / TOP_LEVEL) ** 2 * ceiling;
}
