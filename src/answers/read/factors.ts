import {
  boundName,
  call,
  inverse,
  isConstant,
  negative,
  nodeCount,
  number,
  operator,
  power,
  product,
  some,
  substituted,
  symbol,
  withUnit,
  type Node,
} from '../ast';
import { applied, FUNCTIONS } from './functions';
import { FUNCTION_LETTERS } from './lexicon';
import { basedNumber, continuedNumber, labelOf, numeral } from './numerals';
import { GREEK } from './signs';
import { label, Misunderstood, TokenReader } from './token-reader';
import type { Token } from './tokens';

const BIG_OPERATORS = /^(?:sum|prod|int|lim|bigcup|bigcap)$/;
const MODULO = /^p?mod$/;
/** Commands that make one name of what they take. */
const NAMING = /^(?:math(?:bb|cal|frak)|overline|bar|vec|(?:wide)?hat|tilde|over(?:leftright|right)arrow|underline)$/;
/** Commands that are names; what is not among them is not understood. */
const SYMBOL = new RegExp(
  `^(?:(?:var)?(?:${GREEK.join('|')})|ell|hbar|partial|nabla|infty|[lcv]?dots[cb]?|aleph|top|bot|dagger|Re|Im|wp|[ij]math|prime|[ie])$`,
  'i',
);
/** Before a bracket these count or distribute; other capitals name points. */
const DISTRIBUTIONS = /^[CPNU]$/;
const DOTS = /^(?:\.{3}|[lc]?dots[cb]?)$/;

/** Numbers, names, powers and functions; what brackets and environments hold is the answer's grammar. */
export abstract class FactorParser extends TokenReader {
  /** Inside |…|, outside of any brackets within. */
  protected inBars = false;

  protected abstract sum(): Node;
  protected abstract term(): Node;
  protected abstract factor(): Node;
  protected abstract bracket(open: string): Node;
  protected abstract block(): Node;

  protected powered(): Node {
    return this.within(() => this.postfixed(this.atom()));
  }

  protected postfixed(atom: Node): Node {
    let base = atom;
    const depth = this.depth;
    for (; ; this.depth++) {
      if (this.depth > 60) throw new Misunderstood();
      if (this.take('!')) base = call(this.take('!') ? 'double factorial' : 'factorial', base);
      else if (this.take('%')) base = withUnit(base, '%');
      else if (this.take('°')) base = withUnit(base, '°');
      else if (this.take("'")) base = symbol(`${label(base)}'`);
      else if (this.take('^')) base = power(base, this.exponent());
      else if (this.take('_')) base = this.indexed(base);
      else break;
    }
    this.depth = depth;
    return base;
  }

  /** 52_8, x_1, and C_{10}^3. */
  private indexed(base: Node): Node {
    const index = this.atom();
    const isChoice = base.kind === 'symbol' && /^[CPA]$/.test(base.name) && !some(index, ({ kind }) => kind === 'group');
    if (isChoice && this.take('^')) return counted(base.name, index, this.exponent());
    return basedNumber(base, index) ?? symbol(`${label(base)}_${label(index)}`);
  }

  protected exponent(): Node {
    return this.within(() => {
      const isNegative = this.take('-');
      if (!isNegative) this.take('+');
      const atom = this.atom();
      const tower = this.take('^') ? power(atom, this.exponent()) : this.take('!') ? call('factorial', atom) : atom;
      return isNegative ? negative(tower) : tower;
    });
  }

  protected atom(): Node {
    const token = this.peek();
    if (token === undefined) throw new Misunderstood();
    this.at++;
    if (token.kind === 'number') return this.numberFrom(token.text);
    if (token.kind === 'command') return this.command(token.text);
    if (token.kind === 'name') return this.name(token);
    if (token.kind === 'word') throw new Misunderstood();
    if (token.text === '...') return symbol('ldots');
    if (token.text === '{' && this.text() === '}' && this.text(1) === '_') return this.chosen();
    return token.text === 'lvert' || token.text === '|' ? this.bars(token.text) : this.bracket(token.text);
  }

  /** {}_{10}C_3 */
  private chosen(): Node {
    this.at += 2;
    const from = this.atom();
    const letter = this.text();
    this.at++;
    this.expect('_');
    if (!/^[CP]$/.test(letter)) throw new Misunderstood();
    return counted(letter, from, this.atom());
  }

  private numberFrom(text: string): Node {
    if (!text.includes('.') || !DOTS.test(this.text())) return numeral(text);
    this.at++;
    return continuedNumber(text);
  }

  /** |…|, and \left| … \right|, which may stand in one another. */
  private bars(open: string): Node {
    const outer = this.inBars;
    if (outer && open === '|') throw new Misunderstood();
    this.inBars = open === '|';
    const inside = this.sum();
    this.inBars = outer;
    this.expect(open === '|' ? '|' : 'rvert');
    return call('abs', inside);
  }

