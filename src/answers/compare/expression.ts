import {
  children,
  collectUnknowns,
  difference,
  isConstant,
  isExpression,
  mapChildren,
  nodeCount,
  number,
  some,
  substituted,
  symbol,
  type Node,
} from '../ast';
import * as ball from '../numbers/ball';
import type { Ball } from '../numbers/ball';
import type { Budget } from '../numbers/budget';
import { Point } from '../numbers/evaluate';
import { exactValue } from '../numbers/exact';
import { FieldPoint, P, type FieldValue } from '../numbers/field';
import type { Judge } from './judge';
import { keyOf } from './key';
import { withTermsWritten } from './terms';
import { pointsFor, type Unknowns } from './points';

const SEEDS = [0x1f35, 0x77a1] as const;

/** Points that must all agree, and how many of those tried must be defined. */
const MIN_AGREEING = 3;
const MAX_AGREEING = 6;

/** Whether two expressions are the same function; undecided counts as not. */
export function sameExpression(first: Node, second: Node, { isLenient, budget }: Judge): boolean {
  if (keyOf(first) === keyOf(second)) return true;
  if (!isExpression(first) || !isExpression(second)) return false;
  const [a, b] = [named(first, budget), named(second, budget)];
  const [x, y] = [exactValue(a), exactValue(b)];
  if (x !== null && y !== null) return x.top === y.top && x.bottom === y.bottom;
  const proof = sameInField(a, b, budget);
  if (proof === 'different') return false;
  const isProof = proof === 'same' || (proof === 'same where defined' && isLenient);
  if (isProof) return true;
  const whole = wholeUnknowns([a, b]);
  if (whole.length > 0) return agreeOnWhole(a, b, whole, budget);
  if (agreeOnReals(a, b, isLenient, budget)) return true;
  const letters = isLenient ? collectUnknowns([a, b]).filter((name) => WHOLE_LETTERS.test(name)) : [];
  return letters.length > 0 && [a, b].some(isAboutWhole) && agreeOnWhole(a, b, letters, budget);
}

/** For votes also in where they are defined: ln x² and 2 ln x differ there. */
function agreeOnReals(a: Node, b: Node, isLenient: boolean, budget: Budget): boolean {
  return samplesAgree([a, b], budget, ([p, q], areOutside) => {
    if (p && q) return ball.agree(p, q);
    const [isOutsideA = false, isOutsideB = false] = areOutside;
    return !isLenient && ((p && isOutsideB) || (q && isOutsideA)) ? false : null;
  });
}

const fieldValues = SEEDS.map(() => new WeakMap<Node, FieldValue>());

/** A node's value at one of the two points, which is remembered: a vote compares every answer with many others. */
function inField(node: Node, point: number, budget: Budget): FieldValue | null {
  const known = fieldValues[point]?.get(node);
  if (known !== undefined) return known;
  const value = new FieldPoint(SEEDS[point] ?? SEEDS[0], budget).at(node);
  if (value !== null) fieldValues[point]?.set(node, value);
  return value;
}

/** Functions and powers in the field are pseudorandom elements, which say nothing about where they are defined. */
function sameInField(a: Node, b: Node, budget: Budget): 'same' | 'same where defined' | 'different' | null {
  const pairs = SEEDS.map((_, i) => [inField(a, i, budget), inField(b, i, budget)] as const);
  if (pairs.every(([p, q]) => p && q && p.value === q.value)) {
    return [a, b].some((node) => some(node, mayBeUndefined)) ? 'same where defined' : 'same';
  }
  const isDifferent = ([p, q]: readonly [FieldValue | null, FieldValue | null]): boolean =>
    p !== null && q !== null && p.value !== q.value && !p.opaque && !q.opaque;
  return pairs.some(isDifferent) ? 'different' : null;
}

/** Whether it is no real number on more than single points. */
function mayBeUndefined(node: Node): boolean {
  if (isConstant(node)) return false;
  if (node.kind === 'call') return /^(?:ln|arcsin)$/.test(node.name);
  return node.kind === 'power' && exactValue(node.items[1])?.bottom !== 1n;
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
  const isConstantRatio = samplesAgree([first, second], budget, ([p, q], [isOutsideA, isOutsideB]) => {
    if ((p && isOutsideB) || (q && isOutsideA)) return false;
    if (!p || !q || !ball.isNonZero(p) || !ball.isNonZero(q)) return null;
    values.push([p, q]);
    if (proof === true) return 'enough';
    const [p0, q0] = values[0] ?? [p, q];
    const [left, right] = [ball.times(p, q0), ball.times(p0, q)];
    return left && right && ball.agree(left, right);
  });
  const [sample] = values;
  if (sample === undefined || !isConstantRatio) return proof === true ? 'unknown sign' : null;
  const [p, q] = sample;
  return p.re > 0n === q.re > 0n ? 'plus' : 'minus';
}

