/** Where the group that is open at `start` ends, null if it does not; \{ and \} are characters, not groups. */
export function closingBrace(text: string, start: number): number | null {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') i++;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i;
  }
  return null;
}
