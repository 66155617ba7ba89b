import { isUnknown, some, type Node } from '../ast';
import type { Budget } from './budget';
import { exactValue } from './exact';
import type { Rational } from './rational';

/**
 * A prime of which (p − 1)/2 is prime too, so that the powers of every number repeat only after (p − 1)/2 steps; modulo
 * 2^61 − 1 those of 2 would after 61. The chance that two different rational functions agree at a point is degree/p.
 */
export const P = (1n << 61n) - 2373n;

/**
 * A value in the field of p elements. `opaque`: something the field cannot represent (a root, π, sin …) is part of it as
 * a pseudorandom element that depends on its arguments only, so that equal values still prove equality, but different
 * values prove nothing.
 */
export interface FieldValue {
  readonly value: bigint;
  readonly opaque: boolean;
}

/** What a modular power costs, in units of the budget. */
const POWER_COST = 15;

const mod = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;
const plain = (value: bigint): FieldValue => ({ value: mod(value, P), opaque: false });

/** FNV-1a into the field: the element that a name has at the point `seed`. */
function element(text: string, seed: number): bigint {
  let [high, low] = [0x811c9dc5 ^ seed, 0xcbf29ce4 + seed];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ (code + (high >>> 15)), 0x5bd1e995);
  }
  const mix = (hash: number): bigint => BigInt(Math.imul(hash ^ (hash >>> 13), 0x85ebca6b) >>> 0);
  return (((mix(high) << 32n) | mix(low ^ (high >>> 7))) % (P - 2n)) + 1n;
}

function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, mod(base, modulus)];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result % modulus;
}

const inverseOf = (value: bigint): bigint => modularPower(value, P - 2n, P);

/** Expressions at one point of the field. Every unknown is a whole number there, so that it may be an exponent. */
export class FieldPoint {
  constructor(
    private readonly seed: number,
    private readonly budget: Budget,
  ) {}

  /** null where it divides by 0, is no expression, or the budget is spent. */
  at(node: Node): FieldValue | null {
    if (!this.budget.spend(1)) return null;
    switch (node.kind) {
      case 'number':
        return this.rational(node.value);
      case 'symbol':
        return { value: element(node.name, this.seed), opaque: !isUnknown(node) };
      case 'sum':
        return this.fold(node.items, 0n, (a, b) => a + b);
      case 'product':
        return this.fold(node.items, 1n, (a, b) => a * b);
      case 'power':
        return this.power(node.items[0], node.items[1]);
      case 'call':
        return this.opaque(node.name, node.items);
      default:
        return null;
    }
  }

  private rational({ top, bottom }: Rational): FieldValue | null {
    if (bottom === 1n) return plain(top);
    const divisor = bottom % P;
    if (divisor === 0n || !this.budget.spend(POWER_COST)) return null;
    return plain(mod(top, P) * inverseOf(divisor));
  }

  private fold(items: readonly Node[], start: bigint, join: (a: bigint, b: bigint) => bigint): FieldValue | null {
    let [total, opaque] = [start, false];
    for (const item of items) {
      const next = this.at(item);
      if (next === null) return null;
      total = join(total, next.value) % P;
      opaque ||= next.opaque;
    }
    return { value: total, opaque };
  }

  private opaque(name: string, items: readonly Node[]): FieldValue | null {
    const values = items.map((item) => this.at(item)?.value);
    if (values.includes(undefined)) return null;
    return { value: element(`${name}(${values.join(',')})`, this.seed), opaque: true };
  }

  private power(base: Node, exponent: Node): FieldValue | null {
    const bottom = this.at(base);
    if (bottom === null || !this.budget.spend(POWER_COST)) return null;
    if (exponent.kind === 'sum' && bottom.value !== 0n) {
      const parts = exponent.items.map((item) => this.power(base, item));
      return parts.reduce(timesOf, plain(1n));
    }
    const fraction = exactValue(exponent);
    if (bottom.value === 0n) return fraction !== null && fraction.top > 0n ? bottom : null;
    if (fraction !== null) return this.rationalPower(bottom, fraction);
    // The sign of (−2)^n is not known, and in the field it would be a coin's toss.
    const isPositive = (exactValue(base)?.top ?? 1n) > 0n;
    // By Fermat, exponents count modulo p − 1.
    const times = isPositive && !holdsConstant(exponent) ? this.whole(exponent, P - 1n) : null;
    if (times === null) return this.opaque('power', [base, exponent]);
    return { value: modularPower(bottom.value, times, P), opaque: bottom.opaque };
  }

  private rationalPower(base: FieldValue, { top, bottom }: Rational): FieldValue {
    const isWhole = bottom === 1n;
    const root = isWhole ? base.value : element(`root ${bottom}(${base.value})`, this.seed);
    return { value: modularPower(root, mod(top, P - 1n), P), opaque: base.opaque || !isWhole };
  }

  /** A whole-number expression modulo any number; null if it divides, or a tower is too high to be exact. */
  private whole(node: Node, modulus: bigint): bigint | null {
    if (!this.budget.spend(1)) return null;
    if (node.kind === 'number') return node.value.bottom === 1n ? mod(node.value.top, modulus) : null;
    if (node.kind === 'symbol') return element(node.name, this.seed) % modulus;
    if (node.kind === 'power') {
      const times = exactValue(node.items[1]);
      const isCount = times !== null && times.bottom === 1n && times.top >= 0n;
      const base = isCount && this.budget.spend(POWER_COST) ? this.whole(node.items[0], modulus) : null;
      return base === null || times === null ? null : modularPower(base, times.top, modulus);
    }
    if (node.kind !== 'sum' && node.kind !== 'product') return null;
    let total = node.kind === 'sum' ? 0n : 1n;
    for (const item of node.items) {
      const next = this.whole(item, modulus);
      if (next === null) return null;
      total = mod(node.kind === 'sum' ? total + next : total * next, modulus);
    }
    return total;
  }
}

const timesOf = (a: FieldValue | null, b: FieldValue | null): FieldValue | null =>
  a && b && { value: (a.value * b.value) % P, opaque: a.opaque || b.opaque };

const holdsConstant = (node: Node): boolean => some(node, (part) => part.kind === 'symbol' && !isUnknown(part));
