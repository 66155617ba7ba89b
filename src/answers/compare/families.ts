import {
  children,
  collectUnknowns,
  fraction,
  number,
  some,
  substituted,
  symbol,
  type BuilderNode,
  type Node,
} from '../ast';
import { rational } from '../numbers/rational';
import { keyOf } from './key';

const WHOLE_NUMBERS = /^mathbb [ZN]/;

/** A list that ends in k ∈ ℤ is a family, if the rest contains k: x = 2kπ, k ∈ ℤ. */
export function families(list: Node): Node {
  if (list.kind !== 'list' || list.joined === 'or') return list;
  const isDomain = (item: Node): boolean => parameterOf(item) !== null;
  const domains = list.items.filter(isDomain);
  const bodies = list.items.filter((item) => !isDomain(item));
  const [body] = bodies;
  if (domains.length === 0 || body === undefined) return list;
  const names = domains.map((domain) => parameterOf(domain));
  const isUsed = names.every((name) => name !== null && bodies.some((item) => holdsName(item, name)));
  if (!isUsed) {
    // f(n) = 2n for all n ∈ ℕ says no more than f(n) = 2n.
    return bodies.length === 1 ? body : list;
  }
  const isDefinition =
    bodies.length === 1 && names.length === 1 && body.kind === 'relation' && definedBy(body, names[0] ?? '');
  if (isDefinition) return body;
  return {
    kind: 'builder',
    isSet: false,
    items: [bodies.length === 1 ? body : { kind: 'list', items: bodies }, ...domains],
  };
}

const definedBy = (node: Node, name: string): boolean => {
  const [left] = children(node);
  return left?.kind === 'call' && left.items.some((item) => item.kind === 'symbol' && item.name === name);
};

/** k of k ∈ ℤ, and of k = 0, 1, 2, … */
function parameterOf(node: Node): string | null {
  const [name, domain] =
    node.kind === 'relation' && node.signs[0] === 'in' && node.signs.length === 1 ? node.items : [];
  if (name?.kind !== 'symbol' || domain?.kind !== 'symbol') return null;
  return WHOLE_NUMBERS.test(domain.name) ? name.name : null;
}

const holdsName = (node: Node, name: string): boolean =>
  some(node, (part) => part.kind === 'symbol' && part.name === name);

/** Shifts of an integer parameter that are tried: 2k + 1 and 2k − 1 are the same numbers. */
const SHIFTS = [0n, 1n, -1n, 2n, -2n, 3n, -3n];

/** x ∈ A before the bar is a condition; parameters get names by their order, so that {2k | k ∈ ℤ} is {2m | m ∈ ℤ}. */
function canonical(node: BuilderNode): BuilderNode {
  const [first, ...rest] = node.items;
  const isMember = node.isSet && first.kind === 'relation' && first.signs[0] === 'in' && first.items.length === 2;
  const [member, home] = isMember ? first.items : [];
  const body = member ?? first;
  const conditions = member && home ? [first, ...rest] : rest;
  const names = node.isSet
    ? collectUnknowns([body]).filter((name) => conditions.some((condition) => holdsName(condition, name)))
    : conditions.flatMap((condition) => parameterOf(condition) ?? []);
  const renamed = new Map(names.map((name, i): [string, Node] => [name, symbol(`parameter ${i}`)]));
  const change = (item: Node): Node => substituted(item, renamed);
  return { ...node, items: [change(body), ...conditions.map(change)] };
}

/** Whether two builders describe the same set by the same form: undecided counts as not. */
export function sameBuilders(a: BuilderNode, b: BuilderNode, equal: (x: Node, y: Node) => boolean): boolean {
  if (a.isSet !== b.isSet) return false;
  const [x, y] = [canonical(a), canonical(b)];
  const [bodyX, ...conditionsX] = x.items;
  const [bodyY, ...conditionsY] = y.items;
  if (conditionsX.length !== conditionsY.length) return false;
  const rest = [...conditionsY];
  for (const condition of conditionsX) {
    const match = rest.findIndex((other) => keyOf(condition) === keyOf(other) || equal(condition, other));
    if (match === -1) return false;
    rest.splice(match, 1);
  }
  if (equal(bodyX, bodyY)) return true;
  const [only] = conditionsX;
  const [name, domain] = conditionsX.length === 1 && only ? children(only) : [];
  const runsOverAll = name?.kind === 'symbol' && domain?.kind === 'symbol' && domain.name === 'mathbb Z';
  if (!runsOverAll) return false;
  return [1n, -1n].some((sign) =>
    SHIFTS.some((shift) => {
      if (sign === 1n && shift === 0n) return false;
      const index: Node = {
        kind: 'sum',
        items: [{ kind: 'product', items: [fraction(rational(sign)), name] }, number(shift)],
      };
      return equal(bodyX, substituted(bodyY, new Map([[name.name, index]])));
    }),
  );
}

/** Without the domain of a set's elements where it is what everybody assumes, the real numbers. */
export function withoutRealDomain(node: BuilderNode): BuilderNode {
  const [body, ...conditions] = (node.isSet ? canonical(node) : node).items;
  const kept = conditions.filter((condition) => {
    const [, home] = condition.kind === 'relation' && condition.signs[0] === 'in' ? condition.items : [];
    return !(home?.kind === 'symbol' && home.name === 'mathbb R');
  });
  return { ...node, items: [body, ...kept] };
}
