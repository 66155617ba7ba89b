import { fraction, isConstant, mapChildren, nodeCount, product, type MatrixNode, type Node } from '../ast';
import { exactValue } from '../numbers/exact';
import { rational } from '../numbers/rational';

/** Matrices that become larger are not worked out. */
const MAX_MATRIX_NODES = 2000;
const MAX_DETERMINANT_SIZE = 4;

/** Sums and products of matrices, and their multiples, as one matrix. */
export function combinedMatrices(node: Node): Node | null {
  if (node.kind === 'call' && node.name === 'det' && node.items[0]) return determinant(node.items[0]);
  if (node.kind === 'power') return transposed(node.items[0], node.items[1]);
  if (node.kind !== 'sum' && node.kind !== 'product') return null;
  const areTuples = node.items.some(isTuple);
  if (areTuples && node.kind === 'product' && node.items.filter(isTuple).length > 1) return null;
  if (!areTuples && !node.items.some(({ kind }) => kind === 'matrix')) return null;
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
  if (isTuple(a) && isTuple(b) && a.items.length === b.items.length) {
    return { ...a, items: a.items.map((item, i): Node => ({ kind: 'sum', items: [item, b.items[i] ?? item] })) };
  }
  if (a.kind !== 'matrix' || b.kind !== 'matrix') return null;
  if (a.columns !== b.columns || a.items.length !== b.items.length) return null;
  return { ...a, items: a.items.map((item, i): Node => ({ kind: 'sum', items: [item, b.items[i] ?? item] })) };
}

function multiplied(a: Node, b: Node): Node | null {
  if (a.kind === 'matrix' && b.kind === 'matrix') return matrixProduct(a, b);
  if (isTuple(a)) return scaled(a, b);
  if (isTuple(b)) return scaled(b, a);
  if (a.kind === 'matrix') return isConstant(b) ? scaled(a, b) : null;
  return b.kind === 'matrix' ? scaled(b, a) : product(a, b);
}

const scaled = (matrix: MatrixNode | Tuple, factor: Node): Node => ({
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

type Tuple = Extract<Node, { kind: 'group' }>;
/** (1, 2) as a vector; an interval, which has a square bracket, is none. */
const isTuple = (node: Node): node is Tuple =>
  node.kind === 'group' && node.open === '(' && node.close === ')' && node.items.length > 1;

/** By its first row. */
function determinant(node: Node): Node | null {
  const matrix = node.kind === 'group' && node.items.length === 1 && node.items[0] ? node.items[0] : node;
  if (matrix.kind !== 'matrix' || matrix.columns ** 2 !== matrix.items.length || matrix.columns > MAX_DETERMINANT_SIZE)
    return null;
  const size = matrix.columns;
  const [only] = matrix.items;
  if (size === 1 && only) return only;
  const terms = matrix.items.slice(0, size).map((entry, column): Node => {
    const items = matrix.items.filter((_, i) => i >= size && i % size !== column);
    const minor = determinant({ kind: 'matrix', columns: size - 1, items }) ?? entry;
    return product(fraction(rational(column % 2 === 0 ? 1n : -1n)), entry, minor);
  });
  return { kind: 'sum', items: terms };
}

function transposed(node: Node, exponent: Node): Node | null {
  if (exponent.kind !== 'symbol' || !/^(?:T|top)$/.test(exponent.name)) return null;
  if (node.kind === 'group') return { kind: 'matrix', columns: 1, items: node.items };
  if (node.kind !== 'matrix') return null;
  const rows = node.items.length / node.columns;
  const items = node.items.map((_, i) => node.items[(i % rows) * node.columns + Math.floor(i / rows)] ?? node);
  return { kind: 'matrix', columns: rows, items };
}
