import { children, fraction, isConstant, product, symbol, type Node, type RelationNode } from '../ast';
import { Budget } from '../numbers/budget';
import { exactValue } from '../numbers/exact';
import { constantRatio, sameExpression } from './expression';
import { itemsOf } from './interpret';
import { keyOf } from './key';
import { isKnownUnit, LETTER_UNITS } from '../read/lexicon';
import { rational } from '../numbers/rational';
import { realSet, sameSets } from './real-set';
import { isRounded } from './rounding';
import { INEQUALITIES, solutionsOf } from './solutions';

export const POLICIES = ['strict', 'lenient'] as const;

/** strict: for votes, where merging is costly. lenient: against a known answer. docs/ANSWERS.md lists the cases. */
export type Policy = (typeof POLICIES)[number];

/** From how many significant digits a decimal may stand for a number that no decimal is. */
const ROUNDED_DIGITS = { strict: 8, lenient: 4 } as const;
const WORK = 12_000;

/** A name and what it is said to be. */
interface Valued {
  readonly name: Node;
  readonly value: Node;
}

/** One comparison of two answers, with a bound on its work. */
export class Comparison {
  private readonly budget = new Budget(WORK);
  /** Lists, sets and tuples that what is compared stands in. */
  private depth = 0;

  constructor(private readonly policy: Policy) {}

  equal(a: Node, b: Node): boolean {
    if (keyOf(a) === keyOf(b)) return true;
    if (!this.budget.spend(5)) return false;
    if (a.kind === 'unit' || b.kind === 'unit') return this.equalQuantities(a, b);
    if (a.kind === 'text' || b.kind === 'text') return false;
    if (holdsRelation(a) || holdsRelation(b)) return this.equalStatements(a, b);
    if (isSetLike(a) || isSetLike(b)) return this.equalSets(a, b);
    if (isCollection(a) || isCollection(b)) return this.equalCollections(a, b);
    if (isTuple(a) || isTuple(b)) return this.equalTuples(a, b);
    if (a.kind === 'ratio' || b.kind === 'ratio') return this.equalRatios(a, b);
    if (this.isLenient && (sameLetters(a, b) || this.isWithLetterUnit(a, b) || this.isWithLetterUnit(b, a)))
      return true;
    if (sameExpression(a, b, this.budget)) return true;
    const digits = ROUNDED_DIGITS[this.policy];
    return isRounded(a, b, digits, this.budget) || isRounded(b, a, digits, this.budget);
  }

  private get isLenient(): boolean {
    return this.policy === 'lenient';
  }

  private equalQuantities(a: Node, b: Node): boolean {
    const [x, y] = [quantityOf(a), quantityOf(b)];
    if (x.unit === y.unit) return this.equal(x.value, y.value);
    if (x.unit !== '' && y.unit !== '') {
      const isOther = isKnownUnit(x.unit) && isKnownUnit(y.unit);
      return this.isLenient && !isOther && this.equal(x.value, y.value);
    }
    if (!this.isLenient) return false;
    const isPercent = x.unit === '%' || y.unit === '%';
    if (this.equal(x.value, y.value)) return true;
    const part = (side: { value: Node; unit: string }): Node =>
      side.unit === '%' ? product(side.value, fraction(rational(1n, 100n))) : side.value;
    return isPercent && this.equal(part(x), part(y));
  }

  private equalStatements(a: Node, b: Node): boolean {
    const [x, y] = [this.valued(a), this.valued(b)];
    if (x && y && keyOf(x.name) === keyOf(y.name)) return this.equal(x.value, y.value);
    if (x && !y && !holdsRelation(b)) return this.equal(x.value, b);
    if (y && !x && !holdsRelation(a)) return this.equal(a, y.value);
    if (this.equalSolutions(a, b)) return true;
    const [left, right] = [relationsOf(a), relationsOf(b)];
    if (left !== null && right !== null) return this.sameItems(left, right, (p, q) => this.equalRelations(p, q));
    if (holdsRelation(a) && holdsRelation(b)) return this.sameItems(itemsOf(a), itemsOf(b), (p, q) => this.equal(p, q));
    return this.isLenient && (this.isAssignment(a, b) || this.isAssignment(b, a));
  }

  /** x = 5; x ∈ S; x = 1, x = 2: what x is. */
  private valued(node: Node): Valued | null {
    if (node.kind === 'list') return this.valuedList(node.items);
    if (node.kind !== 'relation') return null;
    const [name, ...others] = node.items;
    const value = others.at(-1);
    const [sign] = node.signs;
    if (name === undefined || value === undefined) return null;
    if (sign === 'in' && others.length === 1) return this.isName(name) ? { name, value } : null;
    if (!node.signs.every((each) => each === '=')) return null;
    if (this.isName(name)) return { name, value };
    return others.length === 1 && this.isName(value) ? { name: value, value: name } : null;
  }

