import { call, inverse, negative, number, power, product, symbol, withUnit, type Node } from '../ast';
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
    return items.length === 1 ? first : { kind: 'sum', items };
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
      if (this.take('*')) items.push(this.factor());
      else if (this.take('/')) items.push(inverse(this.factor()));
      else if (this.startsFactor()) {
        // Two numbers side by side are no product: "1 2" has no agreed meaning.
        if (this.peek()?.kind === 'number' && this.tokens[this.at - 1]?.kind === 'number') throw new Misunderstood();
        items.push(this.powered());
      } else break;
    }
    const [first] = items;
    return items.length === 1 && first ? first : product(...items);
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
      if (this.take('!')) base = call('factorial', base);
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
    return token.text === '|' ? this.bars() : this.bracket(token.text);
  }

  private numberFrom({ text }: Token): Node {
    const next = this.peek();
    if (text.includes('.') && this.takeDots()) return continuedNumber(text);
    const isOver = next?.kind === 'command' && /^(?:overline|bar|dot)$/.test(next.text) && text.includes('.');
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
    if (NAMING.has(name)) return symbol(`${name} ${label(this.atom())}`);
    if (BIG_OPERATORS.has(name)) return this.bigOperator(name);
    return this.named(name);
  }

  private name({ text }: Token): Node {
    if (text === 'sqrt') return this.root();
    // The measure of an angle goes by the angle's name.
    if (text === 'm' && this.peek()?.text === 'angle') return this.atom();
    const isQuoted = this.peek()?.text === "'" && this.tokens[this.at + 1]?.text === '(';
    const bracket = this.tokens[this.at + (isQuoted ? 1 : 0)];
    const [, open, , close, relation] = this.tokens.slice(this.at - 1, this.at + 4);
    const isDefinition = open?.text === '(' && close?.text === ')' && relation?.text === '=';
    if (isDefinition || (FUNCTION_LETTERS.has(text) && bracket?.text === '(' && !bracket.spaced)) {
      if (isQuoted) this.at++;
      return call(`${text}${isQuoted ? "'" : ''}()`, ...this.arguments());
    }
    return (FUNCTION_LETTERS.has(text) && this.inverseFunction(text)) || this.named(text);
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
    const base = this.take('_') ? this.digitOrArgument() : null;
    const exponent = this.take('^') ? this.exponent() : null;
    const items = this.arguments();
    const applied = base === null ? call(name, ...items) : product(call('ln', ...items), inverse(call('ln', base)));
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
    return call(`big ${name}`, lower, upper, this.term());
  }

  private startsFunction(): boolean {
    const token = this.peek();
    return token !== undefined && (token.kind === 'name' || token.kind === 'command') && token.text in FUNCTIONS;
  }

  private startsFactor(): boolean {
    const token = this.peek();
    if (token === undefined || token.kind === 'word') return false;
    if (token.kind === 'command') return !/^(?:end|rfloor|rceil|bmod)$/.test(token.text) && !MODULO.has(token.text);
    if (token.kind !== 'sign') return true;
    return /^(?:[({[]|\.{3})$/.test(token.text) || (token.text === '|' && !this.inBars);
  }
}
