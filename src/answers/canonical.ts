const DECIMAL = String.raw`[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?`;
const FRACTION = String.raw`(?<sign>[+-]?)\\frac(?:\{(?<top>${DECIMAL})\}\{(?<bottom>${DECIMAL})\}|(?<topDigit>\d)(?<bottomDigit>\d))`;
const LATEX_FRACTION = new RegExp(`^${FRACTION}$`);
const PLAIN = new RegExp(`^(?<top>${DECIMAL})(?:/(?<bottom>${DECIMAL}))?$`);

/** Longer numbers than any answer has are compared as text, so that nothing costs more than it should. */
const MAX_NUMBER_LENGTH = 100;

interface Rational {
  readonly top: bigint;
  readonly bottom: bigint;
}

/**
 * Two answers are equivalent exactly when their canonical forms are the same string, which makes it an equivalence
 * relation. Numbers (whole, decimal, a/b, \frac{a}{b}, with thousands separators) become exact reduced fractions; anything
 * else is text without spaces, dollar signs and a closing full stop.
 */
export function canonicalAnswer(answer: string): string {
  const text = withoutDress(answer);
  const value = text.length > MAX_NUMBER_LENGTH ? null : rationalOf(text);
  return value === null ? `text ${text}` : `number ${value.top}/${value.bottom}`;
}

/** Whether two answers mean the same. */
export function areEquivalent(a: string, b: string): boolean {
  return canonicalAnswer(a) === canonicalAnswer(b);
}

function withoutDress(answer: string): string {
  return answer
    .replace(/\\[!,;:]|\\ |[$\s~]|\\[()[\]]/g, '')
    .replaceAll('{,}', ',')
    .replaceAll('−', '-')
    .replace(/\\[dt]frac/g, '\\frac')
    .replace(/\.$/, '');
}

function rationalOf(text: string): Rational | null {
  const parts = (LATEX_FRACTION.exec(text) ?? PLAIN.exec(text))?.groups;
  if (parts === undefined) return null;
  const top = decimalOf(parts.top ?? parts.topDigit ?? '');
  const bottom = decimalOf(parts.bottom ?? parts.bottomDigit ?? '1');
  if (top === null || bottom === null || bottom.top === 0n) return null;
  const sign = parts.sign === '-' ? -1n : 1n;
  return reduced(sign * top.top * bottom.bottom, top.bottom * bottom.top);
}

/** "-1,234.5" → −12345/10; null without a digit. */
function decimalOf(text: string): Rational | null {
  const [whole = '', decimals = ''] = text.replaceAll(',', '').split('.');
  if (!/\d/.test(whole + decimals)) return null;
  const digits = BigInt(whole.replace(/^[+-]/, '') + decimals);
  return { top: whole.startsWith('-') ? -digits : digits, bottom: 10n ** BigInt(decimals.length) };
}

/** In lowest terms, with the sign on top. */
function reduced(top: bigint, bottom: bigint): Rational {
  let [a, b] = [top < 0n ? -top : top, bottom < 0n ? -bottom : bottom];
  while (b > 0n) [a, b] = [b, a % b];
  const divisor = bottom < 0n ? -a : a;
  return { top: top / divisor, bottom: bottom / divisor };
}
