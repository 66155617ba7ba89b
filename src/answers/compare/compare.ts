import {
  children,
  fraction,
  isConstant,
  product,
  some,
  substituted,
  symbol,
  type Node,
  type RelationNode,
} from '../ast';
import { Budget } from '../numbers/budget';
import { exactValue } from '../numbers/exact';
import { rational } from '../numbers/rational';
import { LETTER_UNITS } from '../read/units';
import { equalThings, relationsOf, sameByName } from './equations';
import { constantRatio, sameExpression, type ExpressionRules } from './expression';
import { sameBuilders, withoutRealDomain } from './families';
import { itemsOf } from './interpret';
import { keyOf } from './key';
import { areRoots, assignedValues, middleValues, valuedOf, type Valued } from './names';
import { lettersAsUnit, sameQuantities } from './quantities';
import { differenceOf, EVERYTHING, realSet, sameSets, type RealSet } from './real-set';
import { isRounded } from './rounding';
import { INEQUALITIES, solutionsOf } from './solutions';

export const POLICIES = ['strict', 'lenient'] as const;

/** strict: for votes, where merging is costly. lenient: against a known answer. docs/ANSWERS.md lists the cases. */
export type Policy = (typeof POLICIES)[number];

/** From how many significant digits a decimal may stand for a number that no decimal is. */
const ROUNDED_DIGITS = { strict: 8, lenient: 4 } as const;
/** Units of work that one comparison may cost. */
export const MAX_WORK = 60_000;

/** Of lists, sets, relations … in one another. */
const MAX_DEPTH = 100;

/** One comparison of two answers, with a bound on its work. */
export class Comparison {
  private readonly budget = new Budget(MAX_WORK);
  /** Lists, sets and tuples that contain what is compared. */
  private depth = 0;
  /** Of comparisons within comparisons. */
  private level = 0;

  constructor(private readonly policy: Policy) {}

  equal(a: Node, b: Node): boolean {
    if (keyOf(a) === keyOf(b)) return true;
    if (this.level > MAX_DEPTH || !this.budget.spend(5)) return false;
    this.level++;
    const areEqual = this.equalByKind(a, b);
    this.level--;
    return areEqual;
  }

  /** Units of work so far. */
  get work(): number {
    return this.budget.spent;
  }

  private readonly same = (a: Node, b: Node): boolean => this.equal(a, b);

  private equalByKind(a: Node, b: Node): boolean {
    if (a.kind === 'unit' || b.kind === 'unit') {
      return sameQuantities(lettersAsUnit(a), lettersAsUnit(b), this.isLenient, this.same);
    }
    if (a.kind === 'text' || b.kind === 'text') return this.equalTexts(a, b) || this.equalTexts(b, a);
    if (a.kind === 'piecewise' || b.kind === 'piecewise') return this.equalPiecewise(a, b);
    if (a.kind === 'operator' || b.kind === 'operator') return this.equalOperators(a, b);
    if (a.kind === 'range' && b.kind === 'range') return this.equalInOrder(a, b);
    if (a.kind === 'date' || b.kind === 'date') return false;
    if (holdsRelation(a) || holdsRelation(b)) return this.equalStatements(a, b);
    if (isSetLike(a) || isSetLike(b)) return this.equalSets(a, b);
    if (isCollection(a) || isCollection(b)) return this.equalCollections(a, b);
    if (isTuple(a) || isTuple(b)) return this.equalTuples(a, b);
    if (a.kind === 'ratio' || b.kind === 'ratio') return this.equalRatios(a, b);
    if (this.isLenient && (sameLetters(a, b) || this.isWithLetterUnit(a, b) || this.isWithLetterUnit(b, a)))
      return true;
    if (sameExpression(a, b, this.rules, this.budget)) return true;
    const digits = ROUNDED_DIGITS[this.policy];
    return isRounded(a, b, digits, this.budget) || isRounded(b, a, digits, this.budget);
  }

  private get rules(): ExpressionRules {
    return { domainMatters: !this.isLenient, wholeLetters: this.isLenient };
  }

  private get isLenient(): boolean {
    return this.policy === 'lenient';
  }

  /** ABC in \text and without; nothing in words. */
  private equalTexts(a: Node, b: Node): boolean {
    if (a.kind !== 'text') return false;
    if (b.kind === 'symbol') return b.name.length > 1 && a.text.toLowerCase() === b.name.toLowerCase();
    const isNothing = b.kind === 'set' && b.items.length === 0;
    if (isNothing) return this.isLenient && a.text === 'no solution';
    // Where a value is asked for, its unit or a word beside it may be left out; a name before it too.
    const valued = this.isLenient ? valuedOf(b, true) : null;
    return valued !== null && this.equal(a, valued.value);
  }

