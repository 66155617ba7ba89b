import { isConstant, isExpression, product, type Node } from '../ast';
import * as ball from '../numbers/ball';
import { Point } from '../numbers/evaluate';
import { exactValue } from '../numbers/exact';
import { absolute, multiplied, rational, terminates, type Rational } from '../numbers/rational';
import type { Judge } from './judge';

/** From so many digits the last one need not be rounded rightly, and votes take a decimal for the number. */
const TRUNCATED_DIGITS = 8;
/** From so many a decimal may stand for a known answer. */
const ROUNDED_DIGITS = 4;

/** Whether `a` is a decimal that stands for `b`, which no decimal is: 0.33333333 for 1/3. */
export function isRounded(a: Node, b: Node, { isLenient, budget }: Judge): boolean {
  const minDigits = isLenient ? ROUNDED_DIGITS : TRUNCATED_DIGITS;
  const written = decimalOf(a);
  if (written === null || written.digits < minDigits || decimalOf(b) !== null) return false;
  const exact = exactValue(b);
  if (!isExpression(b) || !isConstant(b) || (exact !== null && terminates(exact))) return false;
  const value = new Point(new Map(), budget).at(b);
  const stated = ball.fromRational(written.value);
  const last = ball.fromRational(written.last);
  if (value === null || stated === null || last === null || !ball.isReal(value)) return false;
  const allowed = written.digits >= TRUNCATED_DIGITS ? last.re : last.re / 2n;
  return absolute(value.re - stated.re) <= allowed;
}

interface Written {
  readonly value: Rational;
  readonly digits: number;
  /** A unit of the last place. */
  readonly last: Rational;
}

/** What a decimal says, possibly times a power of ten. */
function decimalOf(node: Node): Written | null {
  const [first, ...factors] = node.kind === 'product' ? node.items : [node];
  if (first?.kind !== 'number' || first.digits === undefined || first.places === undefined) return null;
  const scale = exactValue(product(...factors));
  if (scale === null || scale.top === 0n) return null;
  const last = multiplied(rational(1n, 10n ** BigInt(first.places)), rational(absolute(scale.top), scale.bottom));
  return { value: multiplied(first.value, scale), digits: first.digits, last };
}
