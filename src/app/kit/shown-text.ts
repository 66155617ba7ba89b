/** Characters of a text that are shown in one piece: laying out much more would take the page's time. */
export const MOST_CHARACTERS = 40_000;
/** Marks that stand over or under one character: fonts take very long to place thousands of them. */
const PILE = /(\p{M}{8})\p{M}+/gu;

/** At most eight marks over or under a character. */
export function withoutPiles(text: string): string {
  return text.replace(PILE, '$1');
}