/** f(x) as an unknown of its own: the same one wherever the arguments are equal in the field. */
function named(node: Node, budget: Budget): Node {
  if (!some(node, isOpaque)) return node;
  if (!isOpaque(node)) return mapChildren(node, (child) => named(child, budget));
  const values = SEEDS.flatMap((seed) => {
    const point = new FieldPoint(seed, budget);
    return children(node).map((item) => String(point.at(item)?.value ?? keyOf(item)));
  });
  return symbol(`${node.kind === 'call' ? node.name : ''}${values.join()}`);
}

const isOpaque = (node: Node): boolean => node.kind === 'call' && node.name.endsWith('()');

/** Whether p1 q2 = p2 q1; null where they contain something opaque, which may hide an unknown. */
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

const WHOLE_LETTERS = /^[jklmnN]$/;
const isAboutWhole = (node: Node): boolean =>
  some(node, (part) => part.kind === 'call' && /^(?:floor|mod|sin|cos)$/.test(part.name)) ||
  wholeUnknowns([node]).length > 0;

/** Unknowns that only whole numbers make sense for: those of factorials, binomials, bounds of sums, powers of −1. */
function wholeUnknowns(nodes: readonly Node[]): readonly string[] {
  const found: Node[] = [];
  const visit = (node: Node): void => {
    if (node.kind === 'call' && /^(?:factorial|double factorial|binomial|arrangements|mod|gcd|lcm)$/.test(node.name))
      found.push(...node.items);
    if (node.kind === 'call' && node.name.startsWith('big ')) found.push(...node.items.slice(1, 3));
    if (node.kind === 'power' && (exactValue(node.items[0])?.top ?? 0n) < 0n) found.push(node.items[1]);
    children(node).forEach(visit);
  };
  nodes.forEach(visit);
  return collectUnknowns(found);
}

const WHOLE = [2n, 3n, 1n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n, 13n, 15n, 16n, 17n, 20n, 24n, 31n];

/** Compares with whole numbers in the place of some unknowns. Where one side is not defined nothing is known. */
function agreeOnWhole(a: Node, b: Node, names: readonly string[], budget: Budget): boolean {
  let agreeing = 0;
  for (const [i] of WHOLE.entries()) {
    // One of them in turn is large, as in n choose k.
    const valueOf = (rank: number): bigint =>
      (rank === i % names.length ? WHOLE[i] : WHOLE[(5 * i + 3 * rank) % 8]) ?? 1n;
    const values = new Map(names.map((name, rank): [string, Node] => [name, number(valueOf(rank))]));
    const [p, q] = [withTermsWritten(substituted(a, values)), withTermsWritten(substituted(b, values))];
    if (!budget.spend(nodeCount(p, 500) + nodeCount(q, 500))) return false;
    const [x, y] = [exactValue(p), exactValue(q)];
    if (x !== null && y !== null) {
      if (x.top !== y.top || x.bottom !== y.bottom) return false;
      agreeing++;
      continue;
    }
    const areSame = samplesVerdict([p, q], budget, ([left, right]) => (left && right ? ball.agree(left, right) : null));
    if (areSame === false) return false;
    if (areSame === true) agreeing++;
  }
  return agreeing >= 2 * MIN_AGREEING;
}

type Verdict = boolean | 'enough' | null;
type Compare = (values: readonly (Ball | null)[], areOutside: readonly boolean[]) => Verdict;

const samplesAgree = (nodes: readonly Node[], budget: Budget, compare: Compare): boolean =>
  samplesVerdict(nodes, budget, compare) === true;

/** What `compare` says at every point where it says anything; null: nothing at enough of them. */
function samplesVerdict(nodes: readonly Node[], budget: Budget, compare: Compare): boolean | null {
  const at = (unknowns: Unknowns): Verdict => {
    const sides = nodes.map((node) => {
      const point = new Point(unknowns, budget);
      return [point.at(node), point.isOutside] as const;
    });
    return compare(
      sides.map(([value]) => value),
      sides.map(([value, isOutside]) => value === null && isOutside),
    );
  };
  const names = collectUnknowns(nodes);
  if (names.length === 0) {
    const verdict = at(new Map());
    return verdict === null ? null : verdict !== false;
  }
  const { points, needsAll } = pointsFor(nodes, names);
  let agreeing = 0;
  for (const point of points) {
    const verdict = at(point);
    if (verdict === false) return false;
    if (verdict === 'enough') return true;
    if (verdict === true && ++agreeing === MAX_AGREEING && !needsAll) return true;
  }
  return agreeing >= MIN_AGREEING && budget.spend(0) ? true : null;
}
