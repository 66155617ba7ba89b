import { isConstant, mapChildren, nodeCount, number, product, substituted, type Node } from '../ast';
import { exactValue } from '../numbers/exact';

const MAX_TERMS = 60n;
const MAX_TERM_NODES = 60;

/** Sums and products over a few whole numbers term by term, where they contain an unknown: 1 + x + x². */
export function withTermsWritten(node: Node): Node {
  const inside = mapChildren(node, withTermsWritten);
  if (inside.kind !== 'call' || !/^big (?:sum|prod)$/.test(inside.name) || isConstant(inside)) return inside;
  const [index, start, end, term] = inside.items;
  const [low, high] = [start && exactValue(start), end && exactValue(end)];
  if (index?.kind !== 'symbol' || !term || low?.bottom !== 1n || high?.bottom !== 1n) return inside;
  if (high.top - low.top > MAX_TERMS || nodeCount(term, MAX_TERM_NODES) >= MAX_TERM_NODES) return inside;
  const count = Math.max(0, Number(high.top - low.top) + 1);
  const terms = Array.from({ length: count }, (_, i) =>
    substituted(term, new Map([[index.name, number(low.top + BigInt(i))]])),
  );
  return inside.name === 'big sum' ? { kind: 'sum', items: terms } : product(...terms);
}
