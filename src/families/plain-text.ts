import { withChineseNumbers, withEnglishNumbers } from './number-words';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** LaTeX that the families can contain; anything else keeps its backslash, and is not read. */
const LATEX: readonly (readonly [RegExp, string])[] = [
  [/\\(?:left|right|displaystyle|quad|qquad)(?![a-z])|\\[,;:! ]|~/g, ' '],
  [/\\(?:text|textbf|textit|mathrm|mathbf|mbox|operatorname)\s*\{([^{}]*)\}/g, ' $1 '],
  [/\\[dtc]?frac\s*\{\s*(\d+)\s*\}\s*\{\s*(\d+)\s*\}/g, ' $1/$2 '],
  [/\\[dtc]?frac\s*(\d)\s*(\d)/g, ' $1/$2 '],
  [/\\[dtc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, ' ($1)/($2) '],
  [/\{\s*(\d+)\s*\\over\s*(\d+)\s*\}/g, ' $1/$2 '],
  [/\\(?:times|cdot|ast)(?![a-z])/g, '*'],
  [/\\div(?![a-z])/g, '/'],
  [/\\([%#&{}])/g, '$1'],
  [/\\[lc]?dots(?![a-z])/g, '...'],
  [/\\p?mod\s*\{([^{}]*)\}|\\pmod\s*(\d)/g, ' mod $1$2 '],
  [/\\b?mod(?![a-z])/g, ' mod '],
  [/\\gcd(?![a-z])/g, ' gcd '],
  [/\\[()[\]\\]|\\?\$/g, ' '],
  [/([\^_])\s*\{\s*(\w+)\s*\}/g, '$1$2'],
];

/** What people write for one and the same sign. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/(?<=\d) squared\b/g, '^2'],
  [/(?<=[\da-z]) cubed\b/g, '^3'],
  [/(?<=\d) ?\*\* ?(?=\d)/g, '^'],
  [/[−–—‐‑]/g, '-'],
  [/[×·⋅∙•∗]/g, '*'],
  [/[÷∕⁄]/g, '/'],
  [/…+|⋯+|。。。+|\.{4,}/g, '...'],
  [/[‘’]/g, "'"],
  [/\*\*|[“”"「」《》【】`]/g, ' '],
  [/[、]/g, ','],
  [/[。]/g, '.'],
  [/[€£¥]/g, ' '],
];

const FILLERS =
  /^(?:(?:hi|hello|hey|please|kindly|question|problem|exercise|q|can you|could you|would you|will you|help me(?: to)?|i (?:want|need) to(?: know)?|i need help(?: with)?|how (?:do|can|would) (?:i|you|we)|tell me|let us|let's)\b|请问|请你|请|帮我|帮忙|你好|题目|问题|例题?|麻烦)(?:\s*\d*\s*[:.,]|\s)*/;
const FAREWELL = /(?:[\s.,!?]|\bplease\b|\bthanks\b|\bthank you\b|谢谢|呢|呀|啊)+$/;

/**
 * A problem in lower case, without LaTeX, fillers and closing signs, with digits for number words. In Chinese no spaces are left,
 * since there they mean nothing.
 */
export function plainText(problem: string): string {
  let text = problem
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (run) => `^${[...run].map((sign) => SUPERSCRIPTS.indexOf(sign)).join('')}`)
    .replace(/[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]/g, (sign) => ` ${sign} `)
    .normalize('NFKC')
    .toLowerCase();
  for (const [pattern, plain] of LATEX) text = text.replace(pattern, plain);
  for (const [pattern, plain] of SIGNS) text = text.replace(pattern, plain);
  text = text.replace(/\s+/g, ' ').trim();
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(FILLERS, '').trim();
  }
  text = text.replace(/\b(what|how)'s\b|\bwhats\b/g, (_, word?: string) => `${word ?? 'what'} is`).replace(/'s\b/g, '');
  text = withEnglishNumbers(text)
    .replace(/ ([,.;:?!)])/g, '$1')
    .replace(/\( /g, '(');
  if (/\p{Script=Han}/u.test(text)) text = withChineseNumbers(text.replace(/ /g, ''));
  return text
    .replace(FAREWELL, '')
    .replace(/(?:=\s*(?:\?|_+|\(\s*\))?|\?|[:;,])+$/, '')
    .replace(FAREWELL, '')
    .trim();
}
