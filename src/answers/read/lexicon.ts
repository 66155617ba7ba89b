/** Functions, as they may be spelled, and the name they go by. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  sin: 'sin', cos: 'cos', tan: 'tan', cot: 'cot', sec: 'sec', csc: 'csc', sinh: 'sinh', cosh: 'cosh', tanh: 'tanh',
  sech: 'sech', csch: 'csch', coth: 'coth', arcsin: 'arcsin', arccos: 'arccos', arctan: 'arctan', asin: 'arcsin',
  acos: 'arccos', atan: 'arctan', arccot: 'arccot', arcsec: 'arcsec', arccsc: 'arccsc', ln: 'ln', log: 'log', lg: 'log',
  exp: 'exp', abs: 'abs', floor: 'floor', ceil: 'ceil', gcd: 'gcd', lcm: 'lcm', max: 'max', min: 'min', det: 'det',
}; // prettier-ignore

/** Letters that stand for a function when a bracket follows. */
export const FUNCTION_LETTERS = new Set(['f', 'g', 'h', 'F', 'G']);

const GREEK =
  'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau upsilon phi varphi chi psi omega'.split(
    ' ',
  );

const NAMES = ['infinity', 'infty', 'inf', 'pi', 'sqrt', ...Object.keys(FUNCTIONS), ...GREEK].sort(
  (a, b) => b.length - a.length,
);

/** "xsinpi" → x, sin, pi. */
export function splitName(name: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < name.length;) {
    const known = NAMES.find((candidate) => name.startsWith(candidate, at)) ?? name.charAt(at);
    parts.push(known);
    at += known.length;
  }
  return parts;
}

/**
 * Whether letters in a row are a word, not a product of unknowns: three or more that no function or constant explains,
 * unless there are at most four, none repeats and none is a lower-case vowel beyond a.
 */
export function isWord(name: string): boolean {
  const letters = splitName(name).filter((part) => part.length === 1);
  if (letters.length < 3) return false;
  if (/^[A-Z]+$/.test(name) && letters.length < 5) return false;
  return (
    letters.length > 4 || new Set(letters).size < letters.length || letters.some((letter) => /[eiou]/.test(letter))
  );
}

/** Spellings of a unit, the first of them the one it goes by. */
const UNITS = [
  'cm centimeter centimetre', 'mm millimeter millimetre', 'km kilometer kilometre', 'm meter metre', 'in inch inche',
  'ft foot feet', 'yd yard', 'mi mile', 'kg kilogram', 'mg milligram', 'g gram', 'lb pound', 'oz ounce', 'ton tonne',
  's sec second', 'min minute', 'h hr hour', 'day', 'week', 'month', 'year yr', 'mph', 'kph', 'ml milliliter millilitre',
  'l liter litre', 'gallon gal', 'cup', 'pint', 'quart', 'square sq', 'cubic cu', 'unit', 'dollar usd', 'cent', 'euro',
  'percent pct percentage', 'degree deg', 'radian rad', 'n newton', 'j joule', 'w watt', 'kw', 'v volt', 'hz hertz',
  'mol mole', 'pa pascal', 'am', 'pm', 'yuan', 'rupee', 'people', 'per', 'acre', 'hectare', 'kelvin', 'celsius',
  'fahrenheit', 'dozen', 'mod',
]; // prettier-ignore

const UNIT_NAMES = new Map(
  UNITS.flatMap((line) => {
    const [name = '', ...others] = line.split(' ');
    return [name, ...others].map((spelling): [string, string] => [spelling, name]);
  }),
);

/** Letters that are far more often unknowns: units only where the other side has the bare number. */
export const LETTER_UNITS = new Set(['s', 'm', 'g', 'h', 'l', 'L', 'J', 'W', 'N', 'V']);

function unitName(word: string): string | undefined {
  const lower = word.toLowerCase();
  return UNIT_NAMES.get(lower) ?? UNIT_NAMES.get(lower.replace(/s$/, ''));
}

/** Whether words behind a value name a unit all by themselves: m/s, cm. */
export const isUnitPhrase = (words: string): boolean => {
  const parts = words.match(/[a-zA-Z]+/g);
  return parts !== null && parts.every((part) => LETTER_UNITS.has(part) || isUnitWord(part));
};

/** Whether letters without \text are a unit's name. */
export const isUnitWord = (word: string): boolean => word.length > 1 && unitName(word) !== undefined;

/** One spelling for a unit: "square inches", "in^2" and "sq. in" → "in^2"; words that are no units stay. */
export function canonicalUnit(words: string): string {
  const parts = words.toLowerCase().match(/[a-z]+|\d+|[/^%°]/g) ?? [];
  const names = parts.map((part) => (part === '%' || part === '°' ? part : (unitName(part) ?? part)));
  const [first = '', second = ''] = names;
  if (first === 'percent') return '%';
  if (first === 'degree' && names.length === 1) return '°';
  if (first === 'square' && second !== '') return [second, '^2', ...names.slice(2)].join('');
  if (first === 'cubic' && second !== '') return [second, '^3', ...names.slice(2)].join('');
  return names.map((name) => (name === 'per' ? '/' : name)).join('');
}

/** Whether the canonical unit is of the list, so that another one of the list is certainly something else. */
export function isKnownUnit(unit: string): boolean {
  return (
    unit === '%' ||
    unit === '°' ||
    unit.startsWith('mod ') ||
    unit.split(/[/^\d]+/).every((part) => part === '' || UNIT_NAMES.has(part))
  );
}

const NUMBER_WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );

/** "seven" → 7; undefined for other words. */
export function numberWord(word: string): bigint | undefined {
  const value = NUMBER_WORDS.indexOf(word.toLowerCase());
  return value === -1 ? undefined : BigInt(value);
}
