import { absolute, type Rational } from './rational';
import * as fixed from './fixed';

/** A complex number in fixed point, and a bound on the distance to the true one, all in units of 2^−BITS. */
export interface Ball {
  readonly re: bigint;
  readonly im: bigint;
  readonly error: bigint;
}

/** Larger numbers, and smaller ones that are not 0, are unknown: no difference may hide in what was cut off. */
const LARGEST = fixed.ONE << 160n;
const SMALLEST = fixed.ONE >> 320n;
/** Agreement must be to at least so many bits, of 1 and of the value. */
const AGREEMENT_BITS = 100n;
/** A few units of the last place: what the functions of `fixed` and roundings lose. */
const ROUNDING = 64n;

export const ZERO: Ball = { re: 0n, im: 0n, error: 0n };
export const UNIT: Ball = { re: fixed.ONE, im: 0n, error: 0n };
export const IMAGINARY: Ball = { re: 0n, im: fixed.ONE, error: 0n };

/** At most twice the absolute value, at least the absolute value. */
const size = (a: Ball): bigint => absolute(a.re) + absolute(a.im);
export const isNonZero = (a: Ball): boolean => size(a) > 2n * a.error;
export const isReal = (a: Ball): boolean => absolute(a.im) <= a.error;

function known(re: bigint, im: bigint, error: bigint, isSurelyNonZero: boolean): Ball | null {
  const ball = { re, im, error: error + ROUNDING };
  const length = size(ball);
  if (length > LARGEST || ball.error > SMALLEST || (isSurelyNonZero && length < SMALLEST)) return null;
  return ball;
}

export const real = (re: bigint, error: bigint, isSurelyNonZero = false): Ball | null =>
  known(re, 0n, error, isSurelyNonZero);

export function fromRational({ top, bottom }: Rational): Ball | null {
  if (absolute(top) / bottom > 1n << 160n || bottom > 1n << 400n) return null;
  const value = (top << fixed.BITS) / bottom;
  return bottom === 1n ? { re: value, im: 0n, error: 0n } : real(value, 1n, top !== 0n);
}

export const plus = (a: Ball, b: Ball): Ball | null => known(a.re + b.re, a.im + b.im, a.error + b.error, false);
export const minus = (a: Ball): Ball => ({ re: -a.re, im: -a.im, error: a.error });

export function times(a: Ball, b: Ball): Ball | null {
  const re = (a.re * b.re - a.im * b.im) >> fixed.BITS;
  const im = (a.re * b.im + a.im * b.re) >> fixed.BITS;
  const error = fixed.times(size(a) + a.error, b.error) + fixed.times(size(b), a.error);
  return known(re, im, error, isNonZero(a) && isNonZero(b));
}

function reciprocal(a: Ball): Ball | null {
  if (!isNonZero(a)) return null;
  const square = fixed.times(a.re, a.re) + fixed.times(a.im, a.im);
  if (square < SMALLEST) return null;
  return known(fixed.over(a.re, square), fixed.over(-a.im, square), 4n * fixed.over(a.error, square), true);
}

export function exponential(a: Ball): Ball | null {
  if (absolute(a.re) > 120n * fixed.ONE || absolute(a.im) > LARGEST >> 100n) return null;
  const length = fixed.exponential(a.re);
  const error = fixed.times(length, 2n * a.error + ROUNDING);
  if (a.im === 0n) return real(length, error, true);
  const [sine, cosine] = fixed.sineCosine(a.im);
  return known(fixed.times(length, cosine), fixed.times(length, sine), error, true);
}

/** The principal logarithm. */
export function logarithm(a: Ball): Ball | null {
  if (!isNonZero(a)) return null;
  const isOnAxis = isReal(a);
  const length = isOnAxis ? absolute(a.re) : modulus(a);
  const error = 4n * fixed.over(a.error, size(a)) + ROUNDING;
  const angle = isOnAxis ? (a.re < 0n ? fixed.pi() : 0n) : angleOf(a);
  return known(fixed.logarithm(length), angle, error, false);
}

const modulus = (a: Ball): bigint => fixed.squareRoot(fixed.times(a.re, a.re) + fixed.times(a.im, a.im));

function angleOf({ re, im }: Ball): bigint {
  if (absolute(im) > absolute(re)) {
    const rest = fixed.arctangent(fixed.over(re, im));
    return (im > 0n ? 1n : -1n) * (fixed.pi() >> 1n) - rest;
  }
  const angle = fixed.arctangent(fixed.over(im, re));
  return re > 0n ? angle : angle + (im > 0n ? fixed.pi() : -fixed.pi());
}

export function absoluteValue(a: Ball): Ball | null {
  return real(isReal(a) ? absolute(a.re) : modulus(a), 2n * a.error);
}

/** The square root of a positive real number. */
export function squareRoot(a: Ball): Ball | null {
  const root = fixed.squareRoot(a.re);
  return root === 0n ? null : real(root, fixed.over(a.error, root), true);
}

/** a^n for a whole n, by repeated squaring. */
export function wholePower(a: Ball, n: bigint): Ball | null {
  let [result, square]: [Ball | null, Ball | null] = [UNIT, a];
  for (let rest = absolute(n); rest > 0n; rest >>= 1n) {
    // What is too large or too small to be known makes the power unknown.
    if (result === null || square === null) return null;
    if (rest & 1n) result = times(result, square);
    if (rest > 1n) square = times(square, square);
  }
  return result && n < 0n ? reciprocal(result) : result;
}

/** Whether two values are the same number; null where the errors are too large to tell. */
export function agree(a: Ball, b: Ball): boolean | null {
  const error = a.error + b.error;
  if (absolute(a.re - b.re) > error || absolute(a.im - b.im) > error) return false;
  if (error > fixed.ONE >> (2n * AGREEMENT_BITS)) return null;
  return isNonZero(a) && error > size(a) >> AGREEMENT_BITS ? null : true;
}
