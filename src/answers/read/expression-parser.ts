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
import { FUNCTION_LETTERS, FUNCTIONS } from './lexicon';
import { basedNumber, continuedNumber, isPlainFraction, isProper, labelOf, numeral, repeatingNumber } from './numerals';
import { label, Misunderstood, TokenReader } from './token-reader';
import type { Token } from './tokens';

const BIG_OPERATORS = new Set(['sum', 'prod', 'int', 'lim', 'bigcup', 'bigcap']);
export const MODULO = new Set(['pmod', 'mod']);
/** Commands that make one name of what they take. */
const NAMING = new Set([
  'mathbb', 'mathcal', 'mathfrak', 'overline', 'bar', 'vec', 'hat', 'tilde', 'overrightarrow', 'overleftrightarrow',
  'widehat', 'underline',
]); // prettier-ignore

/** Between factors; their order matters. */
const INFIX = new Set([
  'circ',
  'star',
  'otimes',
  'oplus',
  'ominus',
  'odot',
  'diamond',
  'bigcirc',
  'rtimes',
  'ltimes',
  'amalg',
]);
/** Commands that are names; what is not among them is not understood. */
const SYMBOLS = new Set(
  `alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho varrho sigma tau upsilon phi
varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar partial nabla infty ldots cdots dots vdots
aleph top bot dagger Re Im wp imath jmath prime i e dotsc dotsb`.split(/\s+/),
);
/** What stands behind them is part of an operator's name, or an argument in brackets. */
const DISTRIBUTIONS = /^(?:C|P|N|U)$/;

/** Sums, products, powers and functions; what brackets and environments hold is the answer's grammar. */
export abstract class ExpressionParser extends TokenReader {
  /** Inside |…|, outside of any brackets within. */
  protected inBars = false;

  protected abstract bracket(open: string): Node;
  protected abstract block(): Node;

  protected sum(): Node {
    this.enter();
    const first = this.signed();
    const items = [first];
    for (;;) {
      if (this.take('+')) items.push(this.signed());
      else if (this.take('-')) items.push(negative(this.signed()));
      else if (this.take('pm')) items.push(call('pm', this.term()));
      else if (this.take('mp')) items.push(call('mp', this.term()));
      else break;
    }
    this.depth--;
    const sum: Node = items.length === 1 ? first : { kind: 'sum', items };
    return this.takeCommand(/^over$/) === null ? sum : product(sum, inverse(this.sum()));
  }

  private signed(): Node {
    let isNegative = false;
    for (;;) {
      if (this.take('-')) isNegative = !isNegative;
      else if (this.take('pm')) return call('pm', this.term());
      else if (this.take('mp')) return call('mp', this.term());
      else if (!this.take('+')) break;
    }
    const term = this.term();
    return isNegative ? negative(term) : term;
  }

  private term(): Node {
    const items = [this.mixed()];
    for (;;) {
      const next = this.peek();
      if (next?.kind === 'command' && INFIX.has(next.text)) {
        this.at++;
        items.push(operator(next.text, factorsOf(items.splice(0)), this.powered()));
      } else if (this.takeCommand(/^bmod$/) !== null) {
        items.push(call('mod', factorsOf(items.splice(0)), this.powered()));
      } else if (this.take('times')) items.push(this.crossed(items.pop() ?? number(1n), this.factor()));
      else if (this.take('*')) items.push(this.factor());
      else if (this.take('/')) items.push(inverse(this.factor()));
      else if (this.startsFactor()) {
        // Two numbers side by side are no product: "1 2" has no agreed meaning.
        if (this.peek()?.kind === 'number' && this.tokens[this.at - 1]?.kind === 'number') throw new Misunderstood();
        items.push(this.powered());
      } else break;
    }
    return factorsOf(items);
  }

  /** Of vectors and of sets the order matters. */
  private crossed(a: Node, b: Node): Node {
    return isDirected(a) && isDirected(b) ? operator('times', a, b) : product(a, b);
  }

  private factor(): Node {
    let isNegative = false;
    for (;;) {
      if (this.take('-')) isNegative = !isNegative;
      else if (!this.take('+')) break;
    }
    const node = this.powered();
    return isNegative ? negative(node) : node;
  }

