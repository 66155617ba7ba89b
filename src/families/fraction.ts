import { parseSum, withSigns } from './expression';
import { type FamilyReader, within } from './family';
import { EXPRESSION } from './order';
import { Statement, vocabulary } from './statement';

const PAIR = String.raw`(\d+ ?/ ?\d+) ?(?:and|,|by|和|与|跟) ?(\d+ ?/ ?\d+)`;
/** What is said of two fractions instead of written between them. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [new RegExp(String.raw`\bsum of ${PAIR}|\badd ${PAIR}|${PAIR}(?:的和|之和|相加)`), '+'],
  [new RegExp(String.raw`\bdifference (?:of|between) ${PAIR}|${PAIR}(?:的差|之差|相减)`), '-'],
  [new RegExp(String.raw`\bproduct of ${PAIR}|\bmultiply ${PAIR}|${PAIR}(?:的积|之积|的乘积|相乘)`), '*'],
];
const WORDS = vocabulary(
  'simplify simplified simplest form lowest terms expression as fraction sum difference product expressed reduce reduced solve answer',
  '分数|化简|最简|结果|运算|式子|算式|下式|约分|成|用|表示|积|和|差',
);
const NAMES = { '+': 'sum', '-': 'difference', '*': 'product' } as const;

/** Sums, differences and products of two proper fractions. */
export const readFraction: FamilyReader = (text) => {
  const statement = new Statement(said(text));
  const expression = statement.take(EXPRESSION)?.[0];
  if (expression === undefined) return null;
  statement.take(/ ?= ?\??/);
  const named = /\b(?:sum|difference|product)\b/.exec(statement.rest)?.[0];
  if (!statement.saysOnly(WORDS)) return null;
  // Brackets round a fraction say nothing.
  const bare = expression.replace(/\(\s*(\d+\s*\/\s*\d+)\s*\)/g, '$1').replace(/\s/g, '');
  const parts = /^(\d+)\/(\d+)([-+*])(\d+)\/(\d+)$/.exec(bare);
  if (parts === null) return isOfFractions(expression) ? 'out-of-range' : null;
  const [a = 0, b = 0, c = 0, d = 0] = [1, 2, 4, 5].map((i) => Number(parts[i]));
  const kind = parts[3] === '+' ? '+' : parts[3] === '-' ? '-' : '*';
  if (named !== undefined && named !== NAMES[kind]) return null;
  const isTrained = isProper(a, b) && isProper(c, d) && (kind !== '-' || a * d > b * c) && (kind !== '+' || b !== d);
  if (!isTrained) return 'out-of-range';
  return [`${a}/${b}${kind}${c}/${d}`, `${a}/${b} ${kind} ${c}/${d}`].flatMap((written) => [
    `Compute ${written}.`,
    `What is ${written}?`,
    `Calculate ${written}`,
    `Find the ${NAMES[kind]} ${written}.`,
    `Simplify ${written}.`,
  ]);
};

function said(text: string): string {
  for (const [pattern, sign] of SAID) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const [one = '', two = ''] = found.slice(1).filter((part: string | undefined) => part !== undefined);
    return text.replace(found[0], ` ${one}${sign}${two} `);
  }
  const subtracted = /\bsubtract (\d+ ?\/ ?\d+) from (\d+ ?\/ ?\d+)/.exec(text);
  if (subtracted !== null) return text.replace(subtracted[0], ` ${subtracted[2]}-${subtracted[1]} `);
  return withSigns(text.replace(/(\d+\/\d+) of (\d+\/\d+)/, '$1*$2'));
}

/** Several fractions joined by signs, though not as the model knows them. */
function isOfFractions(expression: string): boolean {
  const terms = parseSum(expression);
  return terms !== null && terms.length > 1 && terms.every(({ factors }) => factors.some(({ isDivided }) => isDivided));
}

function isProper(top: number, low: number): boolean {
  return within(low, 2, 12) && within(top, 1, low - 1) && commonDivisor(top, low) === 1;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
