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

/** Further formulas of a text stay as they were written: each takes time, and a text may hold thousands. */
export const MOST_FORMULAS = 400;

/** What a formula may open with. */
const OPENING = /\$|\\[[(]/g;
/**
 * $$…$$ and $…$. As in Pandoc, a $ opens only before ink and closes only after ink and not before a digit, so that
 * "$3 and $5" stays money; \$ is a dollar sign.
 */
const IN_DOLLARS = /(?<!\\)\$\$([^$]+)\$\$|(?<!\\)\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?!\d)/y;

/**
 * The first MOST_FORMULAS formulas of a text, in order: $$…$$, \[…\], $…$ and \(…\). An opening delimiter without its end
 * is plain text. Takes time proportional to the text, whatever is in it.
 */
export function formulasIn(text: string): FormulaSpan[] {
  const spans: FormulaSpan[] = [];
  const lastEnd = { '\\[': text.lastIndexOf('\\]'), '\\(': text.lastIndexOf('\\)') };
  OPENING.lastIndex = 0;
  for (let match = OPENING.exec(text); match !== null && spans.length < MOST_FORMULAS; match = OPENING.exec(text)) {
    const [opening] = match;
    const span =
      opening === '\\[' || opening === '\\('
        ? bracketed(text, match.index, opening, lastEnd[opening])
        : inDollars(text, match.index);
    if (span === null) continue;
    spans.push(span);
    OPENING.lastIndex = span.to;
  }
  return spans;
}

function inDollars(text: string, from: number): FormulaSpan | null {
  IN_DOLLARS.lastIndex = from;
  const match = IN_DOLLARS.exec(text);
  if (match === null) return null;
  const [whole, display, inline = ''] = match;
  return { from, to: from + whole.length, tex: display ?? inline, display: display !== undefined };
}

/** @param lastEnd where the last closing delimiter of this kind is: beyond it nobody has to look for one */
function bracketed(text: string, from: number, opening: '\\[' | '\\(', lastEnd: number): FormulaSpan | null {
  const begin = from + opening.length;
  if (lastEnd <= begin) return null;
  const end = text.indexOf(opening === '\\[' ? '\\]' : '\\)', begin + 1);
  return { from, to: end + 2, tex: text.slice(begin, end), display: opening === '\\[' };
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