  private equalPiecewise(a: Node, b: Node): boolean {
    const [x, y] = [valuedOf(a, this.isLenient), valuedOf(b, this.isLenient)];
    if (x !== null || y !== null) {
      if (x && y) return keyOf(x.plain.name) === keyOf(y.plain.name) && this.equal(x.plain.value, y.plain.value);
      return this.equal(x?.value ?? a, y?.value ?? b);
    }
    if (a.kind !== 'piecewise' || b.kind !== 'piecewise') return false;
    const [left, right] = [branches(a), branches(b)];
    if (left.length !== right.length) return false;
    const otherwise = (all: readonly Branch[]): RealSet | null => {
      const sets = all
        .filter(({ isOtherwise }) => !isOtherwise)
        .map(({ condition }) => solutionsOf(condition, this.budget));
      return sets.reduce<RealSet | null>(
        (rest, one) => (rest && one && one.name !== null ? differenceOf(rest, one.set) : null),
        EVERYTHING,
      );
    };
    const sameConditions = (p: Branch, q: Branch): boolean => {
      if (p.isOtherwise && q.isOtherwise) return true;
      if (!p.isOtherwise && !q.isOtherwise) return this.equal(p.condition, q.condition);
      const [open, stated, all] = p.isOtherwise ? [p, q, left] : [q, p, right];
      const [rest, set] = [otherwise(all), solutionsOf(stated.condition, this.budget)];
      return open.isOtherwise && rest !== null && set !== null && sameSets(rest, set.set, this.same);
    };
    const others = [...right];
    return left.every((branch) => {
      const match = others.findIndex((other) => this.equal(branch.value, other.value) && sameConditions(branch, other));
      if (match !== -1) others.splice(match, 1);
      return match !== -1;
    });
  }

  private equalOperators(a: Node, b: Node): boolean {
    if (this.isLenient && (isInWords(a) || isInWords(b)))
      return this.equal(children(isInWords(a) ? a : b)[0] ?? a, isInWords(a) ? b : a);
    if (this.isLenient && (isOutOf(a) || isOutOf(b))) return this.equal(quotientOf(a), quotientOf(b));
    if (a.kind !== 'operator' || b.kind !== 'operator' || a.name !== b.name) return false;
    if (this.equalInOrder(a, b)) return true;
    const [[p, q], [r, t]] = [a.items, b.items];
    return EITHER_WAY.has(a.name) && !!p && !!q && !!r && !!t && this.equal(p, t) && this.equal(q, r);
  }

  private equalInOrder(a: Node, b: Node): boolean {
    const [left, right] = [children(a), children(b)];
    return left.length === right.length && left.every((item, i) => this.equal(item, right[i] ?? item));
  }

  private valued(node: Node): Valued | null {
    const valued = valuedOf(node, this.isLenient);
    return valued && middleValues(node).every((value) => this.equal(value, valued.value)) ? valued : null;
  }

  private equalStatements(a: Node, b: Node): boolean {
    const [x, y] = [this.valued(a), this.valued(b)];
    if (x && y && keyOf(x.plain.name) === keyOf(y.plain.name)) return this.equal(x.plain.value, y.plain.value);
    if (x && y && this.isLenient && isFunctionAndValue(x.name, y.name)) return this.equal(asFunction(x), asFunction(y));
    // Among other statements a name tells what a value belongs to.
    const mayDrop = this.depth === 0;
    if (x && !y && !holdsRelation(b)) return mayDrop && this.equal(x.value, b);
    if (y && !x && !holdsRelation(a)) return mayDrop && this.equal(a, y.value);
    if (this.equalSolutions(a, b)) return true;
    const [classesA, classesB] = [equalThings(a), equalThings(b)];
    if (classesA && classesB && this.equalClasses(classesA, classesB)) return true;
    const isOr = (node: Node): boolean => node.kind === 'list' && node.joined === 'or';
    const holdsSystems = (node: Node): boolean => isOr(node) && children(node).some(({ kind }) => kind === 'list');
    if ((holdsSystems(a) || holdsSystems(b)) && a.kind === 'list' && b.kind === 'list')
      return this.sameItems(a.items, b.items, this.same);
    if (isOr(a) !== isOr(b) && holdsRelation(a) && holdsRelation(b)) return false;
    const [left, right] = [relationsOf(a), relationsOf(b)];
    if (left !== null && right !== null) return this.sameItems(left, right, (p, q) => this.equalRelations(p, q));
    if (holdsRelation(a) && holdsRelation(b)) return this.sameItems(itemsOf(a), itemsOf(b), this.same);
    return this.isLenient && (this.isAssignment(a, b) || this.isAssignment(b, a));
  }

  private equalClasses(a: readonly ReadonlyMap<string, Node>[], b: readonly ReadonlyMap<string, Node>[]): boolean {
    const sets = (classes: readonly ReadonlyMap<string, Node>[]): Node[] =>
      classes.map((one): Node => ({ kind: 'set', items: [...one.values()] }));
    return this.sameItems(sets(a), sets(b), this.same);
  }

  /** a = 1, b = 2 against (1, 2), in the order of the names, or against 1, 2. */
  private isAssignment(a: Node, b: Node): boolean {
    const values = assignedValues(a);
    if (values === null || a.kind !== 'list') return false;
    if (b.kind === 'group') return this.equalInOrder({ kind: 'list', items: values }, b);
    if (!isCollection(b)) return false;
    if (areRoots(a)) return this.sameItems(values, children(b), this.same);
    const written = a.items.map((item) => valuedOf(item, true)?.value ?? item);
    return [values, written].some((items) => this.equalInOrder({ kind: 'list', items }, b));
  }

