/** A level a character, so that deflate sees them; the alphabet of base64url in order. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef';
/** Level of the ceiling. Spaced as squares: the calm steps, which are most, keep their differences. */
const TOP_LEVEL = DIGITS.length - 1;

export const OUTLINE_PATTERN = /^[A-Za-f]*$/;

/** How many characters the outline of a path has. */
export function outlineLength(tokens: number, binTokens: number): number {
  return Math.ceil(tokens / binTokens);
}

/**
 * The course of a path's entropies, a character for every `binTokens` tokens: their greatest, since a spike of one token
 * is the message.
 * @param entropy nats
 * @param ceiling nats at the highest level: ln K
 */
export function outlineOf(entropy: Float32Array, tokens: number, binTokens: number, ceiling: number): string {
  let text = '';
  for (let from = 0; from < tokens; from += binTokens) {
    let highest = 0;
    for (let t = from; t < Math.min(tokens, from + binTokens); t++) highest = Math.max(highest, entropy[t] ?? 0);
    text += DIGITS[levelOf(highest, ceiling)] ?? '';
  }
  return text;
}

/** Writes the entropies that an outline stands for, in nats: the same for all tokens of a character. */
export function fillFromOutline(
  outline: string,
  binTokens: number,
  ceiling: number,
  entropy: Float32Array,
  tokens: number,
): void {
  for (let i = 0; i < outline.length; i++) {
    const level = Math.max(0, DIGITS.indexOf(outline.charAt(i)));
    entropy.fill((level / TOP_LEVEL) ** 2 * ceiling, i * binTokens, Math.min(tokens, (i + 1) * binTokens));
  }
}

function levelOf(entropy: number, ceiling: number): number {
  return Math.min(TOP_LEVEL, Math.round(Math.sqrt(Math.max(0, entropy) / ceiling) * TOP_LEVEL));
}