  private valuedList(items: readonly Node[]): Valued | null {
    const values = items.map(
      (item) => this.valued(item) ?? (item.kind === 'relation' ? null : { name: null, value: item }),
    );
    const named = values.flatMap((one) => (one?.name ? [one.name] : []));
    const [name] = named;
    if (name === undefined || values.includes(null)) return null;
    if (named.some((other) => keyOf(name) !== keyOf(other))) return null;
    return { name, value: { kind: 'list', items: values.flatMap((one) => (one ? [one.value] : [])) } };
  }

  /** Whether it only names something, so that "name = value" is the value. */
  private isName(node: Node): boolean {
    if (node.kind === 'symbol') return node.name !== 'pi' && node.name !== 'infinity';
    if (node.kind === 'text') return true;
    if (node.kind === 'group') return node.items.every((item) => item.kind === 'symbol');
    const isCapitals =
      node.kind === 'product' && node.items.every((item) => item.kind === 'symbol' && /^[A-Z]/.test(item.name));
    const isCall = node.kind === 'call' && node.name.endsWith('()');
    if (isCapitals || (isCall && node.items.every((item) => item.kind === 'symbol'))) return true;
    if (!this.isLenient) return false;
    if (isCall) return true;
    if (node.kind === 'call' && node.name === 'abs') return node.items.every((item) => this.isName(item));
    if (node.kind === 'ratio') return node.items.every((item) => this.isName(item));
    const [top, bottom] = node.kind === 'product' && node.items.length === 2 ? node.items : [];
    if (top === undefined || bottom?.kind !== 'power') return false;
    return [top, bottom.items[0]].every((part) => this.isName(part) || isDifferential(part));
  }

  /** a = 1, b = 2 against 1, 2 or (1, 2). */
  private isAssignment(a: Node, b: Node): boolean {
    if (a.kind !== 'list') return false;
    const values = a.items.map((item) => this.valued(item)?.value);
    const others = b.kind === 'group' || isCollection(b) ? children(b) : [];
    return (
      values.length === others.length &&
      values.every((value, i) => {
        const other = others[i];
        return value !== undefined && other !== undefined && this.equal(value, other);
      })
    );
  }

  private equalRelations(a: RelationNode, b: RelationNode): boolean {
    const [[a0, a1], [b0, b1]] = [a.items, b.items];
    const [signA = '', signB = ''] = [a.signs[0], b.signs[0]];
    if (!a0 || !a1 || !b0 || !b1) return false;
    const areSidesEqual = (p: Node, q: Node): boolean => this.equal(a0, p) && this.equal(a1, q);
    if (signA === 'in' || signB === 'in') return signA === signB && areSidesEqual(b0, b1);
    if (!INEQUALITIES.has(signA)) {
      if (INEQUALITIES.has(signB)) return false;
      if (constantRatio([a0, a1], [b0, b1], this.budget) !== null) return true;
      return areSidesEqual(b0, b1) || areSidesEqual(b1, b0);
    }
    if (!INEQUALITIES.has(signB) || signA.replace('>', '<') !== signB.replace('>', '<')) return false;
    const [p, q] = [ordered(a), ordered(b)];
    if (this.equal(p[0], q[0]) && this.equal(p[1], q[1])) return true;
    const ratio = constantRatio(p, q, this.budget);
    return ratio === 'plus' || (ratio !== null && signA === '!=');
  }

  /** x < 3, x ∈ (−∞, 3) and (−∞, 3). */
  private equalSolutions(a: Node, b: Node): boolean {
    const [x, y] = [solutionsOf(a, this.budget), solutionsOf(b, this.budget)];
    if (x === null || y === null) return false;
    if (x.name === null && y.name === null) return false;
    const isNamed = x.name !== null && y.name !== null;
    if (isNamed ? x.name !== y.name : !this.isLenient) return false;
    return sameSets(x.set, y.set, (p, q) => this.equal(p, q));
  }

  private equalSets(a: Node, b: Node): boolean {
    if (a.kind === 'group' && b.kind === 'group') return this.equalTuples(a, b);
    const [x, y] = [realSet(a, this.budget), realSet(b, this.budget)];
    if (x !== null && y !== null) return sameSets(x, y, (p, q) => this.equal(p, q));
    if (a.kind !== b.kind || a.kind === 'without') return false;
    return this.sameItems(parts(a), parts(b), (p, q) => this.equal(p, q));
  }

  private equalCollections(a: Node, b: Node): boolean {
    const [left, right] = [membersOf(a), membersOf(b)];
    const isSingle = !isCollection(a) || !isCollection(b);
    if (isSingle && (!this.isLenient || this.depth > 0 || left.length !== 1 || right.length !== 1)) return false;
    return this.sameItems(left, right, (p, q) => this.equal(p, q));
  }

  private equalTuples(a: Node, b: Node): boolean {
    const isSameKind =
      a.kind === 'group' && b.kind === 'group'
        ? a.open === b.open && a.close === b.close
        : a.kind === 'matrix' && b.kind === 'matrix'
          ? a.columns === b.columns
          : this.isLenient && isVector(a) && isVector(b);
    const [left, right] = [children(a), children(b)];
    if (!isSameKind || left.length !== right.length) return false;
    return left.every((item, i) => {
      const other = right[i];
      return other !== undefined && this.equal(item, other);
    });
  }

