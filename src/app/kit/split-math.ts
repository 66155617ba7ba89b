export interface TextPart {
  readonly text: string;
  /** true: `text` is LaTeX without its delimiters. */
  readonly math: boolean;
  readonly display: boolean;
}

/** A formula and where it stands, delimiters included. */
export interface FormulaSpan {
  readonly from: number;
  readonly to: number;
  readonly tex: string;
  readonly display: boolean;
}

/**
 * $$…$$, \[…\], $…$ and \(…\). As in Pandoc, a $ opens only before ink and closes only after ink and not before a digit,
 * so that "$3 and $5" stays money; \$ is a dollar sign.
 */
const FORMULA =
  /(?<!\\)\$\$([^$]+)\$\$|\\\[([\s\S]+?)\\\]|(?<!\\)\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?!\d)|\\\(([\s\S]+?)\\\)/g;

/** The formulas of a text, in order. An opening delimiter without its end is plain text. */
export function formulasIn(text: string): FormulaSpan[] {
  return Array.from(text.matchAll(FORMULA), (match) => {
    const display = match[1] ?? match[2];
    const tex = display ?? match[3] ?? match[4] ?? '';
    return { from: match.index, to: match.index + match[0].length, tex, display: display !== undefined };
  });
}

/** Cuts a problem into plain text and formulas, in order. */
export function splitMath(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { from, to, tex, display } of formulasIn(text)) {
    if (from > end) parts.push({ text: text.slice(end, from), math: false, display: false });
    parts.push({ text: tex, math: true, display });
    end = to;
  }
  if (end < text.length) parts.push({ text: text.slice(end), math: false, display: false });
  return parts;
}

/** Whether there is anything to typeset. */
export function hasMath(text: string): boolean {
  return formulasIn(text).length > 0;
}
