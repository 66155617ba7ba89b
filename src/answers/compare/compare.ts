import { children, inverse, isConstant, isSymbol, product, some, symbol, type Node } from '../ast';
import { Budget } from '../numbers/budget';
import { exactValue } from '../numbers/exact';
import { LETTER_UNITS } from '../read/units';
import { sameExpression } from './expression';
import { sameBuilders, withoutRealDomain } from './families';
import { itemsOf } from './interpret';
import type { Judge } from './judge';
import { keyOf } from './key';
import { valuedOf } from './names';
import { samePieces } from './pieces';
import { lettersAsUnit, sameQuantities } from './quantities';
import { realSet, sameSets } from './real-set';
import { isRounded } from './rounding';
import { solutionsOf } from './solutions';
import { holdsRelation, isCollection, sameStatements } from './statements';

export const POLICIES = ['strict', 'lenient'] as const;

/** strict: for votes, where merging is costly. lenient: against a known answer. docs/ANSWERS.md lists the cases. */
export type Policy = (typeof POLICIES)[number];

/** Units of work that one comparison may cost. */
export const MAX_WORK = 60_000;
/** Of lists, sets, relations … in one another. */
const MAX_DEPTH = 100;

/** One comparison of two answers, with a bound on its work. */
export class Comparison implements Judge {
  readonly budget = new Budget(MAX_WORK);
  readonly isLenient: boolean;
  /** Lists, sets and tuples that contain what is compared. */
  private depth = 0;
  /** Of comparisons within comparisons. */
  private level = 0;

  constructor(policy: Policy) {
    this.isLenient = policy === 'lenient';
  }

  get isOutermost(): boolean {
    return this.depth === 0;
  }

  /** Units of work so far. */
  get work(): number {
    return this.budget.spent;
  }

  readonly equal = (a: Node, b: Node): boolean => {
    if (keyOf(a) === keyOf(b)) return true;
    if (this.level > MAX_DEPTH || !this.budget.spend(5)) return false;
    this.level++;
    const areEqual = this.byKind(a, b);
    this.level--;
    return areEqual;
  };

  inOrder(a: readonly Node[], b: readonly Node[]): boolean {
    return a.length === b.length && a.every((item, i) => this.equal(item, b[i] ?? item));
  }

  anyOrder<Item extends Node>(
    a: readonly Item[],
    b: readonly Item[],
    same: (p: Item, q: Item) => boolean = this.equal,
  ): boolean {
    if (a.length !== b.length) return false;
    const others = new Map<string, Item[]>();
    for (const item of b) others.set(keyOf(item), [...(others.get(keyOf(item)) ?? []), item]);
    const unlike = a.filter((item) => others.get(keyOf(item))?.pop() === undefined);
    const rest = [...others.values()].flat();
    this.depth++;
    const areEqual = unlike.every((item) => {
      const match = rest.findIndex((other) => same(item, other));
      return match !== -1 && rest.splice(match, 1);
    });
    this.depth--;
    return areEqual;
  }

  private byKind(a: Node, b: Node): boolean {
    const either = (test: (node: Node) => boolean): boolean => test(a) || test(b);
    const kind = (name: Node['kind']): boolean => a.kind === name || b.kind === name;
    if (kind('unit')) return sameQuantities(lettersAsUnit(a), lettersAsUnit(b), this);
    if (kind('text')) return this.texts(a, b) || this.texts(b, a);
    if (a.kind === 'piecewise' && b.kind === 'piecewise') return samePieces(a, b, this);
    if (kind('operator')) return this.operators(a, b);
    if (a.kind === 'range' && b.kind === 'range') return this.inOrder(a.items, b.items);
    if (kind('date')) return false;
    if (either(holdsRelation)) return sameStatements(a, b, this);
    if (kind('builder')) return this.builders(a, b);
    if (either(isSetLike)) return this.sets(a, b);
    if (either(isCollection)) return this.collections(a, b);
    if (either(isTuple)) return this.tuples(a, b);
    if (kind('ratio')) return this.ratios(a, b);
    if (this.isLenient && (sameLetters(a, b) || this.isWithLetterUnit(a, b) || this.isWithLetterUnit(b, a)))
      return true;
    return sameExpression(a, b, this) || isRounded(a, b, this) || isRounded(b, a, this);
  }

  /** ABC in \text and without; nothing in words. */
  private texts(a: Node, b: Node): boolean {
    if (a.kind !== 'text') return false;
    if (b.kind === 'symbol') return b.name.length > 1 && a.text.toLowerCase() === b.name.toLowerCase();
    if (!this.isLenient) return false;
    if (b.kind === 'set' && b.items.length === 0) return a.text === 'no solution';
    // Where a value is asked for, its unit or a word beside it may be left out; a name before it too.
    const valued = valuedOf(b, true);
    return valued !== null && this.equal(a, valued.value);
  }

  private operators(a: Node, b: Node): boolean {
    const [x, y] = this.isLenient ? [said(a), said(b)] : [a, b];
    if (x !== a || y !== b) return this.equal(x, y);
    if (a.kind !== 'operator' || b.kind !== 'operator' || a.name !== b.name) return false;
    return this.inOrder(a.items, b.items) || (EITHER_WAY.test(a.name) && this.inOrder(a.items, [...b.items].reverse()));
  }

