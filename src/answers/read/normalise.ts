import { closingBrace } from './braces';
import { inAscii } from './characters';
import { FUNCTIONS } from './functions';
import { isUnitPhrase } from './lexicon';
import { REPEATED } from './numerals';
import { undressed } from './undress';

/** Longer answers are compared as text, so that nothing costs more than it should. */
const MAX_LENGTH = 10_000;

/** Of \text{\mathbf{…}}; deeper ones stay, and are not understood. */
const MAX_FONT_DEPTH = 20;

/** Marks around words that \text{…} held, and for "or" and "and" between answers. */
export const WORDS_OPEN = '\ue002';
export const WORDS_CLOSE = '\ue003';
export const OR = '\ue005';
export const AND = '\ue007';

/** ]0, 1], [0, 1[: a bracket that looks away leaves its end out. */
const ENDLESS_INTERVAL =
  /(^|[=,]|\\cup|\\cap|\\in(?![a-z]))(?=\s{0,3}(?:\]|[[(][^[\](),]{1,40},[^[\](),]{1,40}\[))(?:\s{0,3})([[\](])([^[\](),]{1,40},[^[\](),]{1,40})([[\])])/g;

const GAP = '[\\s\\ue002\\ue003]{0,6}';
/** "for integer k", "where k is an integer", "for all n ∈ ℕ" */
const FOR_WHOLE = new RegExp(
  `,?${GAP}(?:(?:for|where|with)${GAP}(?:any|all|some|every|each)?${GAP}(?:integers?|whole numbers?)${GAP}([a-zA-Z])(?![a-zA-Z])|(?:for|where|with)${GAP}([a-zA-Z])${GAP}(?:is|being)?${GAP}(?:an?|any)${GAP}integer)${GAP}`,
  'g',
);
const FOR_ALL = new RegExp(
  `,?${GAP}for${GAP}(?:all|any|every|each|some)${GAP}(?=[a-zA-Z]\\s?(?:\\\\in|[<>=]|\\\\[lg]e))`,
  'g',
);

const MODULO = /\\(?:mathrm|text|operatorname|rm)\s?\{\s?mod[\s~]?(\d{0,9})\s?\}/g;

/** 0.1\dot{2}3\dot{4}: what stands from the first dot to the last is repeated. */
const DOTTED = /(\.\d*)\s?\\dot\s?\{?(\d)\}?(?:\s?(\d*)\s?\\dot\s?\{?(\d)\}?)?/g;

/** FF_{16}, of which letters are digits. */
const HEXADECIMAL = /(?<![a-zA-Z\d])(?=\d{0,20}[A-F])([\dA-F]{2,20})\s?_\s?\{?\s?16\s?\}?(?!\d)/g;

/** Spacing, sizes and delimiters of formulas: they carry no meaning. */
const DRESS =
  /\\\\(?:\s*\[\d+\s*(?:pt|em|ex|mm|cm)\])?|\\(?:left|right|middle)(?![a-zA-Z])\s*\.?|\\(?:[bB]ig{1,2}[lrm]?|displaystyle|textstyle|scriptstyle|limits|nolimits|quad|qquad|thinspace|enspace|hfill|hline|bullet|tiny|small|normalsize|large|Large|LARGE|huge|Huge|blacksquare|qed|square|Box|checkmark|nonumber|notag|hspace\{[^{}]{0,9}\})(?![a-zA-Z])|\\[!,;:>() [\]]|\$|~/g;

/** Digits in groups of three; a plain comma groups only where no list can be meant. */
const THOUSANDS = /(?<![\d.,])\d{1,3}(?:(?:,\\!\s?|,|\{,\}|\\[,;! ]| |'|_)\d{3})+(?![\d']|,\d)/g;

const FONT =
  /\\(text|textbf|textit|textup|textsc|textmd|texttt|textrm|textnormal|textsf|texttt|mbox|hbox|mathrm|mathbf|mathit|mathsf|mathtt|boldsymbol|bm|operatorname|emph|boxed|fbox|underline|uline|ensuremath|mathop|num|rm|bf|it)\s*\*?\{/g;

/** Answer text with one spelling for everything that is only spelling; null if it is too long to be parsed. */
export function normalise(answer: string): string | null {
  if (answer.length > MAX_LENGTH) return null;
  const spelled = undressed(inAscii(answer).replace(/\s+/g, ' '))
    .replace(/\b(hundred|thousand|million) and (?=[a-z])/gi, '$1 ')
    .trim();
  const fonts = withoutFonts(raised(spelled.replace(MODULO, '\\mod $1')));
  const plainText = withoutGrouping(fonts)
    .replace(/\\?[%]/g, '%')
    .replace(/\^\s?(?:\\circ(?![a-zA-Z])|\{\s?\\circ\s?\})|\\(?:degrees?|textdegree)(?![a-zA-Z])/g, '°')
    .replace(/\^\s?(?:\\prime(?![a-zA-Z])|\{\s?\\prime\s?\})/g, "'")
    .replace(/\\left\s?(?:\||\\[lr]?vert(?![a-zA-Z]))/g, '\\lvert ')
    .replace(/\\right\s?(?:\||\\[lr]?vert(?![a-zA-Z]))/g, '\\rvert ')
    .replace(DRESS, (dress) => (dress.startsWith('\\\\') ? '\\\\ ' : ' '))
    .replace(/\{,\}/g, ',')
    .replace(/\\[dtc]frac(?![a-zA-Z])/g, '\\frac')
    .replace(/(\.\d*)\s?\\(?:overline|bar)\s?\{?\s?(\d+)\s?\}?/g, `$1${REPEATED}$2`)
    .replace(/(?<=\d\.)\((\d+)\)/g, `${REPEATED}$1`)
    .replace(DOTTED, `$1${REPEATED}$2$3$4`)
    .replace(
      ENDLESS_INTERVAL,
      (_, before: string, open: string, ends: string, close: string) =>
        `${before}${open === ']' ? '(' : open}${ends}${close === '[' ? ')' : close}`,
    )
    .replace(/\(\s?([a-zA-Z])\s?(\\in\s?\\mathbb\s?\{?\s?[ZN]\s?\}?)\s?\)/g, ', $1 $2')
    .replace(/\(\s?mod\s/g, '(\\mod ')
    .replace(FOR_WHOLE, (_, name?: string, other?: string) => `, ${name ?? other}\\in \\mathbb{Z}`)
    .replace(FOR_ALL, ', ')
    .replace(/(?<=\.\d{3}) (?=\d{3}(?!\d))/g, '')
    .replace(HEXADECIMAL, (_, digits: string) => `${BigInt(`0x${digits}`)}_{10}`)
    .replace(/\\sfrac(?![a-zA-Z])/g, '\\frac')
    .replace(
      /\bor\s+(more|greater|less|fewer|higher|lower|above|below)\b/gi,
      (_, word: string) => `${WORDS_OPEN}${/more|great|high|above/i.test(word) ? 'ormore' : 'orless'}${WORDS_CLOSE}`,
    )
    .replace(/\\[dt]binom(?![a-zA-Z])/g, '\\binom')
    .replace(/(?<=[\w)}\]]\s?)\*\*(?=\s?[\w({-])/g, '^')
    .replace(/\^\s?\{\s?\}/g, '')
    .replace(/(?<=\d\s{0,4})([ap])\.\s?m\.?(?![a-zA-Z])|(?<=:\d\d\s{0,4})([ap])m(?![a-zA-Z])/gi, halfOfDay)
    .replace(/(?<=\d)(?:st|nd|rd|th)(?![a-zA-Z])/g, '')
    .trim();
  const whole = plainText.endsWith('...') ? plainText : withoutTail(plainText, '.,;:?\\ ');
  return whole.replace(/^([A-J])\)$/, '$1');
}

const halfOfDay = (_: string, dotted?: string, plainHalf?: string): string =>
  `${WORDS_OPEN}${dotted ?? plainHalf}m${WORDS_CLOSE}`;

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ';
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

/** x¹⁰ → x^{10}, a₁ → a_{1}. */
function raised(text: string): string {
  const plainly = (run: string, from: string): string =>
    [...run].map((one) => '0123456789+-n'[from.indexOf(one)]).join('');
  return text
    .replace(/[⁰¹²³⁴-⁹⁺⁻ⁿ]+/g, (run) => `^{${plainly(run, SUPERSCRIPTS)}}`)
    .replace(/[₀-₉]+/g, (run) => `_{${plainly(run, SUBSCRIPTS)}}`);
}

/** Without the characters of `tail` at the end; regular expressions take quadratic time for this. */
function withoutTail(text: string, tail: string): string {
  let end = text.length;
  while (end > 0 && tail.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function withoutGrouping(text: string): string {
  return text.replace(THOUSANDS, (digits: string, at: number) => {
    // 2 125/128 is a mixed number.
    if (digits.includes(' ') && /^\s?\/\s?\d/.test(text.slice(at + digits.length, at + digits.length + 4)))
      return digits;
    const isPlain = /^\d+(?:,\d+)+$/.test(digits);
    // (1,234) are two coordinates; (1,000) is one number.
    if (isPlain && isInBrackets(text, at) && !/,0/.test(digits)) return digits;
    if (digits.includes(' ') && !/[,\\!]/.test(digits) && /[a-zA-Z]\s?$/.test(text.slice(Math.max(0, at - 2), at)))
      return digits;
    return digits.replace(/\D/g, '');
  });
}

function isInBrackets(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 200), at);
  let depth = 0;
  for (const character of before) {
    if (character === '(' || character === '[') depth++;
    else if (character === ')' || character === ']') depth = Math.max(0, depth - 1);
  }
  return depth > 0 || /\\\{[^{}]*$/.test(before);
}

/** Takes \text{…}, \mathrm{…} and their like away: what they hold is maths, a word, or "and" and "or". */
function withoutFonts(text: string, depth = 0): string {
  if (depth > MAX_FONT_DEPTH) return text;
  let result = '';
  let at = 0;
  FONT.lastIndex = 0;
  for (let match = FONT.exec(text); match !== null; match = FONT.exec(text)) {
    const start = match.index + match[0].length;
    const end = closingBrace(text, start);
    if (end === null) break;
    const [, command = ''] = match;
    result += text.slice(at, match.index);
    result += plain(command, text.slice(start, end), FOLLOWS_VALUE.test(result.slice(-7)), depth + 1);
    at = end + 1;
    FONT.lastIndex = at;
  }
  return result + text.slice(at);
}

const FOLLOWS_VALUE = new RegExp(`(?:[\\d}/°${WORDS_CLOSE}]|\\\\circ)\\s*$`);

/** @param followsValue whether a letter may be a unit */
function plain(command: string, content: string, followsValue: boolean, depth: number): string {
  if (/^f?box(?:ed)?$/.test(command)) return withoutFonts(content, depth);
  const words = content.replace(/\\[,!;: ]|[$~]/g, ' ').trim();
  const bare = words.replace(/[\s,;.]/g, '').toLowerCase();
  if (bare === 'and') return ` ${AND} `;
  if (bare === 'or') return ` ${OR} `;
  if (/^(?:st|nd|rd|th)$/.test(words)) return '';
  if (followsValue && isUnitPhrase(words) && !/[^a-zA-Z/^ 23{}.]/.test(words)) {
    return `${WORDS_OPEN}${words}${WORDS_CLOSE}`;
  }
  // A-B-C is an order of letters, not a difference.
  if (/^[A-Z](?:-[A-Z]){2,}$/.test(words)) return asWords(words);
  const isMaths = !/[a-zA-Z]{2}/.test(words.replace(/\\[a-zA-Z]+/g, '')) || FUNCTIONS.has(words);
  const isName = /^[A-Z]+$/.test(words) && !/^(?:YES|NO|DNE|TRUE|FALSE|NONE)$/.test(words);
  if (isMaths || isName)
    return command.startsWith('math') ? withoutFonts(content, depth) : ` ${withoutFonts(content, depth)} `;
  if (/^\d[\d.,:/]*\s*[a-zA-Z. ]+$/.test(words)) return ` ${words} `;
  return words
    .replace(/[{}\\^]/g, '')
    .split(/,\s*(?:and\s)?/)
    .map((item) =>
      item
        .split(/\band\b/)
        .map(asWords)
        .join(` ${AND} `),
    )
    .join(' , ')
    .replace(/ or /g, `${WORDS_CLOSE} ${OR} ${WORDS_OPEN}`);
}

const asWords = (words: string): string =>
  words.trim().length < 2 ? words : `${WORDS_OPEN}${words.trim()}${WORDS_CLOSE}`;
