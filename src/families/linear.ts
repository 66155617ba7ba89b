import { parseSum, type Term, withSigns } from './expression';
import { type FamilyReader, within } from './family';
import { Statement, vocabulary } from './statement';
import { signed, spacings } from './wording';

/** An equation, up to the words round it. Letters of two and more are words. */
const EQUATION =
  /(?:(?<![a-z])[a-z](?![a-z])|[\d(+-])(?:[\d\s()+*/-]|(?<![a-z])[a-z](?![a-z']))*=(?:[\d\s()+*/-]|(?<![a-z])[a-z](?![a-z]))*(?:\d|\)|(?<![a-z])[a-z](?![a-z]))/;
const WORDS = vocabulary(
  'solve linear equation when where such satisfies satisfying satisfy unknown root solution number which makes true variable with holds',
  '用|列|方程式?|解方程|求解|未知数|一元一次|的解|根|当|时|时候|满足|成立|数',
);

/** Linear equations with a whole solution. */
export const readLinear: FamilyReader = (text) => {
  if (!text.includes('=')) return null;
  const statement = new Statement(withSigns(text));
  const equation = statement.take(EQUATION)?.[0];
  if (equation === undefined) return null;
  const letter = /[a-z]/.exec(equation)?.[0];
  if (letter === undefined) return null;
  // The unknown's own name may be asked for: "find x", "x=".
  while (statement.take(new RegExp(`(?<![a-z])${letter}(?![a-z])(?: ?= ?\\?)?`)) !== null);
  if (!statement.saysOnly(WORDS)) return null;
  const [left, right] = equation.split('=').map(parseSum);
  if (left === undefined || right === undefined || left === null || right === null) return null;
  const [one, two] = [sideOf(left), sideOf(right)];
  if (one === null || two === null) return null;
  const found = [shaped(one, two), shaped(two, one)].filter((shape) => shape !== null);
  if (found.length === 0) return 'out-of-range';
  return found
    .flatMap((shape) => spacings(shape))
    .flatMap((written) => [
      `Solve for x: ${written}`,
      `Solve ${written}.`,
      `Find x if ${written}.`,
      `What is x when ${written}?`,
      `Solve the equation ${written}.`,
    ]);
};

/** One side: p·x + q + a·(x + b); a = 0: no bracket. */
interface Side {
  readonly p: number;
  readonly q: number;
  readonly a: number;
  readonly b: number;
  /** How many terms make p and q. */
  readonly terms: readonly [number, number];
}

function sideOf(terms: readonly Term[]): Side | null {
  const side = { p: 0, q: 0, a: 0, b: 0, terms: [0, 0] as [number, number] };
  for (const { sign, factors } of terms) {
    if (factors.some(({ isDivided }) => isDivided)) return null;
    const numbers = factors.flatMap(({ of }) => (typeof of === 'number' ? [of] : []));
    const others = factors.flatMap(({ of }) => (typeof of === 'number' ? [] : [of]));
    const scale = sign * numbers.reduce((product, number) => product * number, 1);
    const [other] = others;
    if (others.length > 1 || numbers.length > 1) return null;
    if (other === undefined) {
      side.q += scale;
      side.terms[1]++;
    } else if (other === 'x') {
      side.p += scale;
      side.terms[0]++;
    } else {
      const inner = side.a === 0 ? sideOf(other) : null;
      if (inner === null || inner.p !== 1 || inner.a !== 0 || inner.terms.join() !== '1,1') return null;
      side.a = scale;
      side.b = inner.q;
    }
  }
  return side;
}

/** The equation as the model was taught to read it; null: not of a shape, or with numbers, that it knows. */
function shaped(left: Side, right: Side): string | null {
  if (left.terms.some((count) => count > 1) || right.terms.some((count) => count > 1) || right.a !== 0) return null;
  const { p, q, a, b } = left;
  if (a !== 0) {
    const root = (right.q - q - a * b) / (a + p - right.p);
    const hasRange = within(a, 2, 9) && within(Math.abs(b), 1, 9) && isRoot(root) && right.p === 0 && q === 0;
    if (!hasRange || !(left.terms[0] === 0 || within(p, 2, 9))) return null;
    return `${a}(x${signed(b)})${p === 0 ? '' : `+${p}x`}=${right.q}`;
  }
  const root = (right.q - q) / (p - right.p);
  if (!within(p, 2, 9) || !within(Math.abs(q), 1, 30) || !isRoot(root)) return null;
  if (right.terms[0] === 0) return `${p}x${signed(q)}=${right.q}`;
  if (!within(right.p, 1, p - 1)) return null;
  return `${p}x${signed(q)}=${right.p === 1 ? 'x' : `${right.p}x`}${right.q === 0 ? '' : signed(right.q)}`;
}

function isRoot(root: number): boolean {
  return within(root, 2, 15) || within(root, -6, -1);
}
