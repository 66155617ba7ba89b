import { children, collectUnknowns, fraction, type Node } from '../ast';
import { approximate } from '../numbers/approximate';
import type { Ball } from '../numbers/ball';
import { exactValue } from '../numbers/exact';
import * as fixed from '../numbers/fixed';
import { rational } from '../numbers/rational';

/** Where the samples of a point lie: about 0, arcsine's domain, beyond 1, far out; unknowns of either sign. */
const SCALES: readonly (readonly [low: number, high: number, sign: 'both' | 'plus'])[] = [
  [0.1, 0.95, 'both'], [1.1, 4, 'both'], [0.1, 0.95, 'plus'], [1.1, 4, 'plus'], [5, 40, 'plus'], [0.1, 3, 'both'],
  [0.1, 0.5, 'plus'], [2, 9, 'both'], [0.5, 2, 'plus'], [5, 40, 'both'], [0.995, 1.005, 'plus'], [50, 400, 'plus'],
  [0.99, 1.01, 'plus'], [0.995, 1.005, 'plus'],
]; // prettier-ignore

/** Both signs, small to large: where something has corners or ends, every unknown is tried here too. */
const FAR = [0.3, -0.3, 2.7, -2.7, 5.2, -5.2, 31, -31, 470, -470, 5300, -5300, 81_000, -81_000, 2_300_000, -2_300_000];
/** Whole and half numbers, and more: where floor and ceiling jump. */
const STEPS = [0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 4, -4, 5, -5, 7, 8, 9, 10, -10, 16, 0.25, 100];
/** Of one sort each: places found on a line, unknowns that lines are drawn for, expressions that are followed. */
const MAX_PLACES = 16;
const MAX_LINES = 3;
const MAX_FOLLOWED = 8;

/** Values of the unknowns by name. */
export type Unknowns = ReadonlyMap<string, Ball>;

interface Points {
  readonly points: readonly Unknowns[];
  /** Whether a verdict needs all of them: something may change its form or end between two. */
  readonly needsAll: boolean;
}

/** Where expressions with these real unknowns are to be compared. */
export function pointsFor(nodes: readonly Node[], names: readonly string[]): Points {
  const random = generator(names.length);
  const point = (value: (name: string) => number): Unknowns =>
    new Map(names.map((name) => [name, toBall(value(name))]));
  const scattered = SCALES.map(([low, high, sign]) =>
    point(() => (sign === 'both' && random() < 0.5 ? -1 : 1) * (low + (high - low) * random())),
  );
  const followed = bends(nodes);
  const hasSteps = nodes.some((node) => holdsCall(node, /^(?:floor|mod)$/));
  if (followed.length === 0 && !hasSteps) return { points: scattered, needsAll: false };
  const points = [...scattered];
  for (const [i, far] of FAR.entries()) {
    // Unknowns apart from one another, and signs that differ.
    points.push(
      point((name) => far * (1 + 0.37 * names.indexOf(name)) * (names.indexOf(name) % 2 === 1 && i % 4 > 1 ? -1 : 1)),
    );
  }
  if (hasSteps)
    for (const [i] of STEPS.entries())
      points.push(point((name) => STEPS[(i + 7 * names.indexOf(name)) % STEPS.length] ?? 0));
  for (const name of names.slice(0, MAX_LINES)) {
    const others = new Map(names.map((other): [string, number] => [other, 0.5 + 4 * random()]));
    for (const at of placesOnLine(followed, name, others))
      points.push(point((each) => (each === name ? at : (others.get(each) ?? 1))));
  }
  return { points, needsAll: true };
}

const toBall = (value: number): Ball => ({
  re: BigInt(Math.round(value * 2 ** 30)) << (fixed.BITS - 30n),
  im: 0n,
  error: 0n,
});

/** Expressions at whose zeros something bends, jumps or ends: the arguments of |·|, even roots, ln, max … */
function bends(nodes: readonly Node[]): readonly Node[] {
  const found: Node[] = [];
  const less = (a: Node, b: Node): Node => ({
    kind: 'sum',
    items: [a, { kind: 'product', items: [fraction(rational(-1n)), b] }],
  });
  const one = fraction(rational(1n));
  const visit = (node: Node): void => {
    const [first, second] = children(node);
    if (node.kind === 'call' && first) {
      if (/^(?:abs|ln|arctan)$/.test(node.name)) found.push(first);
      if (/^arcsin$/.test(node.name)) found.push(less(first, one), less(one, first));
      if (/^max$/.test(node.name) && second) found.push(less(first, second));
    }
    if (node.kind === 'power') {
      const exponent = exactValue(node.items[1]);
      if (exponent === null || exponent.bottom % 2n === 0n) found.push(node.items[0]);
    }
    children(node).forEach(visit);
  };
  nodes.forEach(visit);
  const withUnknowns = found.filter((node) => collectUnknowns([node]).length > 0);
  return withUnknowns.slice(0, MAX_FOLLOWED);
}

const holdsCall = (node: Node, name: RegExp): boolean =>
  (node.kind === 'call' && name.test(node.name)) || children(node).some((child) => holdsCall(child, name));

const GRID: readonly number[] = (() => {
  // The decades far out are for what grows slowly: ln x − 20 changes sign at 4.9 · 10^8.
  const up = Array.from({ length: 76 }, (_, i) => (i < 64 ? 0.07 * 1.28 ** i : 10 ** (i - 58)));
  return [...up.map((value) => -value).reverse(), 0.01, ...up];
})();

/** A place between any two neighbouring zeros and extrema of the expressions along one unknown, and one beyond each end. */
function placesOnLine(followed: readonly Node[], name: string, others: ReadonlyMap<string, number>): readonly number[] {
  const turns: number[] = [];
  for (const node of followed) {
    const at = (x: number): number => approximate(node, new Map([...others, [name, x]]));
    const values = GRID.map(at);
    for (let i = 1; i < GRID.length; i++) {
      const [x, y] = [GRID[i - 1] ?? 0, GRID[i] ?? 0];
      const [before, after, next] = [values[i - 1] ?? NaN, values[i] ?? NaN, values[i + 1] ?? NaN];
      if (Number.isNaN(before) !== Number.isNaN(after) || before * after < 0) turns.push(crossing(at, x, y));
      if ((after - before) * (next - after) < 0) turns.push(extremum(at, x, GRID[i + 1] ?? y));
      if (after === 0 && before !== 0 && next !== 0) turns.push(y);
    }
  }
  const sorted = [...new Set(turns)].sort((a, b) => a - b);
  const [first = 0] = sorted;
  const last = sorted.at(-1) ?? 0;
  const between = sorted.slice(1).map((turn, i) => (turn + (sorted[i] ?? turn)) / 2);
  const near = sorted.flatMap((turn) => [turn - 0.013 * (1 + Math.abs(turn)), turn + 0.017 * (1 + Math.abs(turn))]);
  const places = [first - 1.3, last + 1.7, 2 * first - 11, 2 * last + 13, ...between, ...near];
  return places.filter(Number.isFinite).slice(0, 2 * MAX_PLACES);
}

/** By halving: where the sign changes, or the value begins or ends. */
function crossing(at: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const side = (x: number): number => Math.sign(at(x)) || 0;
  const start = side(low);
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (side(middle) === start) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** By thirds: where the size is least or greatest. */
function extremum(at: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const isPeak = at((low + high) / 2) > at(low);
  for (let i = 0; i < 40; i++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (at(a) > at(b) === isPeak) high = b;
    else low = a;
  }
  return (low + high) / 2;
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed + 0x6d2b79f5;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
