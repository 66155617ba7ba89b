import { children, substituted, type Node } from '../ast';
import { absolute, added, multiplied, rational, type Rational } from './rational';

/** Bits of the largest number that is worked out. */
const MAX_BITS = 20_000;
const LIMIT = 1n << BigInt(MAX_BITS);
/** n! has about as many bits as `LIMIT` allows. */
const MAX_FACTORIAL = 2100n;
const MAX_CHOSEN = 1100n;
const MAX_CHOSEN_FROM = 1n << 64n;

const known = new WeakMap<Node, Rational | null>();

/** The exact value of a rational constant; null if it is none, or has more than about 2,400 digits. */
export function exactValue(node: Node): Rational | null {
  if (node.kind === 'number') return node.value;
  const before = known.get(node);
  if (before !== undefined) return before;
  const value = evaluate(node);
  known.set(node, value);
  return value;
}

function evaluate(node: Node): Rational | null {
  switch (node.kind) {
    case 'sum':
      return fold(node.items, rational(0n), added);
    case 'product':
      return fold(node.items, rational(1n), multiplied);
    case 'power':
      return powerOf(exactValue(node.items[0]), exactValue(node.items[1]));
    case 'call':
      if (node.name === 'big sum' || node.name === 'big prod') return bigOperator(node.name, node.items);
      return callOf(node.name, node.items.map(exactValue));
    default:
      return null;
  }
}

function bounded(value: Rational): Rational | null {
  return value.top < LIMIT && value.top > -LIMIT && value.bottom < LIMIT ? value : null;
}

function fold(items: readonly Node[], start: Rational, join: (a: Rational, b: Rational) => Rational): Rational | null {
  let total: Rational | null = start;
  for (const item of items) {
    const value = exactValue(item);
    if (value === null) return null;
    total = bounded(join(total, value));
    if (total === null) return null;
  }
  return total;
}

function powerOf(base: Rational | null, exponent: Rational | null): Rational | null {
  if (base === null || exponent === null) return null;
  if (exponent.bottom !== 1n) {
    return exponent.bottom > 100n ? null : rootOf(powerOf(base, rational(exponent.top)), exponent.bottom);
  }
  if (base.top === 0n) return exponent.top > 0n ? base : null;
  const isUnit = base.bottom === 1n && (base.top === 1n || base.top === -1n);
  const times = isUnit ? absolute(exponent.top) % 2n : absolute(exponent.top);
  const bits = Math.max(absolute(base.top).toString(16).length, base.bottom.toString(16).length) * 4;
  if (times > BigInt(MAX_BITS) || BigInt(bits) * times > BigInt(2 * MAX_BITS)) return null;
  const [top, bottom] = [base.top ** times, base.bottom ** times];
  return bounded(exponent.top < 0n ? rational(bottom, top) : rational(top, bottom));
}

/** The real root where it is rational; null otherwise. Odd roots of negative numbers are negative. */
function rootOf(value: Rational | null, degree: bigint): Rational | null {
  if (value === null || (value.top < 0n && degree % 2n === 0n)) return null;
  const [top, bottom] = [wholeRoot(absolute(value.top), degree), wholeRoot(value.bottom, degree)];
  return top === null || bottom === null ? null : rational(value.top < 0n ? -top : top, bottom);
}

function wholeRoot(value: bigint, degree: bigint): bigint | null {
  let [low, high] = [0n, 1n << (BigInt(value.toString(16).length * 4) / degree + 1n)];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** degree <= value) low = middle;
    else high = middle - 1n;
  }
  return low ** degree === value ? low : null;
}

function callOf(name: string, values: readonly (Rational | null)[]): Rational | null {
  const [a, b] = values;
  if (!a || values.includes(null)) return null;
  const floor = (value: Rational) =>
    (value.top - (((value.top % value.bottom) + value.bottom) % value.bottom)) / value.bottom;
  if (name === 'abs' && values.length === 1) return rational(absolute(a.top), a.bottom);
  if (name === 'floor') return rational(floor(a));
  const many = values.filter((value) => value !== null);
  if (name === 'max') return many.reduce((best, one) => (one.top * best.bottom > best.top * one.bottom ? one : best));
  if ((name === 'gcd' || name === 'lcm') && many.every(({ bottom }) => bottom === 1n)) return commonOf(many, name);
  if (name === 'mod' && b && a.bottom === 1n && b.bottom === 1n && b.top > 0n)
    return rational(((a.top % b.top) + b.top) % b.top);
  if (name === 'binomial' && a.bottom === 1n && b?.bottom === 1n) return binomial(a.top, b.top);
  if (a.bottom !== 1n || a.top < 0n || a.top > MAX_FACTORIAL) return null;
  if (name === 'double factorial') return rational(falling(a.top, (a.top + 1n) / 2n, 2n));
  if (name === 'arrangements' && b?.bottom === 1n && b.top >= 0n) return rational(falling(a.top, b.top));
  return name === 'factorial' ? rational(falling(a.top, a.top)) : null;
}

function binomial(n: bigint, k: bigint): Rational | null {
  if (n < 0n) return null;
  if (k < 0n || k > n) return rational(0n);
  const few = k > n - k ? n - k : k;
  if (few > MAX_CHOSEN || n > MAX_CHOSEN_FROM) return null;
  return bounded(rational(falling(n, few), falling(few, few)));
}

/** Terms times nodes that a sum or product may have to be worked out. */
const MAX_SUM_WORK = 6000;

/** A finite sum or product, term by term. */
function bigOperator(name: string, [index, start, upper, term]: readonly Node[]): Rational | null {
  if (index?.kind !== 'symbol' || !start || !upper || !term) return null;
  const [low, high] = [exactValue(start), exactValue(upper)];
  if (low?.bottom !== 1n || high?.bottom !== 1n || high.top - low.top > BigInt(MAX_SUM_WORK)) return null;
  const count = Number(high.top - low.top) + 1;
  if (count * sumWork(term) > MAX_SUM_WORK) return null;
  let total: Rational | null = rational(name === 'big sum' ? 0n : 1n);
  for (let k = low.top; k <= high.top && total; k++) {
    const value = exactValue(substituted(term, new Map([[index.name, { kind: 'number', value: rational(k) }]])));
    total = value && bounded(name === 'big sum' ? added(total, value) : multiplied(total, value));
  }
  return total;
}

/** A sum within a sum counts as a hundred terms. */
function sumWork(node: Node): number {
  const inside = children(node).reduce((total, child) => total + sumWork(child), 1);
  return Math.min(MAX_SUM_WORK + 1, node.kind === 'call' && node.name.startsWith('big ') ? 100 * inside : inside);
}

function commonOf(values: readonly Rational[], name: 'gcd' | 'lcm'): Rational | null {
  const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b));
  const join = (a: bigint, b: bigint): bigint => {
    const common = divisor(a, b);
    return name === 'gcd' || common === 0n ? common : (a / common) * b;
  };
  return bounded(rational(values.map(({ top }) => absolute(top)).reduce(join)));
}

/** n (n − step) (n − 2 step) …, `count` factors. */
function falling(n: bigint, count: bigint, step = 1n): bigint {
  let result = 1n;
  for (let k = 0n; k < count; k++) result *= n - k * step;
  return result;
}
