import { children, fraction, isConstant, mapChildren, product, some, symbol, type Node } from '../ast';
import { exactValue } from '../numbers/exact';
import { multiplied, rational } from '../numbers/rational';
import { measureOf } from '../read/units';
import { combinedMatrices } from './matrices';
import { families } from './families';
import { withTermsWritten } from './terms';

const TRIGONOMETRIC = /^(?:sin|cos)$/;

/** What an answer means, with ± written out, units only where they stand last, and matrices added and multiplied. */
export function interpret(node: Node): Node {
  const list = asList(node);
  if (list !== node) return interpret(list);
  // One point's name says nothing, several are told apart by theirs.
  if (node.kind === 'operator' && node.name === 'point' && node.items[1]) return interpret(node.items[1]);
  const items = itemsOf(node).flatMap(signsWrittenOut).map(withTermsWritten).map(tidy).map(withoutApproximation);
  const [only] = items;
  if (node.kind === 'set') return { kind: 'set', items };
  if (node.kind !== 'list' && items.length === 1 && only) return only;
  return families({
    kind: 'list',
    items: writtenOut(sharedModulus(sharedName(items))),
    ...(node.kind === 'list' && node.joined ? { joined: node.joined } : {}),
  });
}

/** Statements that ∧ or ∨ joins, as a list. */
function asList(node: Node): Node {
  if (node.kind !== 'operator' || (node.name !== 'and' && node.name !== 'or')) return node;
  const items = node.items.flatMap((item) =>
    item.kind === 'operator' && item.name === node.name ? children(asList(item)) : [item],
  );
  return items.every(({ kind }) => kind === 'relation') ? { kind: 'list', items, joined: node.name } : node;
}

const MAX_WRITTEN_OUT = 100;

/** 1, 2, …, 10 is 1, 2, 3, 4, 5, 6, 7, 8, 9, 10: whole numbers in equal steps. */
function writtenOut(items: readonly Node[]): readonly Node[] {
  const at = items.findIndex((item) => item.kind === 'symbol' && item.name === 'ldots');
  const values = items.map((item) => exactValue(item)).filter((_, i) => i !== at);
  if (at < 1 || at !== items.length - 2 || values.some((value) => value?.bottom !== 1n)) return items;
  const numbers = values.map((value) => value?.top ?? 0n);
  const [first = 0n, second = first + 1n] = numbers.slice(0, -1);
  const last = numbers.at(-1) ?? first;
  const step = second - first;
  if (
    step === 0n ||
    (last - first) % step !== 0n ||
    (last - first) / step > MAX_WRITTEN_OUT ||
    (last - first) / step < 1n
  )
    return items;
  const all = Array.from({ length: Number((last - first) / step) + 1 }, (_, i) => first + step * BigInt(i));
  return numbers.slice(0, -1).every((value, i) => value === all[i])
    ? all.map((value) => fraction(rational(value)))
    : items;
}

/** n ≡ 0, 1 (mod 4): the modulus counts for all of them. */
function sharedModulus(items: readonly Node[]): readonly Node[] {
  const moduli = items.map((item) => (item.kind === 'relation' ? (item.items.at(-1) ?? item) : item));
  const last = moduli.at(-1);
  if (
    last?.kind !== 'unit' ||
    !last.unit.startsWith('mod ') ||
    moduli.some((one, i) => one.kind === 'unit' && i < moduli.length - 1)
  )
    return items;
  return items.map((item) => {
    const value = item.kind === 'relation' ? item.items.at(-1) : item;
    if (value === undefined || value === last || value.kind === 'unit') return item;
    const changed = residue({ ...last, items: [value] });
    return item.kind === 'relation' ? { ...item, items: [...item.items.slice(0, -1), changed] } : changed;
  });
}

/** 10 (mod 7) is 3 (mod 7). */
function residue(node: Node): Node {
  const value = node.kind === 'unit' && /^mod \d+$/.test(node.unit) ? exactValue(node.items[0]) : null;
  if (node.kind !== 'unit' || value?.bottom !== 1n) return node;
  const modulus = BigInt(node.unit.slice(4));
  if (modulus === 0n) return node;
  return { ...node, items: [fraction(rational(((value.top % modulus) + modulus) % modulus))] };
}

export const itemsOf = (node: Node): readonly Node[] =>
  node.kind === 'list' || node.kind === 'set'
    ? node.items.flatMap((item) => (item.kind === 'list' && !isSystemIn(item, node) ? itemsOf(item) : [item]))
    : [node];

/** x = 1, y = 2 where there are other pairs beside it: what belongs together stays together. */
const isSystemIn = (item: Node, list: Node): boolean =>
  children(list).length > 1 && children(item).some(({ kind }) => kind === 'relation');

/** 1 ± √2 → 1 + √2, 1 − √2; all signs of an item change together. */
function signsWrittenOut(node: Node): Node[] {
  if (node.kind === 'set') return [{ kind: 'set', items: node.items.flatMap(signsWrittenOut) }];
  if (!some(node, isSign)) return [node];
  return [chosen(node, 1n), chosen(node, -1n)];
}

