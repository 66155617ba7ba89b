/** A fraction in lowest terms; `bottom` is positive. */
export interface Rational {
  readonly top: bigint;
  readonly bottom: bigint;
}

export const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** In lowest terms, with the sign on top; `bottom` must not be 0. */
export function rational(top: bigint, bottom = 1n): Rational {
  if (bottom === 1n) return { top, bottom };
  let [a, b] = [absolute(top), absolute(bottom)];
  while (b > 0n) [a, b] = [b, a % b];
  const divisor = bottom < 0n ? -a : a;
  return { top: top / divisor, bottom: bottom / divisor };
}

export const added = (a: Rational, b: Rational): Rational =>
  rational(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);

export const multiplied = (a: Rational, b: Rational): Rational => rational(a.top * b.top, a.bottom * b.bottom);

/** "12.50" → 25/2; ".5" → 1/2. The text holds digits and at most one point. */
export function decimal(text: string): Rational {
  const [whole = '', decimals = ''] = text.split('.');
  return rational(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

/** "0.1", repeated "6" → 1/6. */
export function repeatingDecimal(text: string, repeated: string): Rational {
  const decimals = text.split('.')[1]?.length ?? 0;
  const nines = 10n ** BigInt(repeated.length) - 1n;
  return added(decimal(text), rational(BigInt(repeated), nines * 10n ** BigInt(decimals)));
}

/** Whether it can be written as a decimal that ends. */
export function terminates({ bottom }: Rational): boolean {
  let rest = bottom;
  while (rest % 2n === 0n) rest /= 2n;
  while (rest % 5n === 0n) rest /= 5n;
  return rest === 1n;
}
