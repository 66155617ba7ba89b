import {
  children,
  difference,
  isConstant,
  isExpression,
  isUnknown,
  mapChildren,
  some,
  symbol,
  type Node,
} from '../ast';
import * as ball from '../numbers/ball';
import type { Ball } from '../numbers/ball';
import type { Budget } from '../numbers/budget';
import { Point } from '../numbers/evaluate';
import { exactValue } from '../numbers/exact';
import { FieldPoint, P, type FieldValue } from '../numbers/field';
import * as fixed from '../numbers/fixed';
import { keyOf } from './key';

const SEEDS = [0x1f35, 0x77a1] as const;

/** Points that must all agree, and how many of those tried must be defined. */
const MIN_AGREEING = 3;
const MAX_AGREEING = 6;

/** Where the samples of a point lie: about 0, arcsine's domain, beyond 1, far out; unknowns of either sign. */
const SCALES: readonly (readonly [low: number, high: number, sign: 'both' | 'plus'])[] = [
  [0.1, 0.95, 'both'], [1.1, 4, 'both'], [0.1, 0.95, 'plus'], [1.1, 4, 'plus'], [5, 40, 'plus'], [0.1, 3, 'both'],
  [0.1, 0.5, 'plus'], [2, 9, 'both'], [0.5, 2, 'plus'], [5, 40, 'both'], [0.9, 1.6, 'plus'], [50, 400, 'plus'],
]; // prettier-ignore

/** Whether two expressions are the same function; undecided counts as not. */
export function sameExpression(first: Node, second: Node, budget: Budget): boolean {
  if (keyOf(first) === keyOf(second)) return true;
  if (!isExpression(first) || !isExpression(second)) return false;
  const [a, b] = [named(first, budget), named(second, budget)];
  const [x, y] = [exactValue(a), exactValue(b)];
  if (x !== null && y !== null) return x.top === y.top && x.bottom === y.bottom;
  const proof = sameInField(a, b, budget);
  if (proof !== null) return proof;
  return samplesAgree([a, b], budget, ([p, q]) => (p && q ? ball.agree(p, q) : null)) === true;
}

function sameInField(a: Node, b: Node, budget: Budget): boolean | null {
  const pairs = SEEDS.map((seed) => {
    const point = new FieldPoint(seed, budget);
    return [point.at(a), point.at(b)] as const;
  });
  if (pairs.every(([p, q]) => p && q && p.value === q.value)) return true;
  const isDifferent = ([p, q]: readonly [FieldValue | null, FieldValue | null]): boolean =>
    p !== null && q !== null && p.value !== q.value && !p.opaque && !q.opaque;
  return pairs.some(isDifferent) ? false : null;
}

export type RatioSign = 'plus' | 'minus' | 'unknown sign';

/**
 * Whether left1 − right1 and left2 − right2 differ by a constant factor only, as the equations left = right then have the
 * same solutions. Its sign; null: they do not, or nobody knows.
 */
export function constantRatio(a: readonly [Node, Node], b: readonly [Node, Node], budget: Budget): RatioSign | null {
  const [first, second] = [named(difference(...a), budget), named(difference(...b), budget)];
  if (!isExpression(first) || !isExpression(second) || (isConstant(first) && isConstant(second))) return null;
  const proof = ratioInField(first, second, budget);
  if (proof === false) return null;
  const values: (readonly [Ball, Ball])[] = [];
  const isConstantRatio = samplesAgree([first, second], budget, ([p, q]) => {
    if (!p || !q || !ball.isNonZero(p) || !ball.isNonZero(q)) return null;
    values.push([p, q]);
    if (proof === true) return 'enough';
    const [p0, q0] = values[0] ?? [p, q];
    const [left, right] = [ball.times(p, q0), ball.times(p0, q)];
    return left && right && ball.agree(left, right);
  });
  const [sample] = values;
  if (sample === undefined || isConstantRatio !== true) return proof === true ? 'unknown sign' : null;
  const [p, q] = sample;
  return p.re > 0n === q.re > 0n ? 'plus' : 'minus';
}

/** f(x) as an unknown of its own: the same one wherever what stands in the brackets is equal in the field. */
function named(node: Node, budget: Budget): Node {
  if (!some(node, isOpaque)) return node;
  if (!isOpaque(node)) return mapChildren(node, (child) => named(child, budget));
  const values = SEEDS.flatMap((seed) => {
    const point = new FieldPoint(seed, budget);
    return children(node).map((item) => String(point.at(item)?.value));
  });
  return symbol(`${node.kind === 'call' ? node.name : ''}${values.join()}`);
}

const isOpaque = (node: Node): boolean => node.kind === 'call' && node.name.endsWith('()');

/** Whether p1 q2 = p2 q1; null where something opaque, which may hide an unknown, stands in them. */
function ratioInField(a: Node, b: Node, budget: Budget): boolean | null {
  const [one, two] = SEEDS.map((seed) => {
    const point = new FieldPoint(seed, budget);
    return [point.at(a), point.at(b)] as const;
  });
  const [p1, q1] = one ?? [null, null];
  const [p2, q2] = two ?? [null, null];
  if (!p1 || !q1 || !p2 || !q2) return null;
  if ([p1, q1, p2, q2].some(({ opaque }) => opaque)) return null;
  return (p1.value * q2.value - p2.value * q1.value) % P === 0n && p1.value !== 0n && q1.value !== 0n;
}

/** What `compare` says at every point where it says anything; null: nothing at enough of them. */
function samplesAgree(
  nodes: readonly Node[],
  budget: Budget,
  compare: (values: readonly (Ball | null)[]) => boolean | 'enough' | null,
): boolean | null {
  const names = new Set<string>();
  nodes.forEach((node) => collectUnknowns(node, names));
  const sorted = [...names].sort();
  if (sorted.length === 0) {
    const point = new Point(new Map(), budget);
    const verdict = compare(nodes.map((node) => point.at(node)));
    return verdict === null ? null : verdict !== false;
  }
  const random = generator(sorted.length);
  let agreeing = 0;
  for (const [low, high, sign] of SCALES) {
    const value = (): Ball => {
      const isNegative = sign === 'both' && random() < 0.5;
      const size = low + (high - low) * random();
      return { re: BigInt(Math.round((isNegative ? -size : size) * 2 ** 40)) << (fixed.BITS - 40n), im: 0n, error: 0n };
    };
    const point = new Point(new Map(sorted.map((name) => [name, value()])), budget);
    const verdict = compare(nodes.map((node) => point.at(node)));
    if (verdict === false) return false;
    if (verdict === 'enough' || (verdict === true && ++agreeing === MAX_AGREEING)) return true;
  }
  return agreeing >= MIN_AGREEING ? true : null;
}

function collectUnknowns(node: Node, into: Set<string>): void {
  if (node.kind === 'symbol' && isUnknown(node)) into.add(node.name);
  for (const child of children(node)) collectUnknowns(child, into);
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
