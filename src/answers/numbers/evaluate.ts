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

const sine: RealFunction = (x) => ball.real(fixed.sineCosine(x.re)[0], x.error);
const cosine: RealFunction = (x) => ball.real(fixed.sineCosine(x.re)[1], x.error);
const over = (a: Ball | null, b: Ball | null): Ball | null => {
  const inverse = b && ball.reciprocal(b);
  return a && inverse && ball.times(a, inverse);
};
const half = (a: Ball | null): Ball | null => a && { re: a.re >> 1n, im: a.im >> 1n, error: a.error + 1n };
const hyperbolic =
  (sign: bigint): RealFunction =>
  (x) => {
    const [up, down] = [ball.exponential(x), ball.exponential(ball.minus(x))];
    return half(up && down && ball.plus(up, sign < 0n ? ball.minus(down) : down));
  };
const arctangent: RealFunction = (x) => ball.real(fixed.arctangent(x.re), x.error);
const quarterTurn = (): Ball => ({ re: fixed.pi() >> 1n, im: 0n, error: 2n });

const arcsine: RealFunction = (x) => {
  if (absolute(x.re) === fixed.ONE && x.error === 0n) return x.re > 0n ? quarterTurn() : ball.minus(quarterTurn());
  const rest = ball.plus(ball.UNIT, ball.minus(ball.times(x, x) ?? ball.UNIT));
  if (rest === null || rest.re <= rest.error) return null;
  const tangent = over(x, ball.squareRoot(rest));
  return tangent && arctangent(tangent);
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

const sign: RealFunction = (x) => {
  if (!ball.isNonZero(x)) return x.re === 0n ? ball.ZERO : null;
  return x.re > 0n ? ball.UNIT : ball.minus(ball.UNIT);
};

/** Functions that are taken on the real axis only. */
const REAL: Readonly<Record<string, RealFunction>> = {
  sin: sine,
  cos: cosine,
  tan: (x) => over(sine(x), cosine(x)),
  sinh: hyperbolic(-1n),
  cosh: hyperbolic(1n),
  tanh: (x) => over(hyperbolic(-1n)(x), hyperbolic(1n)(x)),
  arcsin: arcsine,
  arccos: (x) => {
    const angle = arcsine(x);
    return angle && ball.plus(quarterTurn(), ball.minus(angle));
  },
  arctan: arctangent,
  floor,
  ceil: (x) => {
    const above = floor(ball.minus(x));
    return above && ball.minus(above);
  },
  sgn: sign,
};

/** sec x = 1/cos x, and so on. */
const RECIPROCALS: Readonly<Record<string, string>> = {
  sec: 'cos', csc: 'sin', cot: 'tan', sech: 'cosh', csch: 'sinh', coth: 'tanh',
}; // prettier-ignore
/** arcsec x = arccos 1/x, and so on. */
const OF_RECIPROCAL: Readonly<Record<string, string>> = { arcsec: 'arccos', arccsc: 'arcsin', arccot: 'arctan' };

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

  private extreme(name: string, items: readonly Node[]): Ball | null {
    const values = items.map((item) => this.at(item));
    return values.reduce((best, value) => {
      if (best === null || value === null || !ball.isReal(best) || !ball.isReal(value)) return null;
      return value.re > best.re === (name === 'max') ? value : best;
    });
  }

  private call(name: string, items: readonly Node[]): Ball | null {
    if ((name === 'max' || name === 'min') && items.length > 0) return this.extreme(name, items);
    const [first] = items;
    const known = RECIPROCALS[name] ?? OF_RECIPROCAL[name] ?? name;
    const x = first && items.length === 1 && this.budget.spend(2 * FUNCTION_COST) ? this.at(first) : null;
    if (x === null || x === undefined) return null;
    if (name === 'abs') return ball.absoluteValue(x);
    if (name === 'exp') return ball.exponential(x);
    if (name === 'ln' || name === 'log') return this.logarithm(x, name);
    const argument = name in OF_RECIPROCAL ? ball.reciprocal(x) : x;
    if (argument === null || !ball.isReal(argument)) return null;
    const isArcOutside =
      (known === 'arcsin' || known === 'arccos') && absolute(argument.re) > fixed.ONE + argument.error;
    if (isArcOutside) this.isOutside = true;
    const value = REAL[known]?.(argument) ?? null;
    return value && name in RECIPROCALS ? ball.reciprocal(value) : value;
  }

  private logarithm(x: Ball, name: string): Ball | null {
    if (this.isRealOnly(x)) return null;
    const log = ball.logarithm(x);
    return name === 'ln' ? log : over(log, ball.logarithm({ re: 10n * fixed.ONE, im: 0n, error: 0n }));
  }
}