  /** 3\frac12 and 3 1/2 are sums; anything else is a factor. */
  private mixed(): Node {
    const [whole, next, slash, bottom] = this.tokens.slice(this.at, this.at + 4);
    if (whole?.kind !== 'number' || whole.text.includes('.')) return this.factor();
    if (slash?.kind === 'number' && /^(?:R|r)$/.test(next?.text ?? '') && next?.kind === 'name') {
      this.at += 3;
      return operator('remainder', numeral(whole.text), numeral(slash.text));
    }
    if (next?.kind === 'command' && next.text === 'frac') {
      this.at += 2;
      const parts = [this.digitOrArgument(), this.digitOrArgument()] as const;
      const isMixed = isPlainFraction(parts) && this.peek()?.text !== '^';
      const value = product(parts[0], inverse(parts[1]));
      if (isMixed) return this.postfixed({ kind: 'sum', items: [numeral(whole.text), value] });
      return product(numeral(whole.text), this.postfixed(value));
    }
    if (next?.kind === 'number' && next.spaced && slash?.text === '/' && bottom?.kind === 'number') {
      if (!isProper(next.text, bottom.text)) throw new Misunderstood();
      this.at += 4;
      return { kind: 'sum', items: [numeral(whole.text), product(numeral(next.text), inverse(numeral(bottom.text)))] };
    }
    return this.factor();
  }

  private powered(): Node {
    this.enter();
    const node = this.postfixed(this.atom());
    this.depth--;
    return node;
  }

