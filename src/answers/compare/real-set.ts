import { isConstant, type Node } from '../ast';
import * as ball from '../numbers/ball';
import type { Ball } from '../numbers/ball';
import type { Budget } from '../numbers/budget';
import { Point } from '../numbers/evaluate';

/** An end of an interval; `at` is its place on the line, ±∞ as a sign only. */
interface End {
  readonly node: Node;
  readonly at: Ball | 'low' | 'high';
  readonly closed: boolean;
}
interface Piece {
  readonly low: End;
  readonly high: End;
}
/** Intervals in order, none touching another; points are closed intervals. */
export type RealSet = readonly Piece[];

const INFINITY: Node = { kind: 'symbol', name: 'infinity' };
const LOWEST: End = { node: INFINITY, at: 'low', closed: false };
const HIGHEST: End = { node: INFINITY, at: 'high', closed: false };
export const EVERYTHING: RealSet = [{ low: LOWEST, high: HIGHEST }];

/** The set of real numbers that unions, intervals, finite sets and \mathbb{R} describe; null where ends have no place. */
export function realSet(node: Node, budget: Budget): RealSet | null {
  switch (node.kind) {
    case 'union':
    case 'intersection':
    case 'without': {
      const [a, b] = node.items.map((item) => realSet(item, budget));
      if (!a || !b) return null;
      if (node.kind === 'union') return united([...a, ...b]);
      return node.kind === 'without' ? without(a, b) : without(a, complement(b));
    }
    case 'group':
      return interval(node.open, node.close, node.items, budget);
    case 'set': {
      const pieces = node.items.map((item) => single(item, budget));
      return pieces.includes(null) ? null : united(pieces.flatMap((piece) => piece ?? []));
    }
    case 'symbol':
      return node.name === 'mathbb R' ? EVERYTHING : null;
    default:
      return null;
  }
}

function interval(open: string, close: string, items: readonly Node[], budget: Budget): RealSet | null {
  const [a, b] = items;
  if (items.length !== 2 || !a || !b) return null;
  const low = endOf(a, open === '[', budget);
  const high = endOf(b, close === ']', budget);
  return low && high && order(low, high) <= 0 ? [{ low, high }] : null;
}

export function single(item: Node, budget: Budget): RealSet | null {
  const end = endOf(item, true, budget);
  return end && typeof end.at !== 'string' ? [{ low: end, high: end }] : null;
}

/** @param sign of a relation x < bound */
export function ray(sign: string, bound: Node, budget: Budget): RealSet | null {
  const end = endOf(bound, sign.endsWith('='), budget);
  if (end === null) return null;
  if (sign === '!=') return complement([{ low: { ...end, closed: true }, high: { ...end, closed: true } }]);
  return sign.startsWith('<') ? [{ low: LOWEST, high: end }] : [{ low: end, high: HIGHEST }];
}

function endOf(node: Node, closed: boolean, budget: Budget): End | null {
  if (node.kind === 'symbol' && node.name === 'infinity') return HIGHEST;
  const [sign, rest] = node.kind === 'product' ? node.items : [];
  if (sign?.kind === 'number' && sign.value.top < 0n && rest?.kind === 'symbol' && rest.name === 'infinity')
    return LOWEST;
  const at = isConstant(node) ? new Point(new Map(), budget).at(node) : null;
  return at && ball.isReal(at) ? { node, at, closed } : null;
}

/** Where two ends stand to each other on the line. */
function order(a: End, b: End): number {
  if (typeof a.at === 'string' || typeof b.at === 'string') {
    const rank = (end: End): number => (end.at === 'low' ? -1 : end.at === 'high' ? 1 : 0);
    return rank(a) - rank(b);
  }
  if (ball.agree(a.at, b.at) === true) return 0;
  return a.at.re < b.at.re ? -1 : 1;
}

function united(pieces: readonly Piece[]): RealSet {
  const sorted = [...pieces].sort(({ low: a }, { low: b }) => order(a, b) || Number(b.closed) - Number(a.closed));
  const merged: Piece[] = [];
  for (const piece of sorted) {
    const last = merged.at(-1);
    const gap = last === undefined ? 1 : order(piece.low, last.high);
    if (last === undefined || gap > 0 || (gap === 0 && !piece.low.closed && !last.high.closed)) {
      merged.push(piece);
      continue;
    }
    const beyond = order(piece.high, last.high);
    const high = beyond > 0 || (beyond === 0 && piece.high.closed) ? piece.high : last.high;
    merged[merged.length - 1] = { low: last.low, high };
  }
  return merged;
}

function complement(set: RealSet): RealSet {
  const gaps: Piece[] = [];
  let low = LOWEST;
  for (const piece of set) {
    if (piece.low.at !== 'low') gaps.push({ low, high: { ...piece.low, closed: !piece.low.closed } });
    low = { ...piece.high, closed: !piece.high.closed };
  }
  if (low.at !== 'high') gaps.push({ low: low === LOWEST ? LOWEST : low, high: HIGHEST });
  return gaps.filter(({ low: a, high: b }) => order(a, b) < 0 || (order(a, b) === 0 && a.closed && b.closed));
}

export const intersected = (a: RealSet, b: RealSet): RealSet => without(a, complement(b));
export const unitedWith = (a: RealSet, b: RealSet): RealSet => united([...a, ...b]);

export const differenceOf = (a: RealSet, b: RealSet): RealSet => without(a, b);
const without = (a: RealSet, b: RealSet): RealSet => complement(united([...complement(a), ...b]));

export function sameSets(a: RealSet, b: RealSet, same: (x: Node, y: Node) => boolean): boolean {
  const sameEnds = (x: End, y: End): boolean => {
    if (typeof x.at === 'string' || typeof y.at === 'string') return x.at === y.at;
    return x.closed === y.closed && same(x.node, y.node);
  };
  return (
    a.length === b.length &&
    a.every((piece, i) => {
      const other = b[i];
      return other !== undefined && sameEnds(piece.low, other.low) && sameEnds(piece.high, other.high);
    })
  );
}
