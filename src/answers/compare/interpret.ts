import {
  children,
  fraction,
  isConstant,
  mapChildren,
  nodeCount,
  product,
  some,
  symbol,
  type MatrixNode,
  type Node,
} from '../ast';
import { exactValue } from '../numbers/exact';
import { rational } from '../numbers/rational';

const TRIGONOMETRIC = /^(?:sin|cos|tan|cot|sec|csc)$/;
/** Matrices that become larger are not worked out, nor are binomials of anything longer. */
const MAX_MATRIX_NODES = 2000;
const MAX_BINOMIAL_NODES = 12;

/** What an answer means, with ± written out, units only where they stand last, and matrices added and multiplied. */
export function interpret(node: Node): Node {
  const items = itemsOf(node).flatMap(signsWrittenOut).map(tidy).map(withoutApproximation);
  const [only] = items;
  if (node.kind === 'set') return { kind: 'set', items };
  if (node.kind !== 'list' && items.length === 1 && only) return only;
  return {
    kind: 'list',
    items: sharedName(items),
    ...(node.kind === 'list' && node.isChoice ? { isChoice: true } : {}),
  };
}

export const itemsOf = (node: Node): readonly Node[] =>
  node.kind === 'list' || node.kind === 'set'
    ? node.items.flatMap((item) => (item.kind === 'list' ? itemsOf(item) : [item]))
    : [node];

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
  if (node.kind === 'unit') return { ...node, items: [tidied(node.items[0], false)] };
  if (node.kind === 'relation' || node.kind === 'list') return mapChildren(node, tidy);
  return tidied(node, false);
}

/** @param inAngle whether degrees count as angles, as inside sin; elsewhere they are only a unit */
function tidied(node: Node, inAngle: boolean): Node {
  if (node.kind === 'unit') return unitWithin(tidied(node.items[0], inAngle), node.unit, inAngle);
  const isOperator = node.kind === 'sum' || node.kind === 'product' || node.kind === 'power' || node.kind === 'call';
  const isAngle = node.kind === 'call' ? TRIGONOMETRIC.test(node.name) : inAngle && isOperator;
  const inside = mapChildren(node, (child) => {
    if (isOperator && child.kind === 'group' && child.open === '[' && child.close === ']' && child.items.length === 1) {
      const [only] = child.items;
      return only ? tidied(only, isAngle) : child;
    }
    return isOperator ? tidied(child, isAngle) : tidy(child);
  });
  return combinedMatrices(inside) ?? writtenOutBinomial(inside) ?? namedPoint(inside) ?? inside;
}

function unitWithin(value: Node, unit: string, inAngle: boolean): Node {
  if (unit === '%') return product(value, fraction(rational(1n, 100n)));
  return unit === '°' && inAngle ? product(value, symbol('pi'), fraction(rational(1n, 180n))) : value;
}

/** \binom{n}{2} → n(n − 1)/2. */
function writtenOutBinomial(node: Node): Node | null {
  const [n, k] = node.kind === 'call' && node.name === 'binomial' ? node.items : [];
  if (k?.kind !== 'number' || k.value.bottom !== 1n || k.value.top < 1n || k.value.top > 12n) return null;
  if (!n || isConstant(n) || nodeCount(n, MAX_BINOMIAL_NODES) >= MAX_BINOMIAL_NODES) return null;
  const factors = Array.from({ length: Number(k.value.top) }, (_, i): Node[] => [
    { kind: 'sum', items: [n, fraction(rational(BigInt(-i)))] },
    fraction(rational(1n, BigInt(i + 1))),
  ]);
  return product(...factors.flat());
}

/** A(1, 2) is the point (1, 2). */
function namedPoint(node: Node): Node | null {
  const [name, point, ...others] = node.kind === 'product' ? node.items : [];
  const isName = name?.kind === 'symbol' && /^[A-Z]$/.test(name.name);
  return isName && point?.kind === 'group' && others.length === 0 ? point : null;
}

/** Sums and products of matrices, and their multiples, as one matrix. */
function combinedMatrices(node: Node): Node | null {
  if ((node.kind !== 'sum' && node.kind !== 'product') || !node.items.some(({ kind }) => kind === 'matrix'))
    return null;
  let total: Node | null = null;
  for (const item of node.items) {
    const next: Node | null =
      total === null ? item : node.kind === 'sum' ? added(total, item) : multiplied(total, item);
    if (next === null || nodeCount(next, MAX_MATRIX_NODES) >= MAX_MATRIX_NODES) return null;
    total = mapChildren(next, workedOut);
  }
  return total;
}

/** Rational entries as numbers, so that they do not grow with every product. */
function workedOut(node: Node): Node {
  const value = exactValue(node);
  return value === null ? node : fraction(value);
}

function added(a: Node, b: Node): Node | null {
  if (a.kind !== 'matrix' || b.kind !== 'matrix') return null;
  if (a.columns !== b.columns || a.items.length !== b.items.length) return null;
  return { ...a, items: a.items.map((item, i): Node => ({ kind: 'sum', items: [item, b.items[i] ?? item] })) };
}

function multiplied(a: Node, b: Node): Node | null {
  if (a.kind === 'matrix' && b.kind === 'matrix') return matrixProduct(a, b);
  if (a.kind === 'matrix') return isConstant(b) ? scaled(a, b) : null;
  return b.kind === 'matrix' ? scaled(b, a) : product(a, b);
}

const scaled = (matrix: MatrixNode, factor: Node): Node => ({
  ...matrix,
  items: matrix.items.map((item) => product(factor, item)),
});

function matrixProduct(a: MatrixNode, b: MatrixNode): Node | null {
  const inner = b.items.length / b.columns;
  const rows = a.items.length / a.columns;
  if (a.columns !== inner || rows * b.columns * inner > MAX_MATRIX_NODES) return null;
  const items: Node[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < b.columns; column++) {
      const terms = Array.from({ length: inner }, (_, k) =>
        product(...[a.items[row * inner + k], b.items[k * b.columns + column]].filter((item) => item !== undefined)),
      );
      items.push({ kind: 'sum', items: terms });
    }
  }
  return { kind: 'matrix', columns: b.columns, items };
}