  private sets(a: Node, b: Node): boolean {
    if (a.kind === 'group' && b.kind === 'group') return this.tuples(a, b);
    const [x, y] = [realSet(a, this.budget), realSet(b, this.budget)];
    if (x !== null && y !== null) return sameSets(x, y, this.equal);
    return a.kind === b.kind && /^(?:union|intersection)$/.test(a.kind) && this.anyOrder(parts(a), parts(b));
  }

  private builders(a: Node, b: Node): boolean {
    const [x, y] = [solutionsOf(a, this.budget), solutionsOf(b, this.budget)];
    if (x !== null && y !== null) {
      const areSets = x.name === null && y.name === null && ![a, b].some(mayBePoint);
      return (areSets || this.isLenient) && sameSets(x.set, y.set, this.equal);
    }
    if (a.kind !== 'builder' || b.kind !== 'builder' || (a.isSet !== b.isSet && !this.isLenient)) return false;
    const [p, q] = [a, b].map((node) => {
      const [body, ...conditions] = withoutRealDomain(node).items;
      const value = a.isSet === b.isSet ? null : valuedOf(body, true);
      return { ...node, isSet: a.isSet || b.isSet, items: [value?.value ?? body, ...conditions] as const };
    });
    return p !== undefined && q !== undefined && sameBuilders(p, q, this.equal);
  }

  private collections(a: Node, b: Node): boolean {
    const [left, right] = [a, b].map((node) => membersOf(this.isLenient ? (chosenLetters(node) ?? node) : node));
    if (!left || !right) return false;
    if (chosenLetters(a) ?? chosenLetters(b)) return this.isLenient && this.anyOrder(left, right);
    const isSingle = !isCollection(a) || !isCollection(b);
    return (!isSingle || (this.isLenient && this.isOutermost && left.length === 1)) && this.anyOrder(left, right);
  }

  private tuples(a: Node, b: Node): boolean {
    const isSameKind =
      a.kind === 'group' && b.kind === 'group'
        ? a.open === b.open && a.close === b.close
        : a.kind === 'matrix' && b.kind === 'matrix'
          ? a.columns === b.columns
          : this.isLenient && isVector(a) && isVector(b);
    return isSameKind && this.inOrder(children(a), children(b));
  }

  /** 2 : 4 is 1 : 2, and for the lenient 1/2; but 4:30 may be a time. */
  private ratios(a: Node, b: Node): boolean {
    if (a.kind === b.kind && this.inOrder(children(a), children(b))) return true;
    return this.isLenient && !mayBeTime(a) && !mayBeTime(b) && this.inOrder(quotients(a), quotients(b));
  }

  /** 3s against 3. */
  private isWithLetterUnit(a: Node, b: Node): boolean {
    if (a.kind !== 'product' || !isConstant(b)) return false;
    const last = a.items.at(-1);
    const rest = a.items.slice(0, -1);
    const isUnit = last?.kind === 'symbol' && LETTER_UNITS.has(last.name) && rest.every(isConstant);
    return isUnit && this.equal(product(...rest), b);
  }
}

const isSetLike = (node: Node): boolean =>
  /^(?:union|without|intersection)$/.test(node.kind) ||
  isSymbol(node, 'mathbb R') ||
  (node.kind === 'group' && (node.open === '[' || node.close === ']'));
const isTuple = (node: Node): boolean => node.kind === 'group' || node.kind === 'matrix';
const isVector = (node: Node): boolean =>
  (node.kind === 'group' && node.open === '(' && node.close === ')') ||
  (node.kind === 'matrix' && (node.columns === 1 || node.columns === node.items.length));
const mayBePoint = (node: Node): boolean =>
  node.kind === 'group' &&
  isVector(node) &&
  node.items.every(isConstant) &&
  !some(node, (part) => isSymbol(part, 'infinity'));
const parts = (node: Node): readonly Node[] =>
  children(node).flatMap((item) => (item.kind === node.kind ? parts(item) : [item]));

/** A, C of AC: choices, as they are written where several are right. */
const chosenLetters = (node: Node): Node | null =>
  node.kind === 'symbol' && /^A?B?C?D?E?$/.test(node.name) && node.name.length > 1
    ? { kind: 'list', items: [...node.name].map(symbol) }
    : null;

/** Letters of choices, in either case. */
const sameLetters = (a: Node, b: Node): boolean =>
  a.kind === 'symbol' &&
  b.kind === 'symbol' &&
  /^[a-e]$/i.test(a.name) &&
  a.name.toLowerCase() === b.name.toLowerCase();

const over = (a: Node, b: Node): Node => product(a, inverse(b));

/** Each number of a ratio to its first. */
function quotients(node: Node): readonly Node[] {
  const [first, ...others] = node.kind === 'ratio' ? node.items : [];
  return first ? others.map((item) => over(first, item)) : [node];
}

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

/** Operators whose two operands may change places. */
const EITHER_WAY = /^(?:iff|and|or|oplus)$/;

/** What it comes to: a set that words describe, 3 out of 10 as 3/10. */
function said(node: Node): Node {
  const [first, second] = node.kind === 'operator' ? node.items : [];
  if (node.kind !== 'operator' || !first) return node;
  return node.name === 'in words' ? first : node.name === 'out of' && second ? over(first, second) : node;
}