  private postfixed(atom: Node): Node {
    let base = atom;
    const depth = this.depth;
    for (;;) {
      this.enter();
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

  private indexed(base: Node): Node {
    const index = this.atom();
    const letter = base.kind === 'symbol' && /^[CPA]$/.test(base.name) ? base.name : null;
    if (letter !== null && !some(index, (part) => part.kind === 'group') && this.peek()?.text === '^') {
      this.at++;
      return call(letter === 'C' ? 'binomial' : 'arrangements', index, this.exponent());
    }
    return basedNumber(base, index) ?? symbol(`${label(base)}_${label(index)}`);
  }

  private exponent(): Node {
    this.enter();
    const isNegative = this.take('-');
    if (!isNegative) this.take('+');
    const atom = this.atom();
    const tower = this.take('^') ? power(atom, this.exponent()) : this.take('!') ? call('factorial', atom) : atom;
    this.depth--;
    return isNegative ? negative(tower) : tower;
  }

  protected atom(): Node {
    const token = this.peek();
    if (token === undefined) throw new Misunderstood();
    this.at++;
    if (token.kind === 'number') return this.numberFrom(token);
    if (token.kind === 'command') return this.command(token.text);
    if (token.kind === 'name') return this.name(token);
    if (token.kind === 'word') throw new Misunderstood();
    if (token.text === '...') return symbol('ldots');
    if (token.text === '{' && this.peek()?.text === '}' && this.tokens[this.at + 1]?.text === '_') return this.chosen();
    if (token.text === 'lvert') return this.directedBars();
    return token.text === '|' ? this.bars() : this.bracket(token.text);
  }

  /** {}_{10}C_3 */
  private chosen(): Node {
    this.at += 2;
    const from = this.atom();
    const letter = this.peek()?.text;
    this.at++;
    if ((letter !== 'C' && letter !== 'P') || !this.take('_')) throw new Misunderstood();
    return call(letter === 'C' ? 'binomial' : 'arrangements', from, this.atom());
  }

  private numberFrom({ text }: Token): Node {
    const next = this.peek();
    if (text.includes('.') && this.takeDots()) return continuedNumber(text);
    const isOver = next?.kind === 'command' && /^(?:overline|bar|dot)$/.test(next.text) && text.includes('.');
    if (isOver && next.text === 'dot') return this.dotted(text);
    if (!isOver && !(text.endsWith('.') && next?.text === '(' && !next.spaced)) return numeral(text);
    const start = this.at;
    if (isOver) this.at++;
    this.at++;
    const digits = this.peek();
    this.at++;
    if (digits?.kind === 'number' && (this.take('}') || this.take(')'))) return repeatingNumber(text, digits.text);
    this.at = start;
    return numeral(text);
  }

  /** 0.1\dot{2}3\dot{4}: what stands from the first dot to the last is repeated. */
  private dotted(text: string): Node {
    let repeated = '';
    for (;;) {
      if (this.takeCommand(/^dot$/) !== null) {
        const digit = this.digitOrArgument();
        if (digit.kind !== 'number') throw new Misunderstood();
        repeated += digit.value.top.toString();
        continue;
      }
      const token = this.peek();
      const isBetween = this.tokens
        .slice(this.at, this.at + 3)
        .some((one) => one.kind === 'command' && one.text === 'dot');
      if (token?.kind !== 'number' || !isBetween) break;
      repeated += token.text;
      this.at++;
    }
    return repeatingNumber(text, repeated);
  }

  /** \left| … \right|: these may stand in one another. */
  private directedBars(): Node {
    const outer = this.inBars;
    this.inBars = false;
    const inside = this.sum();
    this.inBars = outer;
    if (!this.take('rvert')) throw new Misunderstood();
    return call('abs', inside);
  }

  private bars(): Node {
    if (this.inBars) throw new Misunderstood();
    this.inBars = true;
    const inside = this.sum();
    this.inBars = false;
    if (!this.take('|')) throw new Misunderstood();
    return call('abs', inside);
  }

  private command(name: string): Node {
    if (name === 'frac') return product(this.digitOrArgument(), inverse(this.digitOrArgument()));
    if (name === 'binom') return call('binomial', this.digitOrArgument(), this.digitOrArgument());
    if (name === 'sqrt') return this.root();
    if (name === 'begin') return this.block();
    if (name === 'lfloor' || name === 'lceil') return this.rounded(name.slice(1));
    if (name === 'emptyset' || name === 'varnothing') return { kind: 'set', items: [] };
    if (name === 'R') return symbol('mathbb R');
    if (name === 'angle' || name === 'triangle' || name === 'measuredangle') return symbol(`${name} ${this.letters()}`);
    if (name === 'overline' || name === 'bar') return this.overlined(name);
    if (NAMING.has(name)) return symbol(`${name === 'overrightarrow' ? 'vec' : name} ${label(this.digitOrArgument())}`);
    if (BIG_OPERATORS.has(name)) return this.bigOperator(name);
    if (!(name in FUNCTIONS) && !SYMBOLS.has(name)) throw new Misunderstood();
    return this.named(name);
  }

  private overlined(name: string): Node {
    const inside = this.digitOrArgument();
    const text = labelOf(inside);
    if (inside.kind !== 'sum' && text !== null) return symbol(`${name} ${text}`);
    if (!isConstant(inside)) throw new Misunderstood();
    return substituted(inside, new Map([['i', negative(symbol('i'))]]));
  }

  private name({ text }: Token): Node {
    if (text === 'sqrt') return this.root();
    // The measure of an angle has the angle's name.
    if (text === 'm' && this.peek()?.text === 'angle') return this.atom();
    const isQuoted = this.peek()?.text === "'" && this.tokens[this.at + 1]?.text === '(';
    const bracket = this.tokens[this.at + (isQuoted ? 1 : 0)];
    const [, open, , close, relation] = this.tokens.slice(this.at - 1, this.at + 4);
    const isDefinition = open?.text === '(' && close?.text === ')' && relation?.text === '=';
    if (isDefinition || (FUNCTION_LETTERS.has(text) && bracket?.text === '(' && !bracket.spaced)) {
      if (isQuoted) this.at++;
      return call(`${text}${isQuoted ? "'" : ''}()`, ...this.arguments());
    }
    if (/^[A-Z]+$/.test(text) && bracket?.text === '(' && !bracket.spaced && !isQuoted) return this.capital(text);
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
    if (inside.kind === 'relation' || inside.kind === 'operator' || inside.kind === 'text')
      return call(`${name}()`, inside);
    return product(symbol(name), inside);
  }

  /** f^{-1}(x), f^2(x): the exponent belongs to the function's name. */
  private inverseFunction(name: string): Node | null {
    const start = this.at;
    const exponent = this.take('^') ? labelOf(this.exponent()) : null;
    if (exponent !== null && this.peek()?.text === '(') return call(`${name}^${exponent}()`, ...this.arguments());
    this.at = start;
    return null;
  }

  private named(name: string): Node {
    const known = FUNCTIONS[name];
    if (known !== undefined) return this.functionOf(known);
    if (/^inf(?:ty|inity)?$/.test(name)) return symbol('infinity');
    return symbol(/^[lc]?dots[cb]?$/.test(name) ? 'ldots' : name.replace(/^var(?=theta|phi|epsilon)/, ''));
  }

  private root(): Node {
    if (!this.take('[')) return power(this.atom(), inverse(number(2n)));
    const degree = this.sum();
    if (!this.take(']')) throw new Misunderstood();
    return power(this.atom(), inverse(degree));
  }

  private functionOf(name: string): Node {
    const next = this.peek();
    const isBase = name === 'log' && next?.kind === 'number' && !next.spaced && this.tokens[this.at + 1]?.text === '(';
    const base = this.take('_') || isBase ? this.digitOrArgument() : null;
    if (name === 'binomial' || name === 'arrangements') return call(name, ...this.arguments());
    const exponent = this.take('^') ? this.exponent() : null;
    const items = this.arguments();
    const applied = base === null ? appliedTo(name, items) : product(call('ln', ...items), inverse(call('ln', base)));
    if (exponent === null) return applied;
    const isInverse = exponent.kind === 'number' && exponent.value.top === -1n && !/^(?:ln|log|exp)$/.test(name);
    return isInverse ? call(`arc${name}`, ...items) : power(applied, exponent);
  }

  /** f(a, b) or, without brackets, the factors that follow: sin 2x. */
  private arguments(): readonly Node[] {
    if (this.peek()?.text === '(') {
      const inside = this.atom();
      return inside.kind === 'group' ? inside.items : [inside];
    }
    const items = [this.factor()];
    while (this.startsFactor() && this.peek()?.text !== '(' && !this.startsFunction()) items.push(this.powered());
    const [only] = items;
    return items.length === 1 && only ? [only] : [product(...items)];
  }

  /** What \frac takes: a group, or the single digit, sign or letter that follows. */
  private digitOrArgument(): Node {
    const token = this.peek();
    if (token?.kind !== 'number' || token.text.length === 1) return this.atom();
    const [digit, rest] = [token.text.charAt(0), token.text.slice(1)];
    this.tokens.splice(this.at, 1, { ...token, text: digit }, { ...token, text: rest, spaced: false });
    this.at++;
    return numeral(digit);
  }

  private rounded(name: string): Node {
    const inside = this.sum();
    const close = this.peek();
    this.at++;
    if (close?.text !== `r${name}`) throw new Misunderstood();
    return call(name, inside);
  }

  private bigOperator(name: string): Node {
    const lower = this.take('_') ? this.atom() : symbol('');
    const upper = this.take('^') ? this.atom() : symbol('');
    const term = this.term();
    const [index, start] =
      lower.kind === 'relation' && lower.signs.length === 1 && lower.signs[0] === '=' ? lower.items : [];
    if (name === 'lim' || index?.kind !== 'symbol' || start === undefined)
      return call(`big ${name}`, lower, upper, term);
    // Sums that differ in the name of their index only are the same.
    const depth = indexDepth(term) + 1;
    const bound = substituted(term, new Map([[index.name, symbol(boundName(depth))]]));
    return call(`big ${name}`, symbol(boundName(depth)), start, upper, bound);
  }

  private startsFunction(): boolean {
    const token = this.peek();
    return token !== undefined && (token.kind === 'name' || token.kind === 'command') && token.text in FUNCTIONS;
  }

  private startsFactor(): boolean {
    const token = this.peek();
    if (token === undefined || token.kind === 'word') return false;
    if (token.kind === 'command')
      return !NO_FACTOR.test(token.text) && !MODULO.has(token.text) && !INFIX.has(token.text);
    if (token.kind !== 'sign') return true;
    if (token.text === '(' && MODULO.has(this.tokens[this.at + 1]?.text ?? '')) return false;
    return /^(?:[({[]|\.{3}|lvert)$/.test(token.text) || (token.text === '|' && !this.inBars);
  }
}

/** Commands that end a factor: they stand between things. */
const NO_FACTOR =
  /^(?:end|rfloor|rceil|bmod|over|implies|Rightarrow|Longrightarrow|iff|Leftrightarrow|leftrightarrow|Longleftrightarrow|to|rightarrow|longrightarrow|mapsto|leftarrow|Leftarrow|subset|subseteq|subsetneq|supset|supseteq|sim|cong|propto|perp|parallel|nmid|ll|gg|prec|succ|preceq|succeq|notin|ni|nsubseteq|not|therefore|uparrow|downarrow|triangleq|doteq|asymp)$/;

function factorsOf(items: readonly Node[]): Node {
  const [first, ...others] = items;
  if (first === undefined) return number(1n);
  if (others.length === 0) return first;
  // A product of matrices by letters, one of them transposed, keeps its order.
  return items.some(isTransposed) ? operator('matrix product', ...items) : product(...items);
}

const isTransposed = (node: Node): boolean =>
  node.kind === 'power' &&
  node.items[1].kind === 'symbol' &&
  /^(?:T|top)$/.test(node.items[1].name) &&
  isDirected(node.items[0]);

const isDirected = (node: Node): boolean =>
  node.kind === 'symbol' &&
  (/^(?:vec|overrightarrow|hat|mathbf) /.test(node.name) || /^[A-Z]$/.test(node.name) || /^mathbb /.test(node.name));

/** How many sums and products with an index stand in one another here. */
function indexDepth(node: Node): number {
  for (let depth = 1; depth <= nodeCount(node, 50); depth++) {
    if (!some(node, (part) => part.kind === 'symbol' && part.name === boundName(depth))) return depth - 1;
  }
  return 50;
}

function appliedTo(name: string, items: readonly Node[]): Node {
  const [only] = items;
  if (name === 'exp' && only) return power(symbol('e'), only);
  if (name === 'cbrt' && only) return power(only, inverse(number(3n)));
  if (name === 'cis' && only)
    return { kind: 'sum', items: [call('cos', only), product(symbol('i'), call('sin', only))] };
  return call(name, ...items);
}