  private equalRelations(a: RelationNode, b: RelationNode): boolean {
    const [[a0, a1], [b0, b1]] = [a.items, b.items];
    const [signA = '', signB = ''] = [a.signs[0], b.signs[0]];
    if (!a0 || !a1 || !b0 || !b1) return false;
    const areSidesEqual = (p: Node, q: Node): boolean => this.equal(a0, p) && this.equal(a1, q);
    if (signA !== '=' && !INEQUALITIES.has(signA)) return sameByName(a, b, this.same);
    if (signB !== '=' && !INEQUALITIES.has(signB)) return false;
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
    if (a.kind === 'builder' || b.kind === 'builder') return this.equalBuilders(a, b);
    const [x, y] = [realSet(a, this.budget), realSet(b, this.budget)];
    if (x !== null && y !== null) return sameSets(x, y, (p, q) => this.equal(p, q));
    if (a.kind !== b.kind || !(a.kind === 'union' || a.kind === 'intersection')) return false;
    return this.sameItems(parts(a), parts(b), (p, q) => this.equal(p, q));
  }

  private equalBuilders(a: Node, b: Node): boolean {
    const [x, y] = [solutionsOf(a, this.budget), solutionsOf(b, this.budget)];
    if (x !== null && y !== null) {
      if (x.name !== null || y.name !== null) return this.isLenient && sameSets(x.set, y.set, this.same);
      // (1, 2) may be a point.
      if (!this.isLenient && [a, b].some(mayBePoint)) return false;
      return sameSets(x.set, y.set, this.same);
    }
    if (a.kind === 'builder' && b.kind === 'builder') {
      if (a.isSet === b.isSet) return sameBuilders(withoutRealDomain(a), withoutRealDomain(b), this.same);
      const [set, family] = a.isSet ? [a, b] : [b, a];
      const [body, ...conditions] = family.items;
      const value = valuedOf(body, this.isLenient)?.value ?? body;
      return (
        this.isLenient && sameBuilders(set, { kind: 'builder', isSet: true, items: [value, ...conditions] }, this.same)
      );
    }
    return false;
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
  node.kind === 'relation' || (isCollection(node) && children(node).some(holdsRelation));
const isSetLike = (node: Node): boolean =>
  node.kind === 'union' ||
  node.kind === 'without' ||
  node.kind === 'intersection' ||
  node.kind === 'builder' ||
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

/** Without repeats in sets and in lists of points, which are sets; in other lists repeats count. */
function membersOf(node: Node): readonly Node[] {
  const items = itemsOf(node);
  if (node.kind !== 'set' && !items.every(({ kind }) => kind === 'group')) return items;
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function mayBeTime(node: Node): boolean {
  const [hours, minutes] = node.kind === 'ratio' && node.items.length === 2 ? node.items.map(exactValue) : [];
  return !!hours && !!minutes && hours.top <= 24n && minutes.top < 60n && (minutes.top >= 10n || minutes.top === 0n);
}

/** Smaller side first, for < and <=. */
function ordered({ signs, items }: RelationNode): readonly [Node, Node] {
  const [left, right] = items;
  const [a, b] = [left ?? symbol(''), right ?? symbol('')];
  return signs[0]?.startsWith('>') ? [b, a] : [a, b];
}

interface Branch {
  readonly value: Node;
  readonly condition: Node;
  readonly isOtherwise: boolean;
}

function branches(node: Node): readonly Branch[] {
  const items = children(node);
  return items.flatMap((value, i): Branch[] => {
    const condition = items[i + 1];
    if (i % 2 === 1 || condition === undefined) return [];
    return [{ value, condition, isOtherwise: condition.kind === 'text' && condition.text === 'otherwise' }];
  });
}

/** Operators whose two operands may change places. */
const EITHER_WAY = new Set(['iff', 'and', 'or', 'oplus']);

/** A set that words describe. */
const isInWords = (node: Node): boolean => node.kind === 'operator' && node.name === 'in words';
const mayBePoint = (node: Node): boolean =>
  node.kind === 'group' && isVector(node) && node.items.every(isConstant) && !node.items.some(isEndless);
const isEndless = (node: Node): boolean => some(node, (part) => part.kind === 'symbol' && part.name === 'infinity');
const isOutOf = (node: Node): boolean => node.kind === 'operator' && node.name === 'out of';

/** 3 out of 10 as 3/10. */
function quotientOf(node: Node): Node {
  const [part, whole] = isOutOf(node) ? children(node) : [];
  return part && whole ? over(part, whole) : node;
}

/** f(x) = x² and y = x² draw one graph. */
const isFunctionAndValue = (a: Node, b: Node): boolean =>
  [
    [a, b],
    [b, a],
  ].some(([f, y]) => f?.kind === 'call' && f.items.length === 1 && y?.kind === 'symbol' && y.name === 'y');

const asFunction = ({ name, value, plain }: Valued): Node =>
  name.kind === 'call' ? plain.value : substituted(value, new Map([['x', symbol('argument 0')]]));