  private command(name: string): Node {
    if (name === 'frac') return product(this.argument(), inverse(this.argument()));
    if (name === 'binom') return call('binomial', this.argument(), this.argument());
    if (name === 'sqrt') return this.root();
    if (name === 'begin') return this.block();
    if (name === 'lfloor' || name === 'lceil') {
      const inside = this.sum();
      this.expect(`r${name.slice(1)}`);
      return applied(name.slice(1), inside);
    }
    if (name === 'emptyset' || name === 'varnothing') return { kind: 'set', items: [] };
    if (name === 'R') return symbol('mathbb R');
    if (/^(?:angle|triangle|measuredangle)$/.test(name)) return symbol(`${name} ${this.letters()}`);
    if (name === 'overline' || name === 'bar') return this.overlined(name);
    if (NAMING.test(name)) return symbol(`${name === 'overrightarrow' ? 'vec' : name} ${label(this.argument())}`);
    if (BIG_OPERATORS.test(name)) return this.bigOperator(name);
    if (!FUNCTIONS.has(name) && !SYMBOL.test(name)) throw new Misunderstood();
    return this.named(name);
  }

  private overlined(name: string): Node {
    const inside = this.argument();
    const text = labelOf(inside);
    if (inside.kind !== 'sum' && text !== null) return symbol(`${name} ${text}`);
    if (!isConstant(inside)) throw new Misunderstood();
    return substituted(inside, new Map([['i', negative(symbol('i'))]]));
  }

  private name({ text }: Token): Node {
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

  private named(name: string): Node {
    const known = FUNCTIONS.get(name);
    if (known !== undefined) return this.functionOf(known);
    if (/^inf(?:ty|inity)?$/.test(name)) return symbol('infinity');
    return symbol(DOTS.test(name) ? 'ldots' : name.replace(/^var(?=theta|phi|epsilon)/, ''));
  }

  private root(): Node {
    if (!this.take('[')) return power(this.atom(), inverse(number(2n)));
    const degree = this.sum();
    this.expect(']');
    return power(this.atom(), inverse(degree));
  }

  private functionOf(name: string): Node {
    const next = this.peek();
    const isBase = name === 'log' && next?.kind === 'number' && !next.spaced && this.text(1) === '(';
    const base = this.take('_') || isBase ? this.argument() : null;
    const exponent = this.take('^') ? this.exponent() : null;
    const items = this.arguments();
    const isInverse = exponent?.kind === 'number' && exponent.value.top === -1n && /^(?:sin|cos|tan|cot|sec|csc)$/.test(name);
    if (isInverse) return applied(`arc${name}`, ...items);
    const value =
      base === null ? applied(name, ...items) : product(call('ln', ...items), inverse(call('ln', base)));
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

  /** What \frac takes: a group, or the single digit, sign or letter that follows. */
  protected argument(): Node {
    const token = this.peek();
    if (token?.kind !== 'number' || token.text.length === 1) return this.atom();
    const [digit, rest] = [token.text.charAt(0), token.text.slice(1)];
    this.tokens.splice(this.at, 1, { ...token, text: digit }, { ...token, text: rest, spaced: false });
    this.at++;
    return numeral(digit);
  }

  private bigOperator(name: string): Node {
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

  /** The modulus of (mod 12), \pmod{12}: read like a unit. */
  protected modulus(): string | null {
    const isBracketed = this.text() === '(';
    if (!MODULO.test(this.text(isBracketed ? 1 : 0))) return null;
    this.at += isBracketed ? 2 : 1;
    const name = label(this.atom());
    if (isBracketed) this.expect(')');
    return name;
  }
}

const counted = (letter: string, from: Node, count: Node): Node =>
  call(letter === 'C' ? 'binomial' : 'arrangements', from, count);

export function factorsOf(items: readonly Node[]): Node {
  const [first] = items;
  if (first && items.length === 1) return first;
  // A product of matrices by letters, one of them transposed, keeps its order.
  return items.some(isTransposed) ? operator('matrix product', ...items) : product(...items);
}

const isTransposed = (node: Node): boolean =>
  node.kind === 'power' &&
  node.items[1].kind === 'symbol' &&
  /^(?:T|top)$/.test(node.items[1].name) &&
  isDirected(node.items[0]);

/** A vector, a matrix or a set, by its name: the order of what they are factors of matters. */
export const isDirected = (node: Node): boolean =>
  node.kind === 'symbol' && /^(?:(?:vec|hat|mathbf|mathbb) .*|[A-Z])$/.test(node.name);

/** How many sums and products with an index stand in one another here. */
function indexDepth(node: Node): number {
  for (let depth = 1; depth <= nodeCount(node, 50); depth++) {
    if (!some(node, (part) => part.kind === 'symbol' && part.name === boundName(depth))) return depth - 1;
  }
  return 50;
}