  /** 2 : 4 is 1 : 2, and for the lenient 1/2; but 4:30 may be a time. */
  private equalRatios(a: Node, b: Node): boolean {
    if (a.kind === 'ratio' && b.kind === 'ratio') {
      if (a.items.length !== b.items.length) return false;
      if (a.items.every((item, i) => this.equal(item, b.items[i] ?? item))) return true;
    }
    if (!this.isLenient || mayBeTime(a) || mayBeTime(b)) return false;
    const quotients = (node: Node): Node[] => {
      const [first, ...others] = node.kind === 'ratio' ? node.items : [node];
      return node.kind === 'ratio' && first ? others.map((item) => over(first, item)) : [node];
    };
    const [left, right] = [quotients(a), quotients(b)];
    return left.length === right.length && left.every((item, i) => this.equal(item, right[i] ?? item));
  }

  /** 3s against 3. */
  private isWithLetterUnit(a: Node, b: Node): boolean {
    if (a.kind !== 'product' || !isConstant(b)) return false;
    const last = a.items.at(-1);
    const rest = a.items.slice(0, -1);
    const isUnit = last?.kind === 'symbol' && LETTER_UNITS.has(last.name) && rest.every(isConstant);
    return isUnit && this.equal(product(...rest), b);
  }

  private sameItems<Item extends Node>(
    a: readonly Item[],
    b: readonly Item[],
    same: (p: Item, q: Item) => boolean,
  ): boolean {
    if (a.length !== b.length) return false;
    const keys = new Map<string, Item[]>();
    for (const item of b) keys.set(keyOf(item), [...(keys.get(keyOf(item)) ?? []), item]);
    const rest = a.filter((item) => keys.get(keyOf(item))?.pop() === undefined);
    const others = [...keys.values()].flat();
    this.depth++;
    const isMatched = rest.every((item) => {
      const match = others.findIndex((other) => same(item, other));
      if (match === -1) return false;
      others.splice(match, 1);
      return true;
    });
    this.depth--;
    return isMatched;
  }
}

const isCollection = (node: Node): boolean => node.kind === 'list' || node.kind === 'set';
const holdsRelation = (node: Node): boolean =>
  node.kind === 'relation' || (isCollection(node) && children(node).some(({ kind }) => kind === 'relation'));
const isSetLike = (node: Node): boolean =>
  node.kind === 'union' ||
  node.kind === 'without' ||
  node.kind === 'intersection' ||
  (node.kind === 'symbol' && node.name === 'mathbb R') ||
  (node.kind === 'group' && (node.open === '[' || node.close === ']'));
const isTuple = (node: Node): boolean => node.kind === 'group' || node.kind === 'matrix';
const isVector = (node: Node): boolean =>
  (node.kind === 'group' && node.open === '(' && node.close === ')') ||
  (node.kind === 'matrix' && (node.columns === 1 || node.columns === node.items.length));
const parts = (node: Node): readonly Node[] =>
  node.kind === 'union' || node.kind === 'intersection'
    ? node.items.flatMap((item) => (item.kind === node.kind ? parts(item) : [item]))
    : [node];
/** Letters of choices, in either case. */
function sameLetters(a: Node, b: Node): boolean {
  if (a.kind !== 'symbol' || b.kind !== 'symbol') return false;
  return /^[a-e]$/i.test(a.name) && a.name.toLowerCase() === b.name.toLowerCase();
}

const over = (a: Node, b: Node): Node => product(a, { kind: 'power', items: [b, fraction(rational(-1n))] });

/** Without repeats in sets and in lists of points, which are sets; other lists count how often a thing stands in them. */
function membersOf(node: Node): readonly Node[] {
  const items = itemsOf(node);
  if (node.kind !== 'set' && !items.every(({ kind }) => kind === 'group')) return items;
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

const isDifferential = (node: Node): boolean =>
  node.kind === 'product' && node.items.length === 2 && keyOf(node.items[0] ?? node) === 'd';

function mayBeTime(node: Node): boolean {
  const [hours, minutes] = node.kind === 'ratio' && node.items.length === 2 ? node.items.map(exactValue) : [];
  return !!hours && !!minutes && hours.top <= 24n && minutes.top < 60n && (minutes.top >= 10n || minutes.top === 0n);
}

function quantityOf(node: Node): { readonly value: Node; readonly unit: string } {
  if (node.kind !== 'unit') return { value: node, unit: '' };
  return { value: node.items[0], unit: node.unit === '°' ? '' : node.unit };
}

/** Smaller side first, for < and <=. */
function ordered({ signs, items }: RelationNode): readonly [Node, Node] {
  const [left, right] = items;
  const [a, b] = [left ?? symbol(''), right ?? symbol('')];
  return signs[0]?.startsWith('>') ? [b, a] : [a, b];
}

/** Relations of two sides each: chains taken apart, (x, y) = (1, 2) too; null where something else stands. */
function relationsOf(node: Node): RelationNode[] | null {
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
