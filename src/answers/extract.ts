const BOX = /\\(?:boxed|fbox)\s*\{/g;

/**
 * The final answer of a solution: what stands in its last \boxed{…} or \fbox{…} (method §3). null when there is no box,
 * or the last one is empty or not closed, as while it is still being written.
 */
export function extractAnswer(text: string): string | null {
  const box = [...text.matchAll(BOX)].at(-1);
  if (box === undefined) return null;
  const start = box.index + box[0].length;
  const end = closingBrace(text, start);
  if (end === null) return null;
  return text.slice(start, end).trim() || null;
}

/** Where the group that is open at `start` ends; \{ and \} are characters, not groups. */
function closingBrace(text: string, start: number): number | null {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') i++;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i;
  }
  return null;
}
