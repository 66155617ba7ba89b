/**
 * Real functions in fixed point: a number x is the whole number x · 2^BITS. Results are within a few units of the last
 * place as long as they are not huge; `ball.ts` keeps account of the errors.
 */
export const BITS = 512n;
export const ONE = 1n << BITS;
const GUARD = 64n;
const WIDE = BITS + GUARD;

export const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS;
export const over = (a: bigint, b: bigint): bigint => (a << BITS) / b;

export function squareRoot(x: bigint): bigint {
  const target = x << BITS;
  if (target < 2n) return target;
  let guess = 1n << BigInt(((target.toString(16).length * 4) / 2 + 1) | 0);
  for (;;) {
    const next = (guess + target / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** Σ x^(2k+1)/(2k+1)!-like series: every term is the one before times x²/divisor(k), with alternating sign if asked. */
function series(first: bigint, factor: bigint, divisor: (k: bigint) => bigint): bigint {
  let [sum, term] = [first, first];
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * factor) >> WIDE) / divisor(k);
    sum += term;
  }
  return sum;
}

/** arctan(1/n) with guard bits. */
function arctanInverse(n: bigint): bigint {
  let power = (1n << WIDE) / n;
  let sum = power;
  for (let k = 3n, sign = -1n; power !== 0n; k += 2n, sign = -sign) {
    power /= n * n;
    sum += (sign * power) / k;
  }
  return sum;
}

let wideConstants: { readonly pi: bigint; readonly ln2: bigint } | null = null;

/** π by Machin's formula, ln 2 as 2 artanh(1/3); with guard bits. */
function constants(): { readonly pi: bigint; readonly ln2: bigint } {
  if (wideConstants === null) {
    let power = (1n << WIDE) / 3n;
    let ln2 = power;
    for (let k = 3n; power !== 0n; k += 2n) {
      power /= 9n;
      ln2 += power / k;
    }
    wideConstants = { pi: 16n * arctanInverse(5n) - 4n * arctanInverse(239n), ln2: 2n * ln2 };
  }
  return wideConstants;
}

export const pi = (): bigint => constants().pi >> GUARD;
const ln2 = (): bigint => constants().ln2 >> GUARD;

/** e^x, for |x| < 2^20 or so. */
export function exponential(x: bigint): bigint {
  const wide = x << GUARD;
  const doublings = wide / constants().ln2;
  const halvings = 12n;
  const rest = (wide - doublings * constants().ln2) >> halvings;
  let result = series(1n << WIDE, rest, (k) => k);
  for (let i = 0n; i < halvings; i++) result = (result * result) >> WIDE;
  const shift = doublings - GUARD;
  return shift >= 0n ? result << shift : result >> -shift;
}

/** ln x for x > 0, by Newton's method (cubic: y + 2(x − e^y)/(x + e^y)). */
export function logarithm(x: bigint): bigint {
  const bits = BigInt(x.toString(2).length);
  // x = mantissa · 2^doublings, the mantissa between ½ and 1.
  const doublings = bits - BITS;
  const mantissa = doublings >= 0n ? x >> doublings : x << -doublings;
  let y = BigInt(Math.round(Math.log(Number(mantissa >> (BITS - 53n)) / 2 ** 53) * 2 ** 52)) << (BITS - 52n);
  for (let i = 0; i < 3; i++) {
    const power = exponential(y);
    y += over(2n * (mantissa - power), mantissa + power);
  }
  return y + doublings * ln2();
}

export function sineCosine(x: bigint): readonly [sine: bigint, cosine: bigint] {
  const wide = x << GUARD;
  const half = constants().pi >> 1n;
  const quarters = (wide + (half >> 1n)) / half - (wide + (half >> 1n) < 0n ? 1n : 0n);
  const rest = wide - quarters * half;
  const square = -((rest * rest) >> WIDE);
  const sine = series(rest, square, (k) => 2n * k * (2n * k + 1n)) >> GUARD;
  const cosine = series(1n << WIDE, square, (k) => (2n * k - 1n) * 2n * k) >> GUARD;
  const turns: readonly (readonly [bigint, bigint])[] = [
    [sine, cosine],
    [cosine, -sine],
    [-sine, -cosine],
    [-cosine, sine],
  ];
  return turns[Number(((quarters % 4n) + 4n) % 4n)] ?? [sine, cosine];
}

/** arctan x, by halving the angle four times before the series. */
export function arctangent(x: bigint): bigint {
  if (x > ONE) return (pi() >> 1n) - arctangent(over(ONE, x));
  if (x < 0n) return -arctangent(-x);
  let rest = x << GUARD;
  const one = 1n << WIDE;
  for (let i = 0; i < 4; i++) {
    const root = squareRoot((one + ((rest * rest) >> WIDE)) >> GUARD) << GUARD;
    rest = (rest << WIDE) / (one + root);
  }
  const square = -((rest * rest) >> WIDE);
  let [sum, power] = [rest, rest];
  for (let k = 3n; power !== 0n && power !== -1n; k += 2n) {
    power = (power * square) >> WIDE;
    sum += power / k;
  }
  return (sum << 4n) >> GUARD;
}
