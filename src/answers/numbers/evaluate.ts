import type { Node } from '../ast';
import * as ball from './ball';
import type { Ball } from './ball';
import type { Budget } from './budget';
import { exactValue } from './exact';
import * as fixed from './fixed';
import { absolute, type Rational } from './rational';

/** What a transcendental function costs, in units of the budget. */
const FUNCTION_COST = 60;
/** Larger exponents are taken through the logarithm. */
const MAX_WHOLE_EXPONENT = 4096n;

type RealFunction = (x: Ball) => Ball | null;

/** e^(ix) = cos x + i sin x */
const turned = (x: Ball): Ball | null => ball.exponential({ re: 0n, im: x.re, error: x.error });
/** The angle of x + iy. */
const angle = (x: Ball | null, y: Ball): Ball | null => {
  const log = x && ball.logarithm({ re: x.re, im: y.re, error: x.error + y.error });
  return log && ball.real(log.im, log.error);
};

/** Numbers that are whole to so many bits are taken as whole, as two that agree to as many are taken as one. */
const WHOLE_BITS = 100n;

/** The next whole number below; unknown where the error is too large to tell. */
const floor: RealFunction = (x) => {
  const nearest = ((x.re + (fixed.ONE >> 1n)) >> fixed.BITS) << fixed.BITS;
  if (absolute(x.re - nearest) <= fixed.ONE >> WHOLE_BITS) return { re: nearest, im: 0n, error: 0n };
  const below = (x.re >> fixed.BITS) << fixed.BITS;
  const isInside = x.re - below > x.error && below + fixed.ONE - x.re > x.error;
  return isInside ? { re: below, im: 0n, error: 0n } : null;
};

/** On the real axis only. */
const REAL: Readonly<Record<string, RealFunction>> = {
  floor,
  cos: (x) => {
    const point = turned(x);
    return point && ball.real(point.re, point.error);
  },
  sin: (x) => {
    const point = turned(x);
    return point && ball.real(point.im, point.error);
  },
  arctan: (x) => angle(ball.UNIT, x),
  arcsin: (x) => {
    if (absolute(x.re) === fixed.ONE && x.error === 0n) return angle(ball.ZERO, x);
    const square = ball.times(x, x);
    const rest = square && ball.plus(ball.UNIT, ball.minus(square));
    return rest && rest.re > rest.error ? angle(ball.squareRoot(rest), x) : null;
  },
};

/** Expressions at one point, their unknowns real. */
export class Point {
  /** Whether something was asked for that is no real number there: \ln(−1). */
  isOutside = false;

  constructor(
    private readonly unknowns: ReadonlyMap<string, Ball>,
    private readonly budget: Budget,
  ) {}

  /** null where it is not defined, not known well enough, no expression, or the budget is spent. */
  at(node: Node): Ball | null {
    if (!this.budget.spend(2)) return null;
    switch (node.kind) {
      case 'number':
        return ball.fromRational(node.value);
      case 'symbol':
        return this.symbol(node.name);
      case 'sum':
        return this.fold(node.items, ball.ZERO, ball.plus);
      case 'product':
        return this.fold(node.items, ball.UNIT, ball.times);
      case 'power':
        return this.power(node.items[0], node.items[1]);
      case 'call': {
        const exact = exactValue(node);
        return exact === null ? this.call(node.name, node.items) : ball.fromRational(exact);
      }
      default:
        return null;
    }
  }

  private symbol(name: string): Ball | null {
    if (name === 'pi') return { re: fixed.pi(), im: 0n, error: 2n };
    if (name === 'e') return ball.exponential(ball.UNIT);
    if (name === 'i') return ball.IMAGINARY;
    return this.unknowns.get(name) ?? null;
  }

  private fold(items: readonly Node[], start: Ball, join: (a: Ball, b: Ball) => Ball | null): Ball | null {
    let total: Ball | null = start;
    for (const item of items) {
      const next: Ball | null = total && this.at(item);
      total = total && next && join(total, next);
      if (total === null) return null;
    }
    return total;
  }

  private power(base: Node, exponent: Node): Ball | null {
    if (base.kind === 'symbol' && base.name === 'e') {
      const times = this.budget.spend(FUNCTION_COST) ? this.at(exponent) : null;
      return times && ball.exponential(times);
    }
    const a = this.at(base);
    if (a === null || !this.budget.spend(FUNCTION_COST / 4)) return null;
    const exact = exactValue(exponent);
    if (exact?.bottom === 1n && absolute(exact.top) <= MAX_WHOLE_EXPONENT) return ball.wholePower(a, exact.top);
    if (!ball.isNonZero(a)) return exact !== null && exact.top > 0n && a.re === 0n && a.im === 0n ? ball.ZERO : null;
    if (exact !== null) return this.rationalPower(a, exact);
    const b = this.at(exponent);
    return b && this.generalPower(a, b);
  }

  private rationalPower(a: Ball, { top, bottom }: Rational): Ball | null {
    if (ball.isReal(a) && a.re < 0n && bottom % 2n === 1n) {
      const positive = this.rationalPower(ball.minus(a), { top, bottom });
      return positive && top % 2n !== 0n ? ball.minus(positive) : positive;
    }
    if (ball.isReal(a) && a.re > 0n && bottom === 2n && absolute(top) <= MAX_WHOLE_EXPONENT) {
      const root = ball.squareRoot(a);
      return root && ball.wholePower(root, top);
    }
    const exponent = ball.fromRational({ top, bottom });
    return exponent && this.generalPower(a, exponent);
  }

  /** On the negative axis only for constants: there the principal value is meant, elsewhere the real function. */
  private generalPower(a: Ball, b: Ball): Ball | null {
    if (this.isRealOnly(a)) return null;
    if (!this.budget.spend(4 * FUNCTION_COST)) return null;
    const log = ball.logarithm(a);
    const exponent = log && ball.times(log, b);
    return exponent && ball.exponential(exponent);
  }

  private isRealOnly(x: Ball): boolean {
    const isNegative = this.unknowns.size > 0 && ball.isReal(x) && x.re < 0n && ball.isNonZero(x);
    this.isOutside ||= isNegative;
    return isNegative;
  }

  private call(name: string, items: readonly Node[]): Ball | null {
    if (name === 'max') {
      const [first = null, ...others] = items.map((item) => this.at(item));
      return others.reduce<Ball | null>(larger, first);
    }
    const [first] = items;
    const x = first && items.length === 1 && this.budget.spend(2 * FUNCTION_COST) ? this.at(first) : null;
    if (!x) return null;
    if (name === 'abs') return ball.absoluteValue(x);
    if (name === 'ln') return this.isRealOnly(x) ? null : ball.logarithm(x);
    if (!ball.isReal(x)) return null;
    this.isOutside ||= name === 'arcsin' && absolute(x.re) > fixed.ONE + x.error;
    return REAL[name]?.(x) ?? null;
  }
}

const larger = (a: Ball | null, b: Ball | null): Ball | null =>
  a && b && ball.isReal(a) && ball.isReal(b) ? (a.re > b.re ? a : b) : null;
