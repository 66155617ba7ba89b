import type { Node } from '../ast';

type RealFunction = (x: number, y: number) => number;

const REAL: Readonly<Record<string, RealFunction>> = {
  abs: Math.abs, sgn: Math.sign, floor: Math.floor, ceil: Math.ceil, exp: Math.exp, ln: Math.log, log: Math.log10,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh,
  arcsin: Math.asin, arccos: Math.acos, arctan: Math.atan, max: Math.max, min: Math.min,
  sec: (x) => 1 / Math.cos(x), csc: (x) => 1 / Math.sin(x), cot: (x) => 1 / Math.tan(x),
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
    case 'call': {
      const values = node.items.map((item) => approximate(item, unknowns));
      const [x = NaN, y = NaN] = values;
      if (node.name === 'max' || node.name === 'min') return Math[node.name](...values);
      return REAL[node.name]?.(x, y) ?? NaN;
    }
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
