import {
  boundName,
  call,
  inverse,
  nodeCount,
  operator,
  power,
  product,
  some,
  substituted,
  symbol,
  type Node,
} from '../ast';
import { applied, FUNCTIONS } from './functions';
import { FUNCTION_LETTERS } from './lexicon';
import { labelOf } from './numerals';
import { TokenReader } from './token-reader';
import type { Token } from './tokens';

/** Before a bracket these count or distribute; other capitals name points. */
const DISTRIBUTIONS = /^[CPNU]$/;
export const DOTS = /^(?:\.{3}|[lc]?dots[cb]?)$/;
export const MODULO = /^p?mod$/;

/** Names and what follows them: arguments of functions, a distribution's or a point's brackets, bounds of sums. */
export abstract class NameParser extends TokenReader {
  /** Inside |…|, outside of any brackets within. */
  protected inBars = false;

  protected abstract term(): Node;
  protected abstract factor(): Node;
  protected abstract powered(): Node;
  protected abstract postfixed(atom: Node): Node;
  protected abstract exponent(): Node;
  protected abstract atom(): Node;
  protected abstract argument(): Node;
  protected abstract root(): Node;

  protected name({ text }: Token): Node {
    if (text === 'sqrt') return this.root();
    // The measure of an angle has the angle's name.
    if (text === 'm' && this.text() === 'angle') return this.atom();
    const isQuoted = this.text() === "'" && this.text(1) === '(';
    const bracket = this.peek(isQuoted ? 1 : 0);
    const isApplied = bracket?.text === '(' && !bracket.spaced;
    const isDefinition = this.text() === '(' && this.text(2) === ')' && this.text(3) === '=';
    if (isDefinition || (FUNCTION_LETTERS.has(text) && isApplied)) {
      if (isQuoted) this.at++;
      return call(`${text}${isQuoted ? "'" : ''}()`, ...this.arguments());
    }
    if (/^[A-Z]+$/.test(text) && isApplied && !isQuoted) return this.capital(text);
    return (FUNCTION_LETTERS.has(text) && this.inverseFunction(text)) || this.named(text);
  }

  /** C(10, 3), N(0, 1), P(A | B), P(X = 2) belong together; P(1 + r) is a product. */
  private capital(name: string): Node {
    const inside = this.postfixed(this.atom());
    if (inside.kind === 'group' && inside.open === '(' && inside.close === ')') {
      // A point's name says nothing; the letters of distributions and of counting do.
      return DISTRIBUTIONS.test(name) || inside.items.length !== 2
        ? call(`${name}()`, ...inside.items)
        : operator('point', symbol(name), inside);
    }
    const isStatement = /^(?:relation|operator|text)$/.test(inside.kind);
    return isStatement ? call(`${name}()`, inside) : product(symbol(name), inside);
  }

  /** f^{-1}(x), f^2(x): the exponent belongs to the function's name. */
  private inverseFunction(name: string): Node | null {
    const start = this.at;
    const exponent = this.take('^') ? labelOf(this.exponent()) : null;
    if (exponent !== null && this.text() === '(') return call(`${name}^${exponent}()`, ...this.arguments());
    this.at = start;
    return null;
  }

  protected named(name: string): Node {
    const known = FUNCTIONS.get(name);
    if (known !== undefined) return this.functionOf(known);
    if (/^inf(?:ty|inity)?$/.test(name)) return symbol('infinity');
    return symbol(DOTS.test(name) ? 'ldots' : name.replace(/^var(?=theta|phi|epsilon)/, ''));
  }

  private functionOf(name: string): Node {
    const next = this.peek();
    const isBase = name === 'log' && next?.kind === 'number' && !next.spaced && this.text(1) === '(';
    const base = this.take('_') || isBase ? this.argument() : null;
    const exponent = this.take('^') ? this.exponent() : null;
    const items = this.arguments();
    const isInverse =
      exponent?.kind === 'number' && exponent.value.top === -1n && /^(?:sin|cos|tan|cot|sec|csc)$/.test(name);
    if (isInverse) return applied(`arc${name}`, ...items);
    const value = base === null ? applied(name, ...items) : product(call('ln', ...items), inverse(call('ln', base)));
    return exponent === null ? value : power(value, exponent);
  }

  /** f(a, b) or, without brackets, the factors that follow: sin 2x. */
  private arguments(): readonly Node[] {
    if (this.text() === '(') {
      const inside = this.atom();
      return inside.kind === 'group' ? inside.items : [inside];
    }
    const items = [this.factor()];
    while (this.startsFactor() && this.text() !== '(' && !FUNCTIONS.has(this.text())) items.push(this.powered());
    return [factorsOf(items)];
  }

  protected bigOperator(name: string): Node {
    const lower = this.take('_') ? this.atom() : symbol('');
    const upper = this.take('^') ? this.atom() : symbol('');
    const term = this.term();
    const [index, start] = lower.kind === 'relation' && lower.signs.join() === '=' ? lower.items : [];
    if (name === 'lim' || index?.kind !== 'symbol' || start === undefined)
      return call(`big ${name}`, lower, upper, term);
    // Sums that differ in the name of their index only are the same.
    const bound = symbol(boundName(indexDepth(term) + 1));
    return call(`big ${name}`, bound, start, upper, substituted(term, new Map([[index.name, bound]])));
  }

  protected startsFactor(): boolean {
    const token = this.peek();
    if (token?.kind === 'command') return !MODULO.test(token.text);
    if (token?.kind !== 'sign') return token?.kind === 'number' || token?.kind === 'name';
    if (token.text === '(' && MODULO.test(this.text(1))) return false;
    return /^(?:[({[]|\.{3}|lvert)$/.test(token.text) || (token.text === '|' && !this.inBars);
  }
}

export function factorsOf(items: readonly Node[]): Node {
  const [first] = items;
  if (first && items.length === 1) return first;
  // A product of matrices by letters, one of them transposed, keeps its order, and so do cycles: (1, 2)(2, 3).
  return items.some(isTransposed) || items.filter(isTuple).length > 1
    ? operator('matrix product', ...items)
    : product(...items);
}

const isTransposed = (node: Node): boolean =>
  node.kind === 'power' &&
  node.items[1].kind === 'symbol' &&
  /^(?:T|top)$/.test(node.items[1].name) &&
  isDirected(node.items[0]);

/** A vector, a matrix or a set, or the name of one: the order of what they are factors of matters. */
export const isDirected = (node: Node): boolean =>
  node.kind === 'symbol'
    ? /^(?:(?:vec|hat|mathbf|mathbb) .*|[A-Z])$/.test(node.name)
    : isTuple(node) || /^(?:set|builder)$/.test(node.kind) || (node.kind === 'matrix' && node.columns === 1);

/** (1, 2), [0, 1], and the cycles of a permutation; [3] is a value in brackets. */
const isTuple = (node: Node): boolean => node.kind === 'group' && node.items.length > 1;

/** How many sums and products with an index stand in one another here. */
function indexDepth(node: Node): number {
  for (let depth = 1; depth <= nodeCount(node, 50); depth++) {
    if (!some(node, (part) => part.kind === 'symbol' && part.name === boundName(depth))) return depth - 1;
  }
  return 50;
}
