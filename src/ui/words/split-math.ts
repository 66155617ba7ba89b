export interface TextPart {
  readonly text: string;
  /** true: `text` is LaTeX without its delimiters. */
  readonly math: boolean;
  readonly display: boolean;
}

/**
 * $$…$$, \[…\], $…$ and \(…\). As in Pandoc, a $ opens only before ink and closes only after ink and not before a digit,
 * so that "$3 and $5" stays money; \$ is a dollar sign.
 */
const FORMULA =
  /(?<!\\)\$\$([^$]+)\$\$|\\\[([\s\S]+?)\\\]|(?<!\\)\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?!\d)|\\\(([\s\S]+?)\\\)/g;

/** Cuts a problem into plain text and formulas, in order. An opening delimiter without its end is plain text. */
export function splitMath(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(FORMULA)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), math: false, display: false });
    const display = match[1] ?? match[2];
    parts.push({ text: display ?? match[3] ?? match[4] ?? '', math: true, display: display !== undefined });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), math: false, display: false });
  return parts;
}

/** Whether there is anything to typeset. */
export function hasMath(text: string): boolean {
  return splitMath(text).some((part) => part.math);
}
