import {
  collectUnknowns,
  difference,
  fraction,
  isConstant,
  negative,
  symbol,
  type BuilderNode,
  type Node,
  type RelationNode,
} from '../ast';
import * as ball from '../numbers/ball';
import type { Budget } from '../numbers/budget';
import { Point } from '../numbers/evaluate';
import { exactValue } from '../numbers/exact';
import { rational } from '../numbers/rational';
import { withoutRealDomain } from './families';
import { keyOf } from './key';
import { intersected, ray, realSet, single, unitedWith, type RealSet } from './real-set';

export const INEQUALITIES: ReadonlySet<string> = new Set(['<', '>', '<=', '>=', '!=']);

/** Real numbers, and what they are said to be; null where no name is given. */
interface Solutions {
  readonly name: string | null;
  readonly set: RealSet;
}

/**
 * What x < 3, 1 < x < 2, x ∈ S, |x| < 2, x < 1 or x > 2, {x | x > 3} and sets by themselves describe; null for anything
 * else. Commas between inequalities mean "and" where that leaves anything, else "or": x < 1, x > 5.
 */
export function solutionsOf(node: Node, budget: Budget): Solutions | null {
  if (node.kind === 'list') return solutionsOfList(node.items, node.joined, budget);
  if (node.kind === 'builder') return solutionsOfBuilder(node, budget);
  if (node.kind !== 'relation') {
    const set = realSet(node, budget);
    return set && { name: null, set };
  }
  const [first, second] = node.items;
  if (node.signs[0] === 'in' && first && second && isSubject(first)) {
    const set = realSet(second, budget);
    return set && { name: keyOf(first), set };
  }
  return solutionsOfAbsolute(node, budget) ?? solutionsOfChain(node, budget);
}

function solutionsOfList(items: readonly Node[], joined: 'and' | 'or' | undefined, budget: Budget): Solutions | null {
  const parts = items.map((item) => (item.kind === 'relation' ? solutionsOf(item, budget) : null));
  const [first] = parts;
  if (!first || parts.some((part) => part?.name === undefined || part.name === null || part.name !== first.name))
    return null;
  const sets = parts.flatMap((part) => (part ? [part.set] : []));
  const both = sets.reduce(intersected);
  const either = joined === 'or' || (joined === undefined && both.length === 0);
  return { name: first.name, set: either ? sets.reduce(unitedWith) : both };
}

/** {x | x > 3}, {x ∈ ℤ | 1 ≤ x ≤ 3}: the real or whole numbers that the conditions leave. */
function solutionsOfBuilder(node: BuilderNode, budget: Budget): Solutions | null {
  const [body, ...conditions] = withoutRealDomain(node).items;
  if (!node.isSet || body.kind !== 'symbol' || conditions.length === 0) return null;
  const isWhole = (condition: Node): boolean => {
    const [member, home] = condition.kind === 'relation' && condition.signs[0] === 'in' ? condition.items : [];
    return !!member && keyOf(member) === keyOf(body) && home?.kind === 'symbol' && /^mathbb [ZN]$/.test(home.name);
  };
  const whole = conditions.filter(isWhole);
  const parts = conditions
    .filter((condition) => !isWhole(condition))
    .map((condition) => solutionsOf(condition, budget));
  if (parts.length === 0 || parts.some((part) => part === null || part.name !== keyOf(body))) return null;
  const set = parts.flatMap((part) => (part ? [part.set] : [])).reduce(intersected);
  if (whole.length === 0) return { name: null, set };
  if (whole.some((condition) => keyOf(condition).includes('mathbb N'))) return null;
  const numbers = wholeNumbersIn(set);
  return (
    numbers && {
      name: null,
      set: numbers
        .map((n) => single(fraction(rational(n)), budget))
        .reduce<RealSet>((all, one) => (one ? unitedWith(all, one) : all), []),
    }
  );
}

const MAX_WHOLE = 200n;

/** null where there are too many, or ends are not rational. */
function wholeNumbersIn(set: RealSet): readonly bigint[] | null {
  const numbers: bigint[] = [];
  for (const { low, high } of set) {
    const [from, to] = [exactValue(low.node), exactValue(high.node)];
    if (!from || !to || typeof low.at === 'string' || typeof high.at === 'string') return null;
    const first = -floorOf(-from.top, from.bottom);
    const last = floorOf(to.top, to.bottom);
    if (last - first > MAX_WHOLE) return null;
    for (let n = first; n <= last; n++) {
      const isOpenEnd = (!low.closed && n * from.bottom === from.top) || (!high.closed && n * to.bottom === to.top);
      if (!isOpenEnd) numbers.push(n);
    }
  }
  return numbers;
}

const floorOf = (top: bigint, bottom: bigint): bigint => (top - (((top % bottom) + bottom) % bottom)) / bottom;

/** |x| < 2, |x − 1| ≥ 3 as what x is. */
function solutionsOfAbsolute(node: RelationNode, budget: Budget): Solutions | null {
  const [left, right] = node.items;
  const [sign = ''] = node.signs;
  if (node.signs.length !== 1 || left?.kind !== 'call' || left.name !== 'abs' || !right || !isConstant(right))
    return null;
  const [inside] = left.items;
  const [name] = inside ? collectUnknowns([inside]) : [];
  const centre = inside && name !== undefined ? centreOf(inside, name) : null;
  const radius = new Point(new Map(), budget).at(right);
  if (centre === null || name === undefined || !radius || !ball.isReal(radius) || radius.re < 0n) return null;
  const [low, high] = [difference(centre, right), { kind: 'sum' as const, items: [centre, right] }];
  const [below, above] = [
    ray(sign, high, budget),
    ray(
      sign.replace(/[<>]/, (arrow) => (arrow === '<' ? '>' : '<')),
      low,
      budget,
    ),
  ];
  if (!below || !above || sign === '!=') return null;
  return {
    name: keyOf(symbol(name)),
    set: sign.startsWith('<') ? intersected(below, above) : unitedWith(below, above),
  };
}

/** a of x − a; null for any other thing. */
function centreOf(node: Node, name: string): Node | null {
  if (node.kind === 'symbol') return fraction(rational(0n));
  if (node.kind !== 'sum' || node.items.length !== 2) return null;
  const [x, rest] = node.items;
  return x?.kind === 'symbol' && x.name === name && rest && isConstant(rest) ? negative(rest) : null;
}

function solutionsOfChain(node: RelationNode, budget: Budget): Solutions | null {
  const place = node.items.findIndex(isSubject);
  const subject = node.items[place];
  if (subject === undefined || node.items.length > 3 || node.signs.some((sign) => !INEQUALITIES.has(sign))) return null;
  if (node.items.length === 3 && place !== 1) return null;
  const rays = node.items.flatMap((bound, i) => {
    if (i === place) return [];
    const sign = node.signs[Math.min(i, place)] ?? '';
    return [ray(i < place ? mirrored(sign) : sign, bound, budget)];
  });
  const set = rays.reduce((all, one) => all && one && intersected(all, one));
  return set ? { name: keyOf(subject), set } : null;
}

const isSubject = (node: Node): boolean =>
  node.kind === 'symbol' ? !isConstant(node) : node.kind === 'call' && !isConstant(node);
const mirrored = (sign: string): string => sign.replace(/[<>]/, (arrow) => (arrow === '<' ? '>' : '<'));
