import { children, type Node, type RelationNode } from '../ast';
import { keyOf } from './key';

/**
 * Relations of two sides each: chains taken apart, (x, y) = (1, 2) too; null where something else stands. What "or" joins
 * is not taken apart.
 */
export function relationsOf(node: Node): RelationNode[] | null {
  if (node.kind === 'list') {
    const all = node.items.map(relationsOf);
    return all.includes(null) ? null : all.flatMap((relations) => relations ?? []);
  }
  if (node.kind !== 'relation') return null;
  return node.signs.flatMap((sign, i): RelationNode[] => {
    const sides = node.items.slice(i, i + 2);
    const [left, right] = sides;
    const areTuples = sign === '=' && left?.kind === 'group' && right?.kind === 'group';
    if (!areTuples || left.items.length !== right.items.length)
      return [{ kind: 'relation', signs: [sign], items: sides }];
    return left.items.map((item, k) => ({ kind: 'relation', signs: ['='], items: [item, right.items[k] ?? item] }));
  });
}

/** What equations say to be one: x = y = 1 and x = 1, y = 1 both give {x, y, 1}. null where something else stands. */
export function equalThings(node: Node): readonly Node[] | null {
  const relations = relationsOf(node);
  if (relations === null || (node.kind === 'list' && node.joined === 'or')) return null;
  let classes: Map<string, Node>[] = [];
  for (const { signs, items } of relations) {
    if (signs[0] !== '=') return null;
    const keys = new Map(items.map((item) => [keyOf(item), item]));
    const touched = classes.filter((one) => [...keys.keys()].some((key) => one.has(key)));
    classes = [
      ...classes.filter((one) => !touched.includes(one)),
      new Map([...touched.flatMap((one) => [...one]), ...keys]),
    ];
  }
  return classes.map((one): Node => ({ kind: 'set', items: [...one.values()] }));
}

/** Relations that hold both ways. */
const SYMMETRIC = new Set(['sim', 'cong', 'parallel', 'perp', 'asymp', 'doteq']);

/** Relations that nothing is known of: the same sign, and sides in their order. */
export function sameByName(a: RelationNode, b: RelationNode, equal: (x: Node, y: Node) => boolean): boolean {
  const [[a0, a1], [b0, b1]] = [children(a), children(b)];
  if (!a0 || !a1 || !b0 || !b1 || a.signs[0] !== b.signs[0]) return false;
  if (equal(a0, b0) && equal(a1, b1)) return true;
  return SYMMETRIC.has(a.signs[0] ?? '') && equal(a0, b1) && equal(a1, b0);
}
