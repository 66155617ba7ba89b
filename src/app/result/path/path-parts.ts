import { closingBrace } from '../../../answers/read/braces';
import { formulasIn, type FormulaSpan, MOST_FORMULAS } from '../../kit/split-math';

/** A piece of a path's text that is set in one way. */
export interface PathPart {
  /** As the model wrote it, delimiters included. */
  readonly source: string;
  /** null: plain text. */
  readonly formula: { readonly tex: string; readonly display: boolean } | null;
  /** It lies, at least in part, within the characters marked. */
  readonly marked: boolean;
  /** Which of the characters of interest it begins with, or holds. */
  readonly flagged: readonly number[];
}

export interface PartMarks {
  /** Characters from ≤ c < to; null: none. */
  readonly marked: { readonly from: number; readonly to: number } | null;
  /** Characters of interest. */
  readonly flags: readonly number[];
}

const NO_MARKS: PartMarks = { marked: null, flags: [] };
const BOX = '\\boxed{';

/**
 * Cuts a path's text into plain text and formulas; a \boxed{…} outside a formula is one too, for small models write their
 * answers so. What has not been closed yet is plain text, so that a text can be set while it is being written. Plain text
 * is cut where marks begin and end; a formula is marked whole.
 */
export function pathParts(text: string, marks: PartMarks = NO_MARKS): PathPart[] {
  const parts: PathPart[] = [];
  let end = 0;
  for (const span of [...withBoxes(text), null]) {
    const until = span?.from ?? text.length;
    for (const [from, to] of cut(end, until, marks)) parts.push(part(text, from, to, null, marks));
    if (span === null) break;
    parts.push(part(text, span.from, span.to, { tex: span.tex, display: span.display }, marks));
    end = span.to;
  }
  return parts;
}

function part(text: string, from: number, to: number, formula: PathPart['formula'], marks: PartMarks): PathPart {
  const { marked, flags } = marks;
  return {
    source: text.slice(from, to),
    formula,
    marked: marked !== null && from < marked.to && to > marked.from,
    flagged: [...flags.keys()].filter((i) => (flags[i] ?? -1) >= from && (flags[i] ?? -1) < to),
  };
}

/** The stretches of from … to between the places where a mark begins or ends. */
function cut(from: number, to: number, { marked, flags }: PartMarks): [number, number][] {
  const places = [...new Set([marked?.from, marked?.to, ...flags])].filter(
    (at) => typeof at === 'number' && at > from && at < to,
  );
  const edges = [from, ...places.map(Number).sort((a, b) => a - b), to];
  return edges.slice(1).flatMap((end, i): [number, number][] => {
    const start = edges[i] ?? from;
    return end > start ? [[start, end]] : [];
  });
}

/** Formulas, and boxes in between that are closed; as many as are set. */
function withBoxes(text: string): FormulaSpan[] {
  const spans: FormulaSpan[] = [];
  let end = 0;
  for (const formula of [...formulasIn(text), null]) {
    spans.push(...boxesIn(text, end, formula?.from ?? text.length));
    if (formula === null) break;
    spans.push(formula);
    end = formula.to;
  }
  return spans.slice(0, MOST_FORMULAS);
}

function boxesIn(text: string, from: number, until: number): FormulaSpan[] {
  const between = text.slice(from, until);
  const boxes: FormulaSpan[] = [];
  let at = between.indexOf(BOX);
  while (at >= 0) {
    const close = closingBrace(between, at + BOX.length);
    if (close === null) break;
    boxes.push({ from: from + at, to: from + close + 1, tex: between.slice(at, close + 1), display: false });
    at = between.indexOf(BOX, close);
  }
  return boxes;
}
