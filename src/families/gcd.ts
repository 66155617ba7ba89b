import { type FamilyReader, within } from './family';
import { Statement, vocabulary } from './statement';

const NAME =
  /\b(?:gcd|gcf|hcf)\b|\b(?:greatest|highest|largest|biggest) common (?:divisor|factor|denominator)s?\b|\b(?:greatest|largest|biggest|highest) (?:number|integer|whole number) (?:that|which) (?:exactly )?divides\b|最大公[约因]数|同时整除(?=\d.*最大)|能(?=整除\d.*最大)/;
const AGAIN = /\((?:gcd|gcf|hcf)\)|最大公[约因]数\(?(?:gcd|gcf|hcf)\)?/;
const NUMBERS = /\(? ?(\d+)(?: ?(?:,|,? ?and|&|和|与|跟|及) ?| )(\d+) ?\)?/;
const TWO = /这?2个?(?:正?整)?数|\b2 (?:numbers|integers|whole numbers)\b/;
const WORDS = vocabulary(
  'two numbers number integers integer both between their using euclidean algorithm euclid exactly by positive whole',
  '两个?数|两数|数|这两个|最大的?|能|同时|整除|正?整数|欧几里得算法|辗转相除法|用',
);
/** Divisors that the training problems were multiplied by. */
const COMMON = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 18];

/** Greatest common divisors of two numbers. */
export const readGcd: FamilyReader = (text) => {
  const statement = new Statement(text.replace(/\bg\.? ?c\.? ?([df])\b\.?/g, 'gc$1'));
  statement.take(TWO);
  if (statement.take(NAME) === null) return null;
  statement.take(AGAIN);
  const numbers = statement.take(NUMBERS);
  if (numbers === null || !statement.saysOnly(WORDS)) return null;
  const [a, b] = [Number(numbers[1]), Number(numbers[2])];
  if (!isTrained(Math.max(a, b), Math.min(a, b))) return 'out-of-range';
  return [
    [a, b],
    [b, a],
  ].flatMap(([x, y]) => [
    `Find the greatest common divisor of ${x} and ${y}.`,
    `What is gcd(${x}, ${y})?`,
    `Compute the gcd of ${x} and ${y}.`,
    `Find gcd(${x},${y}).`,
    `What is the greatest common factor of ${x} and ${y}?`,
  ]);
};

function isTrained(a: number, b: number): boolean {
  if (!(b >= 10 && b < a && a <= 250) || !within(euclidSteps(a, b), 2, 5)) return false;
  return COMMON.some((common) => within(a / common, 2, 26) && within(b / common, 2, 14));
}

function euclidSteps(a: number, b: number): number {
  return b === 0 ? 0 : 1 + euclidSteps(b, a % b);
}
