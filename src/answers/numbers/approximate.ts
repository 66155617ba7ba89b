import type { Node } from '../ast';

const REAL: Readonly<Record<string, (...values: number[]) => number>> = {
  abs: Math.abs, floor: Math.floor, ln: Math.log, sin: Math.sin, cos: Math.cos, arcsin: Math.asin, arctan: Math.atan, max: Math.max,
}; // prettier-ignore

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

/**
 * The value in ordinary floating point, NaN where it is none. Only to find where an expression may bend or end: no
 * verdict rests on it.
 */
export function approximate(node: Node, unknowns: ReadonlyMap<string, number>): number {
  switch (node.kind) {
    case 'number':
      return Number(node.value.top) / Number(node.value.bottom);
    case 'symbol':
      return CONSTANTS[node.name] ?? unknowns.get(node.name) ?? NaN;
    case 'sum':
      return node.items.reduce((total, item) => total + approximate(item, unknowns), 0);
    case 'product':
      return node.items.reduce((total, item) => total * approximate(item, unknowns), 1);
    case 'power':
      return power(approximate(node.items[0], unknowns), approximate(node.items[1], unknowns));
    case 'call':
      return REAL[node.name]?.(...node.items.map((item) => approximate(item, unknowns))) ?? NaN;
    default:
      return NaN;
  }
}

/** Odd roots of negative numbers are negative. */
function power(base: number, exponent: number): number {
  const value = base ** exponent;
  if (!Number.isNaN(value) || !(base < 0)) return value;
  const degree = Math.round(1 / exponent);
  return degree % 2 !== 0 && Math.abs(degree * exponent - 1) < 1e-12 ? -((-base) ** exponent) : NaN;
}
