import { FUNCTIONS } from './functions';
import { GREEK } from './signs';
import { LETTER_UNITS, unitNamed } from './units';
import { scaleOf } from './words';

/** Letters that stand for a function when a bracket follows. */
export const FUNCTION_LETTERS = new Set(['f', 'g', 'h', 'F', 'G']);

const NAMES = ['infinity', 'infty', 'inf', 'sqrt', ...FUNCTIONS.keys(), ...GREEK, 'varepsilon', 'vartheta', 'varphi']
  .filter((name) => name.length > 2 || /^(?:ln|lg|pi|mu|nu|xi)$/.test(name))
  .sort((a, b) => b.length - a.length);

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

/** Words that the rule for letters in a row takes for products. */
const SHORT_WORDS = new Set(
  `the of all for any are not only both either neither none yes no is as at by on or to than more less least most such that real
numbers number reals integer integers except every even odd prime positive negative there exists exist many solution solutions
infinitely otherwise else when where if then from each axis point line max min local global early late ago north south east west
profit loss up down left right half dozen true false possible impossible cannot be may`
    .split(/\s+/)
    .filter((word) => !/^(?:or)$/.test(word)),
);

/**
 * Whether letters in a row are a word, not a product of unknowns: three or more that no function or constant explains,
 * unless there are at most four, none repeats and none is a lower-case vowel beyond a.
 */
export function isWord(name: string): boolean {
  if (SHORT_WORDS.has(name.toLowerCase()) && name !== name.toUpperCase()) return true;
  if (/^[A-Z][a-z]{2,}$/.test(name) && splitName(name).every((part) => part.length === 1)) return true;
  const letters = splitName(name).filter((part) => part.length === 1);
  if (letters.length < 3) return false;
  if (/^[A-Z]+$/.test(name) && letters.length < 5) return false;
  return (
    letters.length > 4 || new Set(letters).size < letters.length || letters.some((letter) => /[eiou]/.test(letter))
  );
}

/** Whether words behind a value name a unit all by themselves: m/s, cm. */
export const isUnitPhrase = (words: string): boolean => {
  const parts = words.match(/[a-zA-Z]+/g);
  return parts !== null && parts.every((part) => LETTER_UNITS.has(part) || isUnitWord(part));
};

/** Whether letters without \text are a unit's name, or a word for a power of ten. */
export const isUnitWord = (word: string): boolean =>
  word.length > 1 && (unitNamed(word) !== undefined || UNIT_PREFIXES.has(word.toLowerCase()) || isScale(word));

const UNIT_PREFIXES = new Set(['square', 'sq', 'cubic', 'cu', 'per', 'squared', 'cubed', 'pct']);
const isScale = (word: string): boolean => scaleOf(word.toLowerCase()) !== undefined;
