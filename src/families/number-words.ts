const UNITS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const TEENS = ['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const ORDINALS = new Map([
  ...['third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth'].map(
    (word, i): [string, number] => [word, i + 3],
  ),
  ...TEENS.map((word, i): [string, number] => [`${word}th`, i + 13]),
  ...TENS.map((word, i): [string, number] => [`${word.slice(0, -1)}ieth`, 10 * i + 20]),
]);

/** "first", "second" and "one" are left out: they are rarely numbers ("the first term", "one of", "a second"). */
const CARDINALS = new Map([
  ...[...UNITS, ...TEENS].map((word, i): [string, number] => [word, i]),
  ...TENS.map((word, i): [string, number] => [word, 10 * i + 20]),
]);

const tens = TENS.join('|');
const ones = UNITS.slice(1, 10).join('|');
const COMPOUND = new RegExp(`\\b(${tens})[- ](${ones})\\b`, 'g');
const COMPOUND_ORDINAL = new RegExp(
  `\\b(${tens})[- ](first|second|${[...ORDINALS.keys()].slice(0, 7).join('|')})\\b`,
  'g',
);
const CARDINAL = new RegExp(`\\b(${[...CARDINALS.keys()].filter((word) => word !== 'one').join('|')})\\b`, 'g');
const ORDINAL = new RegExp(`\\b(${[...ORDINALS.keys()].join('|')})\\b`, 'g');

const DENOMINATORS = new Map([
  ['half', 2],
  ['halve', 2],
  ['quarter', 4],
  ...[...ORDINALS].filter(([, value]) => value <= 12),
]);
/** "two thirds", "one half"; "the third term" has no number before it. */
const FRACTION = new RegExp(
  `\\b(${[...CARDINALS.keys()].slice(1, 13).join('|')}|\\d+)[- ](${[...DENOMINATORS.keys()].join('|')})s?\\b(?! term)`,
  'g',
);

/** English number words of a text in lower case, as digits: "twenty-five" → "25", "twelfth" → "12th". */
export function withEnglishNumbers(text: string): string {
  const value = (word: string): number => CARDINALS.get(word) ?? ORDINALS.get(word) ?? (word === 'first' ? 1 : 2);
  return text
    .replace(
      FRACTION,
      (_, top: string, low: string) =>
        `${/\d/.test(top) ? top : (CARDINALS.get(top) ?? 1)}/${DENOMINATORS.get(low.replace(/s$/, '')) ?? ''}`,
    )
    .replace(COMPOUND_ORDINAL, (_, ten: string, one: string) => `${value(ten) + value(one)}th`)
    .replace(COMPOUND, (_, ten: string, one: string) => String(value(ten) + value(one)))
    .replace(ORDINAL, (word) => `${value(word)}th`)
    .replace(CARDINAL, (word) => String(value(word)))
    .replace(/\b(a|one|\d) hundred(?:(?: and)? (\d{1,2})\b)?/g, (_, hundreds: string, rest = '0') =>
      String(100 * (Number(hundreds) || 1) + Number(rest)),
    );
}

const DIGITS = '零一二三四五六七八九';

/** "二十五" → 25; null: not a numeral below 1,000. */
function chineseNumber(numeral: string): number | null {
  const plain = numeral.replace(/两/g, '二').replace(/〇/g, '零');
  const parts = /^(?:([一二三四五六七八九])百零?)?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九零])?$/.exec(
    plain,
  );
  if (parts === null || plain === '') return null;
  const [, hundreds = '零', ten, hasTen, one = '零'] = parts;
  const digit = (character: string): number => DIGITS.indexOf(character);
  return 100 * digit(hundreds) + (hasTen === undefined ? 0 : 10 * digit(ten ?? '一')) + digit(one);
}

/** Words that only look like numerals, and "一", which is mostly "a". */
const NO_NUMERAL = /一元一次|一元二次|二元一次|二次|三次方程|三角|四边|十分(?!之)|百分数|一共|一下|统一|唯一/g;
const CHINESE_FRACTION = /([二两三四五六七八九十百]+)分之([一二两三四五六七八九十]+)/g;
const NUMERAL = /[零〇一二两三四五六七八九十百]+/g;

/** Chinese numerals of a text as digits, "百分之十五" as "15%" and "八五折" as "85折". */
export function withChineseNumbers(text: string): string {
  const kept: string[] = [];
  return text
    .replace(NO_NUMERAL, (word) => String.fromCharCode(0xe000 + kept.push(word)))
    .replace(
      /([一二三四五六七八九])([一二三四五六七八九])折/g,
      (_, a: string, b: string) => `${digits(a)}${digits(b)}折`,
    )
    .replace(CHINESE_FRACTION, (written, low: string, top: string) => fraction(low, top) ?? written)
    .replace(NUMERAL, (numeral) => (numeral === '一' ? numeral : String(chineseNumber(numeral) ?? numeral)))
    .replace(/100?分之(\d+(?:\.\d+)?)|百分之(\d+(?:\.\d+)?)/g, (_, a?: string, b?: string) => `${a ?? b ?? ''}%`)
    .replace(/[\ue000-\uf8ff]/g, (mark) => kept[mark.charCodeAt(0) - 0xe000 - 1] ?? '');
}

/** null: 百分之 is a percentage. */
function fraction(low: string, top: string): string | null {
  const values = [top, low].map(chineseNumber);
  return low === '百' || values.includes(null) ? null : values.join('/');
}

const digits = (character: string): number => DIGITS.indexOf(character);
