import { type Factor, parseSum, type Term, withSigns } from './expression';
import { type FamilyReader, within } from './family';
import { Statement, vocabulary } from './statement';
import { spacings } from './wording';

export const EXPRESSION = /[\d(](?:[\d\s()+*/-]*[\d)])?/;
const WORDS = vocabulary(
  'simplify solve expression order operations using by calculation arithmetic problem',
  '四则运算|混合运算|运算|式子|算式|脱式|表达式|下式|各式|各题|下列|题|式',
);

/** A term whose kind is known: n, m*n, m/n, or n*(a±b). */
type Part =
  | { readonly kind: 'number'; readonly sign: number; readonly n: number }
  | { readonly kind: 'product' | 'quotient'; readonly sign: number; readonly pair: readonly [number, number] }
  | {
      readonly kind: 'bracket';
      readonly sign: number;
      readonly f: number;
      readonly pair: readonly [number, number];
      readonly inner: 1 | -1;
    };

/** Calculations with brackets and precedence, of the six shapes that the model was taught. */
export const readOrder: FamilyReader = (text) => {
  const statement = new Statement(withSigns(text));
  const expression = statement.take(EXPRESSION)?.[0];
  statement.take(/ ?= ?\??/);
  if (expression === undefined || !statement.saysOnly(WORDS)) return null;
  const parts = parseSum(expression)?.map(partOf);
  if (parts === undefined || parts.length < 2) return null;
  if (parts.some((part) => part === null)) return 'out-of-range';
  const shape = shapeOf(parts.filter((part) => part !== null));
  // A plain sum of numbers is no calculation of this kind.
  if (shape === null) return 'out-of-range';
  return shape
    .flatMap(spacings)
    .flatMap((written) => [
      `Compute ${written}.`,
      `Evaluate ${written}.`,
      `What is ${written}?`,
      `Calculate ${written}`,
      `Find the value of ${written}.`,
    ]);
};

function partOf({ sign, factors }: Term): Part | null {
  const [first, second] = factors;
  if (first === undefined || factors.length > 2) return null;
  if (second === undefined) return typeof first.of === 'number' ? { kind: 'number', sign, n: first.of } : null;
  if (typeof first.of === 'number' && typeof second.of === 'number') {
    return { kind: second.isDivided ? 'quotient' : 'product', sign, pair: [first.of, second.of] };
  }
  if (second.isDivided) return null;
  return bracketOf(sign, first, second) ?? bracketOf(sign, second, first);
}

function bracketOf(sign: number, { of: f }: Factor, { of: bracket }: Factor): Part | null {
  if (typeof f !== 'number' || typeof bracket !== 'object' || bracket.length !== 2) return null;
  const [one, two] = bracket.map(partOf);
  if (one?.kind !== 'number' || two?.kind !== 'number' || one.sign !== 1) return null;
  return { kind: 'bracket', sign, f, pair: [one.n, two.n], inner: two.sign === 1 ? 1 : -1 };
}

/** The shape's wordings, in the order of the user's own factors where there is a choice; null: none that was taught. */
function shapeOf(parts: readonly Part[]): string[] | null {
  const names = parts.map(({ kind, sign }) => `${sign === 1 ? '+' : '-'}${kind}`).sort();
  const find = (kind: Part['kind'], sign = 1) => parts.find((part) => part.kind === kind && part.sign === sign);
  const texts: string[] = [];
  const small = (...numbers: number[]): boolean => numbers.every((number) => within(number, 2, 12));
  const isBig = (number: number): boolean => within(number, 13, 60);
  const isFactor = (number: number): boolean => within(number, 2, 9);
  const number = find('number');
  const less = find('number', -1);
  const product = find('product');
  const bracket = find('bracket');
  const quotient = find('quotient');
  const lessProduct = find('product', -1);
  switch (names.join(' ')) {
    case '+number +product -number':
      if (number?.kind !== 'number' || less?.kind !== 'number' || product?.kind !== 'product') return null;
      if (isBig(number.n) && small(...product.pair, less.n))
        texts.push(`${number.n}+${product.pair.join('*')}-${less.n}`);
      break;
    case '+bracket -product':
      if (bracket?.kind !== 'bracket' || lessProduct?.kind !== 'product' || bracket.inner !== 1) return null;
      if (small(...bracket.pair, ...lessProduct.pair) && isFactor(bracket.f)) {
        texts.push(`(${bracket.pair.join('+')})*${bracket.f}-${lessProduct.pair.join('*')}`);
      }
      break;
    case '+product +product': {
      const pairs = parts.flatMap((part) => (part.kind === 'product' ? [part.pair] : []));
      for (const [one, two] of [pairs, [...pairs].reverse()]) {
        if (one === undefined || two === undefined || !small(...two)) continue;
        for (const [e, f] of [one, [one[1], one[0]] as const]) {
          if (isBig(e) && isFactor(f)) texts.push(`${e}*${f}+${two.join('*')}`);
        }
      }
      break;
    }
    case '+bracket +number':
      if (bracket?.kind !== 'bracket' || number?.kind !== 'number' || !isFactor(bracket.f)) return null;
      if (bracket.inner === -1 && isBig(bracket.pair[0]) && small(bracket.pair[1], number.n)) {
        texts.push(`${bracket.f}*(${bracket.pair.join('-')})+${number.n}`);
      }
      if (bracket.inner === 1 && isBig(number.n) && small(...bracket.pair)) {
        texts.push(`${number.n}+${bracket.f}*(${bracket.pair.join('+')})`);
      }
      break;
    case '+product +quotient -number':
      if (product?.kind !== 'product' || quotient?.kind !== 'quotient' || less?.kind !== 'number') return null;
      if (small(...product.pair, less.n, quotient.pair[0] / quotient.pair[1]) && isFactor(quotient.pair[1])) {
        texts.push(`${product.pair.join('*')}+${quotient.pair.join('/')}-${less.n}`);
      }
      break;
  }
  return texts.length === 0 ? null : texts;
}
