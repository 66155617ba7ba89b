import { call, inverse, isConstant, negative, number, power, product, symbol, withUnit, type Node } from './ast';
import { canonicalUnit, FUNCTION_LETTERS, FUNCTIONS, isUnitWord, numberWord } from './lexicon';
import { basedNumber, isPlainFraction, isProper, labelOf, continuedNumber, numeral, repeatingNumber } from './numerals';
import { normalise } from './normalise';
import { tokenise, type Token } from './tokens';

const MAX_TOKENS = 2000;
/** Of brackets, roots, exponents … in one another. */
const MAX_DEPTH = 60;

const RELATIONS = new Set(['=', '<', '>', '<=', '>=', '!=', 'in', 'approx']);
const SET_OPERATIONS = { cup: 'union', setminus: 'without', cap: 'intersection' } as const;
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '\\{': '\\}' };
const MATRICES = new Set(['pmatrix', 'bmatrix', 'matrix', 'Bmatrix', 'array', 'smallmatrix']);
const SYSTEMS = new Set(['cases', 'aligned', 'align', 'gathered']);
const BIG_OPERATORS = new Set(['sum', 'prod', 'int', 'lim', 'bigcup', 'bigcap']);
const MODULO = new Set(['pmod', 'mod']);
/** Commands that make one name of what they take. */
const NAMING = new Set([
  'mathbb', 'mathcal', 'mathfrak', 'overline', 'bar', 'vec', 'hat', 'tilde', 'overrightarrow', 'overleftrightarrow',
  'widehat', 'underline',
]); // prettier-ignore

/** What the parser does not understand: not an error of the program. */
class Misunderstood extends Error {}

/** The meaning of an answer; null if it is none that the grammar knows, or too long or too deep. */
export function parse(answer: string): Node | null {
  const text = normalise(answer);
  const tokens = text === null ? null : tokenise(text, MAX_TOKENS);
  if (tokens === null || tokens.length === 0) return null;
  try {
    return new Parser(tokens).whole();
  } catch (error) {
    if (error instanceof Misunderstood) return null;
    throw error;
  }
}

class Parser {
  private at = 0;
  private depth = 0;
  /** Inside |…|, outside of any brackets within. */
  private inBars = false;

  constructor(private readonly tokens: Token[]) {}

  whole(): Node {
    const node = this.list();
    if (this.at < this.tokens.length) throw new Misunderstood();
    return node;
  }

  private list(): Node {
    const items: Node[] = [];
    let isChoice = false;
    let commas = 0;
    for (;;) {
      if (this.take('or')) isChoice = true;
      else if (this.take(',') || this.take(';')) commas++;
      else if (this.startsItem()) items.push(this.relation());
      else break;
    }
    const [only] = items;
    if (only === undefined) throw new Misunderstood();
    if (items.length === 1) return commas > 0 && this.peek()?.text === ')' ? { kind: 'list', items } : only;
    return isChoice ? { kind: 'list', items, isChoice } : { kind: 'list', items };
  }