const isSign = (node: Node): boolean => node.kind === 'call' && (node.name === 'pm' || node.name === 'mp');

function chosen(node: Node, sign: bigint): Node {
  const [term] = children(node);
  if (node.kind === 'call' && isSign(node) && term) {
    const factor = node.name === 'pm' ? sign : -sign;
    return factor > 0n ? chosen(term, sign) : product(fraction(rational(-1n)), chosen(term, sign));
  }
  return mapChildren(node, (child) => chosen(child, sign));
}

/** x = 1, 2 and 3: the name counts for all of them. */
function sharedName(items: readonly Node[]): readonly Node[] {
  const [first, ...others] = items;
  const isShared =
    first?.kind === 'relation' &&
    first.signs.every((sign) => sign === '=') &&
    others.length > 0 &&
    others.every(({ kind }) => kind !== 'relation' && kind !== 'text');
  const name = isShared ? first.items[0] : undefined;
  if (!isShared || name === undefined || name.kind === 'number') return items;
  return [first, ...others.map((value): Node => ({ kind: 'relation', signs: ['='], items: [name, value] }))];
}

/** √3/3 ≈ 0.577 is √3/3; x = 1/3 ≈ 0.33 is x = 1/3; N ≈ 34 is N = 34. */
function withoutApproximation(node: Node): Node {
  const first = node.kind === 'relation' ? node.signs.indexOf('approx') : -1;
  if (node.kind !== 'relation' || first === -1) return node;
  const [left] = node.items;
  if (first > 0) return { kind: 'relation', signs: node.signs.slice(0, first), items: node.items.slice(0, first + 1) };
  return left && isConstant(left) ? left : { kind: 'relation', signs: ['='], items: node.items.slice(0, 2) };
}

function tidy(node: Node): Node {
  if (node.kind === 'group' && node.items.length === 1 && node.items[0]?.kind === 'matrix') return tidy(node.items[0]);
  if (node.kind === 'unit') return residue({ ...node, items: [tidied(node.items[0], false)] });
  if (node.kind === 'text' && /^all (?:real numbers|integers)$/.test(node.text))
    return symbol(node.text === 'all integers' ? 'mathbb Z' : 'mathbb R');
  if (node.kind === 'builder' || node.kind === 'relation' || node.kind === 'list') return mapChildren(node, tidy);
  if (node.kind === 'piecewise' || node.kind === 'operator' || node.kind === 'range') return mapChildren(node, tidy);
  return oneQuantity(tidied(node, false));
}

/** @param inAngle whether degrees count as angles, as inside sin; elsewhere they are only a unit */
function tidied(node: Node, inAngle: boolean): Node {
  if (node.kind === 'unit') {
    const value = tidied(node.items[0], inAngle);
    return unitWithin(value, node.unit, inAngle) ?? { ...node, items: [value] };
  }
  const isOperator = node.kind === 'sum' || node.kind === 'product' || node.kind === 'power' || node.kind === 'call';
  const isAngle = node.kind === 'call' ? TRIGONOMETRIC.test(node.name) : inAngle && isOperator;
  const inside = mapChildren(node, (child) => {
    if (isOperator && child.kind === 'group' && child.open === '[' && child.close === ']' && child.items.length === 1) {
      const [only] = child.items;
      return only ? tidied(only, isAngle) : child;
    }
    return isOperator ? tidied(child, isAngle) : tidy(child);
  });
  return combinedMatrices(inside) ?? inside;
}

/** 30° + k · 360° is (30 + 360 k)°, 1 h 30 min is 1.5 h. */
function oneQuantity(node: Node): Node {
  if (node.kind === 'product' || node.kind === 'sum') {
    const items = node.items.map(oneQuantity);
    const units = items.flatMap((item) => (item.kind === 'unit' && item.words === '' ? [item] : []));
    const [unit] = units;
    if (unit === undefined) return node;
    if (node.kind === 'product') {
      if (units.length > 1 || unit.unit === '%') return node;
      return { ...unit, items: [product(...items.map((item) => (item === unit ? unit.items[0] : item)))] };
    }
    const measures = units.map((one) => measureOf(one.unit));
    const [first] = measures;
    if (units.length !== items.length) return node;
    if (units.every((one) => one.unit === unit.unit))
      return { ...unit, items: [{ kind: 'sum', items: units.map((one) => one.items[0]) }] };
    if (!first || measures.some((one) => one?.dimension !== first.dimension)) return node;
    const parts = units.map((one, i): Node =>
      product(
        one.items[0],
        fraction(multiplied(measures[i]?.factor ?? rational(1n), rational(first.factor.bottom, first.factor.top))),
      ),
    );
    return { ...unit, items: [{ kind: 'sum', items: parts }] };
  }
  return node;
}

function unitWithin(value: Node, unit: string, inAngle: boolean): Node | null {
  if (unit === '%') return product(value, fraction(rational(1n, 100n)));
  return unit === '°' && inAngle ? product(value, symbol('pi'), fraction(rational(1n, 180n))) : null;
}
