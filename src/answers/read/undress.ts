import { closingBrace } from './braces';

/** Marks an amount of money: a dollar sign that is not the delimiter of a formula. */
export const DOLLAR = '\ue006';
export const OTHER_MONEY: Readonly<Record<string, string>> = { '€': 'eur', '£': 'gbp', '¥': 'yuan', '₹': 'inr' };

const QUOTES: readonly (readonly [open: string, close: string])[] = [
  ['**', '**'], ['__', '__'], ['`', '`'], ['"', '"'], ['``', "''"], ["'", "'"], ['*', '*'], ['$$', '$$'], ['$', '$'], ['\\[', '\\]'],
  ['\\(', '\\)'],
]; // prettier-ignore
const MAX_LAYERS = 12;

/** Environments around a whole formula. */
const WRAPPING = /^\\begin\s?\{(equation|displaymath|math|center|multline)\*?\}([^]*)\\end\s?\{\1\*?\}$/;
const LEADING =
  /^(?:=|:=|\\(?:implies|Rightarrow|Longrightarrow|therefore|to|rightarrow|iff|Leftrightarrow|approx|sim|because)(?![a-zA-Z]))\s*/;
const TRAILING =
  /(?:\\tag\*?\s?\{[^{}]{0,20}\}|\(approx\.?\)|\s*\\(?:qquad|quad)?\s*\\(?:blacksquare|square|Box|qed))\s*$/;
const COLOR = /\\(?:color|textcolor|colorbox)\s?(?:\[[a-zA-Z]{1,9}\])?\s?\{[^{}]{0,40}\}/g;

const UNIT_FRACTION =
  /\\frac\s?\{\s?\\(?:text|mathrm)\s?\{([^{}]{1,30})\}\s?\}\s?\{\s?\\(?:text|mathrm)\s?\{([^{}]{1,30})\}\s?\}/g;
const STATED = /^\\text\s?\{\s?(?:the )?(?:final )?answer(?: is|:)(?=\s?\S)/i;
/** x = 1 \quad y = 2 */
const BETWEEN_STATEMENTS = /(?<=[=<>][^=<>,]{1,40})\\q?quad(?=[^=<>,]{1,20}[=<>])/g;

/** Without what is around a formula, and with one spelling for colours, quantities and money. */
export function undressed(text: string): string {
  let whole = text.trim();
  for (let i = 0; i < MAX_LAYERS; i++) {
    const before = whole;
    whole = unquoted(whole).replace(LEADING, '').replace(TRAILING, '').trim();
    const environment = WRAPPING.exec(whole);
    if (environment) whole = (environment[2] ?? '').trim();
    if (whole === before) break;
  }
  return withMoney(
    quantities(
      whole
        .replace(COLOR, ' ')
        .replace(UNIT_FRACTION, '\\text{ $1/$2}')
        .replace(STATED, '\\text{')
        .replace(BETWEEN_STATEMENTS, ','),
    ),
  );
}

function unquoted(text: string): string {
  for (const [open, close] of QUOTES) {
    const inner = text.slice(open.length, text.length - close.length);
    if (text.length <= open.length + close.length || !text.startsWith(open) || !text.endsWith(close)) continue;
    if (!inner.includes(open) && !inner.includes(close)) return inner;
  }
  return text;
}

/** \SI{5}{\metre}, \qty{5}{m} → 5 \text{m}; \unit{m} → \text{m}. */
function quantities(text: string): string {
  const start = /\\(?:SI|qty|unit|si)\s?\{/.exec(text);
  if (start === null) return text;
  const isUnit = /^\\(?:unit|si)/.test(start[0]);
  const from = start.index + start[0].length;
  const end = closingBrace(text, from);
  if (end === null) return text;
  const head = text.slice(0, start.index);
  if (isUnit) return `${head}${asUnit(text.slice(from, end))}${quantities(text.slice(end + 1))}`;
  const next = /^\s*\{/.exec(text.slice(end + 1));
  const second = next && closingBrace(text, end + 1 + next[0].length);
  if (!next || second === null) return text;
  const unit = text.slice(end + 1 + next[0].length, second);
  return `${head}${text.slice(from, end)}${asUnit(unit)}${quantities(text.slice(second + 1))}`;
}

const asUnit = (unit: string): string =>
  `\\text{ ${unit
    .replace(/\\(kilo|centi|milli|deci|nano|micro|mega)\s?\\/g, '\\$1')
    .replace(/\\per(?![a-zA-Z])/g, '/')
    .replace(/\\([a-zA-Z]+)/g, ' $1 ')
    .replace(/[.~]/g, ' ')
    .trim()}}`;

/** \$5, US$5, 5 US$ and a single $ before digits are money; other dollar signs only delimit formulas. */
function withMoney(text: string): string {
  const dollars = text.match(/(?<!\\)\$/g)?.length ?? 0;
  return text
    .replace(/\\text\s?\{\s?(?:US|U\.S\.)?\s?(\\\$|[€£¥₹])\s?\}/g, '$1')
    .replace(/(?:US|U\.S\.)\s?\\?\$/g, '\\$')
    .replace(/\\\$/g, DOLLAR)
    .replace(dollars % 2 === 1 ? /\$(?=\s?[\d.])/ : /(?!)/, DOLLAR)
    .replace(/-\s?([\ue006€£¥₹])/g, '$1-');
}