  private startsItem(): boolean {
    const token = this.peek();
    if (token === undefined) return false;
    if (token.kind !== 'sign') return true;
    return /^(?:[-+([{|]|\\\{|pm|mp)$/.test(token.text) && !(token.text === '|' && this.inBars);
  }

  private relation(): Node {
    const items = [this.sets()];
    const signs: string[] = [];
    for (let token = this.peek(); token?.kind === 'sign' && RELATIONS.has(token.text); token = this.peek()) {
      this.at++;
      signs.push(token.text);
      items.push(this.sets());
    }
    const [only] = items;
    return signs.length === 0 && only ? only : { kind: 'relation', signs, items };
  }

  private sets(): Node {
    let node = this.ratio();
    for (;;) {
      const sign = this.peek()?.text;
      if (sign !== 'cup' && sign !== 'cap' && sign !== 'setminus') return node;
      this.at++;
      node = { kind: SET_OPERATIONS[sign], items: [node, this.ratio()] };
    }
  }

  private ratio(): Node {
    const items = [this.quantity()];
    while (this.take(':')) items.push(this.quantity());
    const [only] = items;
    return items.length === 1 && only ? only : { kind: 'ratio', items };
  }

  /** A value and its unit, or words. */
  private quantity(): Node {
    if (this.peek()?.kind === 'word') return this.words();
    const value = this.sum();
    const modulus = this.modulus();
    if (modulus !== null) return withUnit(value, `mod ${modulus}`);
    if (this.peek()?.kind !== 'word') return value;
    const words: string[] = [];
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      const isExponent = /^[\^/{}]$/.test(token.text) || (token.kind === 'number' && /[\^{]$/.test(words.at(-1) ?? ''));
      if (token.kind !== 'word' && !isExponent) break;
      words.push(token.text);
      this.at++;
    }
    if (!isConstant(value) && !words.some((word) => word.split(' ').some(isUnitWord))) throw new Misunderstood();
    return withUnit(value, canonicalUnit(words.join(' ')));
  }

  /** \pmod{12}, read like a unit. */
  private modulus(): string | null {
    const token = this.peek();
    if (token?.kind !== 'command' || !MODULO.has(token.text)) return null;
    this.at++;
    return label(this.atom());
  }

  private words(): Node {
    const words: string[] = [];
    for (let token = this.peek(); token !== undefined && token.kind !== 'sign'; token = this.peek()) {
      words.push(token.text);
      this.at++;
    }
    const [first = '', second] = words;
    const value = numberWord(first);
    if (value !== undefined && second === undefined) return number(value);
    return { kind: 'text', text: words.join(' ').toLowerCase().replace(/\s+/g, ' ') };
  }

  private sum(): Node {
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
    if (this.take('-')) return negative(this.factor());
    if (this.take('+')) return this.factor();
    return this.powered();
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
    for (;;) {
      if (this.take('!')) base = call('factorial', base);
      else if (this.take('%')) base = withUnit(base, '%');
      else if (this.take('°')) base = withUnit(base, '°');
      else if (this.take("'")) base = symbol(`${label(base)}'`);
      else if (this.take('^')) base = power(base, this.exponent());
      else if (this.take('_')) base = this.indexed(base);
      else break;
    }
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

  private atom(): Node {
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

  private takeDots(): boolean {
    const token = this.peek();
    const areDots = token?.text === '...' || (token?.kind === 'command' && /^[lc]?dots$/.test(token.text));
    if (areDots) this.at++;
    return areDots;
  }

  private bars(): Node {
    if (this.inBars) throw new Misunderstood();
    this.inBars = true;
    const inside = this.sum();
    this.inBars = false;
    if (!this.take('|')) throw new Misunderstood();
    return call('abs', inside);
  }

  private bracket(open: string): Node {
    const closer = CLOSERS[open];
    if (closer === undefined) throw new Misunderstood();
    const isSet = open === '\\{';
    if (this.take(closer)) {
      if (isSet) return { kind: 'set', items: [] };
      throw new Misunderstood();
    }
    const outer = this.inBars;
    const isBuilder = isSet && this.holdsOneBar();
    this.inBars = isBuilder;
    let inside = this.list();
    if (isBuilder && this.take('|')) inside = this.list();
    else if (isSet) inside = withoutRatio(inside);
    this.inBars = outer;
    const close = this.peek()?.text ?? '';
    if (close !== closer && !(/[([]/.test(open) && /[)\]]/.test(close))) throw new Misunderstood();
    this.at++;
    if (isSet && inside.kind === 'relation' && inside.signs[0] !== '=') return inside;
    const items = inside.kind === 'list' ? inside.items : [inside];
    if (isSet || (open === '{' && items.length > 1)) return { kind: 'set', items };
    const [only] = items;
    if (only && inside.kind !== 'list' && (open === '{' || (open === '(' && close === ')'))) return only;
    return { kind: 'group', open, close, items };
  }

  /** Whether a single | stands before the set's end: {x | x > 3}. */
  private holdsOneBar(): boolean {
    let bars = 0;
    for (let at = this.at; at < this.tokens.length && this.tokens[at]?.text !== '\\}'; at++) {
      if (this.tokens[at]?.text === '|') bars++;
    }
    return bars === 1;
  }

  private command(name: string): Node {
    if (name === 'frac') return product(this.digitOrArgument(), inverse(this.digitOrArgument()));
    if (name === 'binom') return call('binomial', this.digitOrArgument(), this.digitOrArgument());
    if (name === 'sqrt') return this.root();
    if (name === 'begin') return this.matrix();
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

  private letters(): string {
    let letters = '';
    if (this.take('{')) {
      letters = this.letters();
      if (!this.take('}')) throw new Misunderstood();
      return letters;
    }
    while (this.peek()?.kind === 'name' || this.peek()?.kind === 'word') {
      letters += this.peek()?.text ?? '';
      this.at++;
    }
    return letters;
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

  private matrix(): Node {
    const name = this.environment();
    if (SYSTEMS.has(name)) return this.system(name);
    if (name === 'array' && this.peek()?.text === '{') this.skipGroup();
    const rows: Node[][] = [[]];
    while (!(this.peek()?.kind === 'command' && this.peek()?.text === 'end')) {
      if (this.take('&')) continue;
      if (this.take('\\\\')) rows.push([]);
      else rows.at(-1)?.push(this.sum());
    }
    this.at++;
    if (this.environment() !== name) throw new Misunderstood();
    const filled = rows.filter((row) => row.length > 0);
    const columns = filled[0]?.length ?? 0;
    if (columns === 0 || filled.some((row) => row.length !== columns)) throw new Misunderstood();
    const items = filled.flat();
    return { kind: 'matrix', columns, items };
  }

  /** The lines of a system of equations are a list. */
  private system(name: string): Node {
    const items: Node[] = [];
    while (!(this.peek()?.kind === 'command' && this.peek()?.text === 'end')) {
      if (!this.take('\\\\') && !this.take('&') && !this.take(',')) items.push(this.relation());
    }
    this.at++;
    if (this.environment() !== name) throw new Misunderstood();
    return { kind: 'list', items };
  }

  private environment(): string {
    if (!this.take('{')) throw new Misunderstood();
    const name = this.letters();
    this.take('*');
    if (!(MATRICES.has(name) || SYSTEMS.has(name)) || !this.take('}')) throw new Misunderstood();
    return name;
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

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private enter(): void {
    if (++this.depth > MAX_DEPTH) throw new Misunderstood();
  }

  private skipGroup(): void {
    let depth = 0;
    do {
      const text = this.peek()?.text;
      if (text === undefined) throw new Misunderstood();
      depth += text === '{' ? 1 : text === '}' ? -1 : 0;
      this.at++;
    } while (depth > 0);
  }

  private take(sign: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.at++;
    return true;
  }
}

function label(node: Node): string {
  const name = labelOf(node);
  if (name === null) throw new Misunderstood();
  return name;
}

/** {x : x > 3} reads as the relation (x : x) > 3. */
function withoutRatio(node: Node): Node {
  const [first, ...others] = node.kind === 'relation' ? node.items : [];
  const condition = first?.kind === 'ratio' ? first.items[1] : undefined;
  return node.kind === 'relation' && condition !== undefined ? { ...node, items: [condition, ...others] } : node;
}
