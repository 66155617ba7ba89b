import {
  call,
  inverse,
  isConstant,
  negative,
  number,
  power,
  product,
  some,
  substituted,
  symbol,
  withUnit,
  type Node,
} from '../ast';
import { applied, FUNCTIONS } from './functions';
import { basedNumber, continuedNumber, labelOf, numeral } from './numerals';
import { GREEK } from './signs';
import { DOTS, MODULO, NameParser } from './names';
import { label, Misunderstood } from './token-reader';

const BIG_OPERATORS = /^(?:sum|prod|int|lim|bigcup|bigcap)$/;
/** Commands that make one name of what they take. */
const NAMING = /^(?:math(?:bb|cal|frak)|overline|bar|vec|(?:wide)?hat|tilde|over(?:leftright|right)arrow|underline)$/;
/** Commands that are names; what is not among them is not understood. */
const SYMBOL = new RegExp(
  `^(?:(?:var)?(?:${GREEK.join('|')})|ell|hbar|partial|nabla|infty|[lcv]?dots[cb]?|aleph|top|bot|dagger|Re|Im|wp|[ij]math|prime|[ie])$`,
  'i',
);

/** Numbers, names, powers and functions; what brackets and environments hold is the answer's grammar. */
export abstract class FactorParser extends NameParser {
  protected abstract sum(): Node;
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
    const isChoice =
      base.kind === 'symbol' && /^[CPA]$/.test(base.name) && !some(index, ({ kind }) => kind === 'group');
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

  protected root(): Node {
    if (!this.take('[')) return power(this.atom(), inverse(number(2n)));
    const degree = this.sum();
    this.expect(']');
    return power(this.atom(), inverse(degree));
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
