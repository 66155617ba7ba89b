import { rational, type Rational } from './numbers/rational';

/** A number; `digits` and `places` (significant, and behind the point) only where it was written as a decimal. */
export interface NumberNode {
  readonly kind: 'number';
  readonly value: Rational;
  readonly digits?: number;
  readonly places?: number;
}

/** Brackets with commas in between, or a single thing in square brackets: tuples, coordinates, intervals. */
interface GroupNode {
  readonly kind: 'group';
  readonly open: string;
  readonly close: string;
  readonly items: readonly Node[];
}

export interface RelationNode {
  readonly kind: 'relation';
  readonly signs: readonly string[];
  readonly items: readonly Node[];
}

export interface MatrixNode {
  readonly kind: 'matrix';
  readonly columns: number;
  /** Row by row. */
  readonly items: readonly Node[];
}

/** Something between or before operands whose order matters: A ⊂ B is a relation, f ∘ g, p ⇒ q, ¬p, 5 R 3 are these. */
interface OperatorNode {
  readonly kind: 'operator';
  readonly name: string;
  readonly items: readonly Node[];
}

/** {2k | k ∈ ℤ}, and without `isSet` the family x = 2k, k ∈ ℤ: the first item for all values that the others allow. */
export interface BuilderNode {
  readonly kind: 'builder';
  readonly isSet: boolean;
  readonly items: readonly [body: Node, ...conditions: Node[]];
}

/**
 * What an answer says. `piecewise` holds value, condition, value, condition …; `text` otherwise is a condition there. `list` is what
 * commas separate outside of brackets.
 */
export type Node =
  | NumberNode
  | GroupNode
  | RelationNode
  | MatrixNode
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sum' | 'product' | 'set' | 'ratio'; readonly items: readonly Node[] }
  | { readonly kind: 'list'; readonly items: readonly Node[]; readonly joined?: 'and' | 'or' }
  | { readonly kind: 'union' | 'without' | 'intersection'; readonly items: readonly Node[] }
  | { readonly kind: 'power'; readonly items: readonly [base: Node, exponent: Node] }
  | { readonly kind: 'call'; readonly name: string; readonly items: readonly Node[] }
  | { readonly kind: 'unit'; readonly unit: string; readonly words: string; readonly items: readonly [Node] }
  | { readonly kind: 'based'; readonly value: bigint }
  | OperatorNode
  | BuilderNode
  | { readonly kind: 'piecewise'; readonly items: readonly Node[] }
  | { readonly kind: 'range'; readonly items: readonly Node[] }
  | { readonly kind: 'date'; readonly text: string };

export const number = (value: bigint): NumberNode => ({ kind: 'number', value: rational(value) });
export const fraction = (value: Rational): NumberNode => ({ kind: 'number', value });
export const symbol = (name: string): Node => ({ kind: 'symbol', name });
export const power = (base: Node, exponent: Node): Node => ({ kind: 'power', items: [base, exponent] });
export const call = (name: string, ...items: Node[]): Node => ({ kind: 'call', name, items });
export const sum = (...items: Node[]): Node => ({ kind: 'sum', items });
export const product = (...items: Node[]): Node => ({ kind: 'product', items });
export const inverse = (node: Node): Node => power(node, number(-1n));
export const difference = (a: Node, b: Node): Node => sum(a, negative(b));
export const withUnit = (node: Node, unit: string, words = ''): Node => ({ kind: 'unit', unit, words, items: [node] });
export const operator = (name: string, ...items: Node[]): Node => ({ kind: 'operator', name, items });
export const relation = (sign: string, ...items: Node[]): RelationNode => ({ kind: 'relation', signs: [sign], items });

export function negative(node: Node): Node {
  if (node.kind === 'number') return { ...node, value: { top: -node.value.top, bottom: node.value.bottom } };
  if (node.kind === 'unit') return { ...node, items: [negative(node.items[0])] };
  return product(number(-1n), node);
}

export const isSymbol = (node: Node | undefined, name: string): boolean =>
  node?.kind === 'symbol' && node.name === name;
export const children = (node: Node): readonly Node[] => ('items' in node ? node.items : []);

/** The same node with every child replaced by `change(child)`. */
export function mapChildren(node: Node, change: (child: Node) => Node): Node {
  if (!('items' in node)) return node;
  if (node.kind === 'power') return power(change(node.items[0]), change(node.items[1]));
  if (node.kind === 'unit') return { ...node, items: [change(node.items[0])] };
  if (node.kind === 'builder') {
    const [body, ...conditions] = node.items;
    return { ...node, items: [change(body), ...conditions.map(change)] };
  }
  return { ...node, items: node.items.map(change) };
}

export function some(node: Node, test: (node: Node) => boolean): boolean {
  return test(node) || children(node).some((child) => some(child, test));
}

/** Nodes in it, counted up to `limit`. */
export function nodeCount(node: Node, limit: number): number {
  let count = 1;
  for (const child of children(node)) {
    if (count >= limit) break;
    count += nodeCount(child, limit - count);
  }
  return count;
}

/** Names of the unknowns, sorted. */
export function collectUnknowns(nodes: readonly Node[]): readonly string[] {
  const names = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === 'symbol' && isUnknown(node)) names.add(node.name);
    children(node).forEach(visit);
  };
  nodes.forEach(visit);
  return [...names].sort();
}

/** With a node in the place of every symbol that `values` names. */
export function substituted(node: Node, values: ReadonlyMap<string, Node>): Node {
  if (node.kind === 'symbol') return values.get(node.name) ?? node;
  return mapChildren(node, (child) => substituted(child, values));
}

const CONSTANTS = new Set(['pi', 'e', 'i', 'infinity']);
const VALUES = new Set(['number', 'symbol', 'sum', 'product', 'power', 'call']);

/** The index of a sum or product, by how deep it stands. */
export const boundName = (depth: number): string => `bound ${depth}`;
const isBound = (name: string): boolean => name.startsWith('bound ');

const isUnknown = (node: Node): boolean => node.kind === 'symbol' && !CONSTANTS.has(node.name) && !isBound(node.name);

/** Whether it is one value that evaluation may decide; not a list, set, relation, … */
export function isExpression(node: Node): boolean {
  return !some(node, (part) => !VALUES.has(part.kind) || (part.kind === 'symbol' && part.name === 'infinity'));
}

export const isConstant = (node: Node): boolean => !some(node, isUnknown);
