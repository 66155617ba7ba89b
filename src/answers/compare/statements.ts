import { children, isSymbol, negative, substituted, symbol, type Node, type RelationNode } from '../ast';
import { equalThings, relationsOf, sameByName } from './equations';
import { constantRatio } from './expression';
import { itemsOf } from './interpret';
import type { Judge } from './judge';
import { keyOf } from './key';
import { areRoots, assignedValues, middleValues, valuedOf, type Valued } from './names';
import { sameSets } from './real-set';
import { INEQUALITIES, solutionsOf } from './solutions';

export const isCollection = (node: Node): boolean => node.kind === 'list' || node.kind === 'set';
export const holdsRelation = (node: Node): boolean =>
  node.kind === 'relation' || (isCollection(node) && children(node).some(holdsRelation));

/** Equations, inequalities, and lists of them; one of the two may be a value that the other names. */
export function sameStatements(a: Node, b: Node, judge: Judge): boolean {
  const [x, y] = [valued(a, judge), valued(b, judge)];
  if (x && y && keyOf(x.plain.name) === keyOf(y.plain.name)) return judge.equal(x.plain.value, y.plain.value);
  if (x && y && judge.isLenient) {
    if (isGraph(x, y) || isGraph(y, x)) return judge.equal(asFunction(x), asFunction(y));
    if (isSize(x, y) || isSize(y, x)) return judge.equal(bothSigns(x), bothSigns(y));
    const reordered = inNamesOf(x, y);
    if (reordered) return judge.equal(x.value, reordered);
  }
  const areBoth = holdsRelation(a) && holdsRelation(b);
  // Among other statements a name tells what a value belongs to.
  if (!areBoth && (x ?? y)) return judge.isOutermost && judge.equal(x?.value ?? a, y?.value ?? b);
  if (sameSolutions(a, b, judge)) return true;
  const [classesA, classesB] = [equalThings(a), equalThings(b)];
  if (classesA && classesB && judge.anyOrder(classesA, classesB)) return true;
  if (a.kind === 'list' && b.kind === 'list' && (holdsSystems(a) || holdsSystems(b)))
    return judge.anyOrder(a.items, b.items);
  if (isOr(a) !== isOr(b) && areBoth) return false;
  const [left, right] = [relationsOf(a), relationsOf(b)];
  if (left && right) return judge.anyOrder(left, right, (p, q) => sameRelations(p, q, judge));
  if (areBoth) return judge.anyOrder(itemsOf(a), itemsOf(b));
  return judge.isLenient && (isAssignment(a, b, judge) || isAssignment(b, a, judge));
}

const isOr = (node: Node): boolean => node.kind === 'list' && node.joined === 'or';
const holdsSystems = (node: Node): boolean => isOr(node) && children(node).some(({ kind }) => kind === 'list');

function valued(node: Node, judge: Judge): Valued | null {
  const found = valuedOf(node, judge.isLenient);
  return found && middleValues(node).every((value) => judge.equal(value, found.value)) ? found : null;
}

/** f(x) = x² and y = x² draw one graph. */
const isGraph = ({ name: f }: Valued, { name: y }: Valued): boolean =>
  f.kind === 'call' && f.items.length === 1 && isSymbol(y, 'y');

const asFunction = ({ name, value, plain }: Valued): Node =>
  name.kind === 'call' ? plain.value : substituted(value, new Map([['x', symbol('argument 0')]]));

/** |x| = 3 and x = ±3. */
const isSize = ({ name: size }: Valued, { name: x }: Valued): boolean =>
  size.kind === 'call' &&
  size.name === 'abs' &&
  size.items.length === 1 &&
  size.items.every((item) => keyOf(item) === keyOf(x));

const bothSigns = ({ name, value }: Valued): Node =>
  name.kind === 'call' ? { kind: 'list', items: [value, negative(value)] } : value;

/** 2 : 1 of b : a = 2 : 1 as 1 : 2, where the other says what a : b is. */
function inNamesOf({ name: wanted }: Valued, { name, value }: Valued): Node | null {
  if (wanted.kind !== 'ratio' || name.kind !== 'ratio' || value.kind !== 'ratio') return null;
  const numbers = new Map(name.items.map((item, i) => [keyOf(item), value.items[i]]));
  const items = wanted.items.flatMap((item) => numbers.get(keyOf(item)) ?? []);
  return items.length === value.items.length && items.length === name.items.length ? { ...value, items } : null;
}

/** a = 1, b = 2 against (1, 2), in the order of the names, or against 1, 2. */
function isAssignment(a: Node, b: Node, judge: Judge): boolean {
  const values = assignedValues(a);
  if (values === null || a.kind !== 'list') return false;
  if (b.kind === 'group') return judge.inOrder(values, b.items);
  if (!isCollection(b)) return false;
  if (areRoots(a)) return judge.anyOrder(values, children(b));
  const written = a.items.map((item) => valuedOf(item, true)?.value ?? item);
  return judge.inOrder(values, children(b)) || judge.inOrder(written, children(b));
}

/** Relations of two sides each. */
function sameRelations(a: RelationNode, b: RelationNode, judge: Judge): boolean {
  const [[a0, a1], [b0, b1]] = [ordered(a), ordered(b)];
  const [sign, other] = [a, b].map(({ signs }) => (signs[0] ?? '').replace('>', '<'));
  if (!a0 || !a1 || !b0 || !b1 || sign === undefined || sign !== other) return false;
  const isInequality = INEQUALITIES.has(sign);
  if (sign !== '=' && !isInequality) return sameByName(a, b, judge.equal);
  if (judge.inOrder([a0, a1], [b0, b1])) return true;
  const ratio = constantRatio([a0, a1], [b0, b1], judge.budget);
  if (isInequality) return ratio === 'plus' || (ratio !== null && sign === '!=');
  return ratio !== null || judge.inOrder([a0, a1], [b1, b0]);
}

/** Smaller side first, for < and <=. */
const ordered = ({ signs, items }: RelationNode): readonly Node[] =>
  signs[0]?.startsWith('>') ? [...items].reverse() : items;

/** x < 3, x ∈ (−∞, 3) and (−∞, 3). */
function sameSolutions(a: Node, b: Node, judge: Judge): boolean {
  const [x, y] = [solutionsOf(a, judge.budget), solutionsOf(b, judge.budget)];
  if (x === null || y === null || (x.name === null && y.name === null)) return false;
  const isNamed = x.name !== null && y.name !== null;
  return (isNamed ? x.name === y.name : judge.isLenient) && sameSets(x.set, y.set, judge.equal);
}
