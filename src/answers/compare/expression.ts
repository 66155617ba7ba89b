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
import * as fixed from '../numbers/fixed';
import type { Judge } from './judge';
import { keyOf } from './key';
import { withTermsWritten } from './terms';
import { pointsFor, type Unknowns } from './points';

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

export type RatioSign = 'plus' | 'minus';

/**
 * Whether left1 − right1 and left2 − right2 differ by a constant factor only, as the equations left = right then have the
 * same solutions. Its sign; null: they do not, or nobody knows.
 */
export function constantRatio(a: readonly [Node, Node], b: readonly [Node, Node], budget: Budget): RatioSign | null {
  const [first, second] = [named(difference(...a), budget), named(difference(...b), budget)];
  if (!isExpression(first) || !isExpression(second) || (isConstant(first) && isConstant(second))) return null;
  const values: (readonly [Ball, Ball])[] = [];
  const isConstantRatio = samplesAgree([first, second], budget, ([p, q], [isOutsideA, isOutsideB]) => {
    if ((p && isOutsideB) || (q && isOutsideA)) return false;
    if (!p || !q || !ball.isNonZero(p) || !ball.isNonZero(q)) return null;
    values.push([p, q]);
    const [p0, q0] = values[0] ?? [p, q];
    const [left, right] = [ball.times(p, q0), ball.times(p0, q)];
    return left && right && ball.agree(left, right);
  });
  const [sample] = values;
  if (sample === undefined || !isConstantRatio) return null;
  const [p, q] = sample;
  return p.re > 0n === q.re > 0n ? 'plus' : 'minus';
}

/** f(x) as an unknown of its own: the same one wherever the arguments have the same values. */
function named(node: Node, budget: Budget): Node {
  if (!some(node, isOpaque)) return node;
  if (!isOpaque(node)) return mapChildren(node, (child) => named(child, budget));
  const point = new Point(new Map(collectUnknowns([node]).map((name) => [name, placeOf(name)])), budget);
  const values = children(node).map((item) => {
    const value = point.at(item);
    return value ? `${rounded(value.re)} ${rounded(value.im)}` : keyOf(item);
  });
  return symbol(`${node.kind === 'call' ? node.name : ''}${values.join()}`);
}

/** Where an unknown stands when arguments of functions are told apart. */
const placeOf = (name: string): Ball => {
  const hash = [...name].reduce((before, character) => (37 * before + character.charCodeAt(0)) % 99_991, 7);
  return { re: (BigInt(hash) << fixed.BITS) / 31_337n, im: 0n, error: 1n };
};
/** To some hundred bits. */
const rounded = (value: bigint): bigint => ((value >> 400n) + 1n) >> 1n;

const isOpaque = (node: Node): boolean => node.kind === 'call' && node.name.endsWith('()');

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

type Compare = (values: readonly (Ball | null)[], areOutside: readonly boolean[]) => boolean | null;

const samplesAgree = (nodes: readonly Node[], budget: Budget, compare: Compare): boolean =>
  samplesVerdict(nodes, budget, compare) === true;

/** What `compare` says at every point where it says anything; null: nothing at enough of them. */
function samplesVerdict(nodes: readonly Node[], budget: Budget, compare: Compare): boolean | null {
  const at = (unknowns: Unknowns): boolean | null => {
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
    return verdict;
  }
  const { points, needsAll } = pointsFor(nodes, names);
  let agreeing = 0;
  for (const point of points) {
    const verdict = at(point);
    if (verdict === false) return false;
    if (verdict === true && ++agreeing === MAX_AGREEING && !needsAll) return true;
  }
  return agreeing >= MIN_AGREEING && budget.spend(0) ? true : null;
}
