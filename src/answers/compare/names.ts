import { children, isConstant, substituted, symbol, type Node } from '../ast';
import { keyOf } from './key';

/** A name and what it is said to be. */
export interface Valued {
  readonly name: Node;
  readonly value: Node;
  /** Name and value with the argument of f(t) = t² under a name that all functions share. */
  readonly plain: { readonly name: Node; readonly value: Node };
}

/** x = 5; x ∈ S; x = 1, x = 2; f(t) = t²: what x or f is. A chain x = y = 5 says more, so it is none. */
export function valuedOf(node: Node, isLenient: boolean): Valued | null {
  if (node.kind === 'list') return valuedList(node.items, isLenient);
  if (node.kind !== 'relation') return null;
  const [name, ...others] = node.items;
  const value = others.at(-1);
  const [sign] = node.signs;
  if (name === undefined || value === undefined) return null;
  if (sign === 'in' && others.length === 1) return isName(name, isLenient) ? withPlain(name, value) : null;
  if (!node.signs.every((each) => each === '=')) return null;
  if (others.length > 1 && !(others.every(isConstant) && others.every(({ kind }) => kind !== 'text'))) return null;
  if (isName(name, isLenient)) return withPlain(name, value);
  return others.length === 1 && isName(value, isLenient) ? withPlain(value, name) : null;
}

/** All values that a chain of constants gives must be one: x = 3 + 4 = 7. */
export const middleValues = (node: Node): readonly Node[] => (node.kind === 'relation' ? node.items.slice(1, -1) : []);

function valuedList(items: readonly Node[], isLenient: boolean): Valued | null {
  const values = items.map((item) => {
    const isMember = item.kind === 'relation' && item.signs[0] === 'in';
    const valued = isMember ? null : valuedOf(item, isLenient);
    if (valued !== null) return valued;
    return item.kind === 'relation' || item.kind === 'list' ? null : { name: null, value: item };
  });
  const named = values.flatMap((one) => (one?.name ? [one.name] : []));
  const [name] = named;
  if (name === undefined || values.includes(null)) return null;
  if (named.some((other) => keyOf(name) !== keyOf(other))) return null;
  return withPlain(name, { kind: 'list', items: values.flatMap((one) => (one ? [one.value] : [])) });
}

/** f(t) = t² is f(x) = x². */
function withPlain(name: Node, value: Node): Valued {
  const asIs = { name, value, plain: { name, value } };
  if (name.kind !== 'call' || !name.name.endsWith('()')) return asIs;
  const renamed = new Map<string, Node>();
  for (const item of name.items) {
    if (item.kind !== 'symbol' || !/^(?:[a-z]|theta|phi)$/.test(item.name) || renamed.has(item.name)) return asIs;
    renamed.set(item.name, symbol(`argument ${renamed.size}`));
  }
  return { name, value, plain: { name: substituted(name, renamed), value: substituted(value, renamed) } };
}

/** Whether it only names something, so that "name = value" is the value. */
function isName(node: Node, isLenient: boolean): boolean {
  if (node.kind === 'symbol') return node.name !== 'pi' && node.name !== 'infinity' && node.name !== 'mathbb R';
  if (node.kind === 'text') return node.text !== '';
  if (node.kind === 'group') return areInOrder(node.items);
  const isCapitals =
    node.kind === 'product' && node.items.every((item) => item.kind === 'symbol' && /^[A-Z]/.test(item.name));
  const isCall = node.kind === 'call' && node.name.endsWith('()');
  if (isCapitals || (isCall && node.items.every((item) => item.kind === 'symbol'))) return true;
  return isLenient && isLeftSide(node, isCall);
}

/** What else may stand before "=" where the problem asks for it. */
function isLeftSide(node: Node, isCall: boolean): boolean {
  if (isCall || (node.kind === 'call' && node.name.startsWith('big '))) return true;
  if (node.kind === 'call' && node.name === 'abs') return node.items.every((item) => isName(item, true));
  if (node.kind === 'ratio') return node.items.every((item) => isName(item, true));
  if (node.kind !== 'product') return false;
  const [top, bottom] = node.items.length === 2 ? node.items : [];
  const isApplied = (part: Node | undefined): boolean => part?.kind === 'group' || part?.kind === 'operator';
  if (node.items.some(isApplied))
    return node.items.length < 4 && node.items.every((part) => part.kind === 'symbol' || isApplied(part));
  const isExpectation = top?.kind === 'symbol' && /^(?:mathbb )?[A-Z]$/.test(top.name) && bottom?.kind === 'symbol';
  if (isExpectation) return true;
  if (top === undefined || bottom?.kind !== 'power') return false;
  return [top, bottom.items[0]].every((part) => isName(part, true) || isDifferential(part));
}

const isDifferential = (node: Node): boolean =>
  node.kind === 'product' && node.items.length === 2 && keyOf(node.items[0] ?? node) === 'd';

const symbolName = (node: Node): string | null => (node.kind === 'symbol' ? node.name : null);

/** (x, y), (a, b, c): names in the order in which everybody gives them. */
function areInOrder(items: readonly Node[]): boolean {
  const names = items.map(symbolName);
  return names.every((name, i) => name !== null && (i === 0 || inOrder(names[i - 1] ?? '', name) < 0));
}

function inOrder(a: string, b: string): number {
  const [p, q] = [a.split('_'), b.split('_')];
  if (p[0] === q[0]) return Number(p[1] ?? 0) - Number(q[1] ?? 0) || (a < b ? -1 : a > b ? 1 : 0);
  return a < b ? -1 : 1;
}

/** The values of a = 1, b = 2, in the order of the names; null where something else stands there. */
export function assignedValues(node: Node): readonly Node[] | null {
  if (node.kind !== 'list' || node.joined === 'or') return null;
  const pairs = node.items.map((item) => {
    const valued = valuedOf(item, true);
    return valued && { name: symbolName(valued.name) ?? keyOf(valued.name), value: valued.value };
  });
  if (pairs.includes(null)) return null;
  const named = pairs.flatMap((pair) => (pair ? [pair] : []));
  if (new Set(named.map(({ name }) => name)).size < named.length) return null;
  return named.sort((a, b) => inOrder(a.name, b.name)).map(({ value }) => value);
}

/** x_1 and x_2 are roots of one equation: their numbers say nothing. */
export const areRoots = (node: Node): boolean => {
  const names = children(node).map((item) => symbolName(children(item)[0] ?? item)?.split('_')[0] ?? null);
  return names.length > 1 && !names.includes(null) && new Set(names).size === 1;
};
