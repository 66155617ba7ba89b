import { isConstant, type Node, type RelationNode } from '../ast';
import type { Budget } from '../numbers/budget';
import { keyOf } from './key';
import { intersected, ray, realSet, unitedWith, type RealSet } from './real-set';

export const INEQUALITIES: ReadonlySet<string> = new Set(['<', '>', '<=', '>=', '!=']);

/** Real numbers, and what they are said to be; null where no name is given. */
interface Solutions {
  readonly name: string | null;
  readonly set: RealSet;
}

/** What x < 3, 1 < x < 2, x ∈ S, x < 1 or x > 2, and sets by themselves describe; null for anything else. */
export function solutionsOf(node: Node, budget: Budget): Solutions | null {
  if (node.kind === 'list') {
    const parts = node.items.map((item) => solutionsOf(item, budget));
    return parts.reduce((all, part) => {
      if (!all || !part || part.name === null || all.name !== part.name) return null;
      return { name: all.name, set: node.isChoice ? unitedWith(all.set, part.set) : intersected(all.set, part.set) };
    });
  }
  if (node.kind !== 'relation') {
    const set = realSet(node, budget);
    return set && { name: null, set };
  }
  const [first, second] = node.items;
  if (node.signs[0] === 'in' && first && second && isSubject(first)) {
    const set = realSet(second, budget);
    return set && { name: keyOf(first), set };
  }
  return solutionsOfChain(node, budget);
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
