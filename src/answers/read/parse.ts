import { isConstant, number, withUnit, type Node } from '../ast';
import { ExpressionParser, MODULO } from './expression-parser';
import { canonicalUnit, isUnitWord, numberWord } from './lexicon';
import { normalise } from './normalise';
import { label, Misunderstood } from './token-reader';
import { tokenise } from './tokens';

const MAX_TOKENS = 2000;

const RELATIONS = new Set(['=', '<', '>', '<=', '>=', '!=', 'in', 'approx']);
const SET_OPERATIONS = { cup: 'union', setminus: 'without', cap: 'intersection' } as const;
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '\\{': '\\}' };
const MATRICES = new Set(['pmatrix', 'bmatrix', 'matrix', 'Bmatrix', 'array', 'smallmatrix']);
const SYSTEMS = new Set(['cases', 'aligned', 'align', 'gathered']);

/** The meaning of an answer; null if it is none that the grammar knows, or too long or too deep. */
export function parse(answer: string): Node | null {
  const text = normalise(answer);
  const tokens = text === null ? null : tokenise(text, MAX_TOKENS);
  if (tokens === null || tokens.length === 0) return null;
  try {
    return new AnswerParser(tokens).whole();
  } catch (error) {
    if (error instanceof Misunderstood) return null;
    throw error;
  }
}

/** Lists, relations, sets, quantities with units, and everything in brackets. */
class AnswerParser extends ExpressionParser {
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
    const depth = this.depth;
    for (;;) {
      this.enter();
      const sign = this.peek()?.text;
      if (sign !== 'cup' && sign !== 'cap' && sign !== 'setminus') break;
      this.at++;
      node = { kind: SET_OPERATIONS[sign], items: [node, this.ratio()] };
    }
    this.depth = depth;
    return node;
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

  protected bracket(open: string): Node {
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

  protected block(): Node {
    const name = this.environment();
    return SYSTEMS.has(name) ? this.system(name) : this.matrix(name);
  }

  private matrix(name: string): Node {
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
}

/** {x : x > 3} reads as the relation (x : x) > 3. */
function withoutRatio(node: Node): Node {
  const [first, ...others] = node.kind === 'relation' ? node.items : [];
  const condition = first?.kind === 'ratio' ? first.items[1] : undefined;
  return node.kind === 'relation' && condition !== undefined ? { ...node, items: [condition, ...others] } : node;
}
