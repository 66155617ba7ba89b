import { call, fraction, isConstant, number, operator, product, relation, symbol, withUnit, type Node } from '../ast';
import { blockOf } from './blocks';
import { dateOf } from './dates';
import { ExpressionParser, MODULO } from './expression-parser';
import { measureFrom } from './measure';
import { normalise } from './normalise';
import { rational } from '../numbers/rational';
import { label, Misunderstood } from './token-reader';
import { tokenise } from './tokens';
import { fractionInWords, LEAD, numberInWords, plainWords } from './words';
import { isUnitWord } from './lexicon';

const MAX_TOKENS = 2000;

const RELATIONS = new Set(['=', '<', '>', '<=', '>=', '!=', 'in', 'approx', 'mid']);
/** Relations that are commands, by one name for each; `>` in front: the same the other way round. */
const RELATION_COMMANDS: Readonly<Record<string, string>> = {
  subset: 'subset', supset: '>subset', subseteq: 'subseteq', supseteq: '>subseteq', subsetneq: 'subsetneq', sim: 'sim',
  cong: 'cong', propto: 'propto', perp: 'perp', parallel: 'parallel', ll: 'll', gg: '>ll', prec: 'prec', succ: '>prec',
  preceq: 'preceq', succeq: '>preceq', notin: 'notin', ni: '>in', nmid: 'nmid', asymp: 'asymp', doteq: 'doteq',
}; // prettier-ignore
/** Between statements, loosest first. */
const CONNECTIVES: Readonly<Record<string, string>> = {
  iff: 'iff', Leftrightarrow: 'iff', leftrightarrow: 'iff', Longleftrightarrow: 'iff', implies: 'implies', Rightarrow: 'implies',
  Longrightarrow: 'implies', to: 'implies', rightarrow: 'implies', longrightarrow: 'implies', mapsto: 'mapsto',
  leftarrow: '>implies', Leftarrow: '>implies',
}; // prettier-ignore
const SET_OPERATIONS = { cup: 'union', setminus: 'without', cap: 'intersection' } as const;
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '\\{': '\\}' };
const CONDITION = /^(?:if|when|for|where|whenever|provided|as)$/i;
const OTHERWISE = /^(?:otherwise|else|if otherwise|for other|in other cases)$/i;

/** The meaning of an answer; null if it is none that the grammar knows, or too long or too deep. */
export function parse(answer: string): Node | null {
  const date = dateOf(answer);
  if (date !== null) return { kind: 'date', text: date };
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

/** Lists, statements, sets, quantities with units, and everything in brackets. */
class AnswerParser extends ExpressionParser {
  /** Inside a set with one bar: {x | …}. */
  private inBuilder = false;

  whole(): Node {
    const start = this.tokens.findIndex(({ kind }) => kind !== 'word');
    const lead = this.tokens.slice(0, Math.max(0, start)).map(({ text }) => text);
    if (lead.length > 0 && LEAD.test(lead.join(' '))) {
      this.at = start;
      if (!this.take(':')) this.take('=');
    }
    const node = this.list(true);
    if (this.at < this.tokens.length) throw new Misunderstood();
    return node;
  }

  /**
   * What commas, semicolons, "and" and "or" separate. Semicolons and "or" part looser than commas where groups of
   * statements stand between them: x = 1, y = 2 or x = 3, y = 4.
   */
  private list(isWhole = false): Node {
    const groups: Node[][] = [[]];
    let joined: 'and' | 'or' | undefined;
    let commas = 0;
    for (;;) {
      const isOr = this.take('or');
      if (isOr || this.take(';') || (isWhole && this.take('\\\\'))) {
        if (isOr) joined = 'or';
        commas++;
        groups.push([]);
      } else if (this.take(',')) commas++;
      else if (this.take('and')) {
        commas++;
        joined ??= 'and';
      } else if (this.startsItem()) groups.at(-1)?.push(this.statement());
      else break;
    }
    const filled = groups.filter((group) => group.length > 0);
    const items = filled.flat();
    const [only] = items;
    if (only === undefined) throw new Misunderstood();
    if (items.length === 1) return commas > 0 && this.peek()?.text === ')' ? { kind: 'list', items } : only;
    const pieces = piecewise(items);
    if (pieces !== null) return pieces;
    const areSystems =
      filled.length > 1 &&
      filled.some((group) => group.length > 1) &&
      filled.every((group) => group.every(({ kind }) => kind === 'relation')) &&
      filled.some((group) => new Set(group.map(subjectOf)).size > 1);
    if (areSystems) {
      return {
        kind: 'list',
        joined: 'or',
        items: filled.map((group) => (group.length === 1 && group[0] ? group[0] : { kind: 'list', items: group })),
      };
    }
    return joined ? { kind: 'list', items, joined } : { kind: 'list', items };
  }

  private startsItem(): boolean {
    const token = this.peek();
    if (token === undefined) return false;
    if (token.kind === 'command')
      return !/^(?:end|rfloor|rceil|over)$/.test(token.text) && !(token.text in RELATION_COMMANDS);
    if (token.kind !== 'sign') return true;
    if (/^(?:eur|gbp|yuan|inr|\$)$/.test(token.text)) return true;
    return (
      /^(?:[-+([{|<>]|lvert|<=|>=|\\\{|pm|mp)$/.test(token.text) &&
      !(token.text === '|' && (this.inBars || this.inBuilder))
    );
  }

  /** Statements joined by ⇒, ⇔, ∧, ∨, with ¬ and quantifiers before them; a condition may follow: x, if x > 0. */
  private statement(): Node {
    this.enter();
    let node = this.junction();
    for (let token = this.peek(); token?.kind === 'command'; token = this.peek()) {
      const name = CONNECTIVES[token.text];
      if (name === undefined) break;
      this.at++;
      const other = this.junction();
      node = name.startsWith('>') ? operator(name.slice(1), other, node) : operator(name, node, other);
    }
    this.depth--;
    if (this.takeWord(CONDITION) === null) return node;
    return { kind: 'piecewise', items: [node, this.takeWord(OTHERWISE) === null ? this.statement() : otherwise()] };
  }

  private junction(): Node {
    let node = this.negation();
    for (;;) {
      if (this.take('land')) node = operator('and', node, this.negation());
      else if (this.take('lor')) node = operator('or', node, this.negation());
      else return node;
    }
  }

  private negation(): Node {
    if (this.takeCommand(/^(?:neg|lnot)$/) !== null) {
      this.enter();
      const inside = this.negation();
      this.depth--;
      return operator('not', inside);
    }
    const quantifier = this.takeCommand(/^(?:forall|exists|nexists)$/);
    if (quantifier === null) return this.relation();
    this.enter();
    const subject = this.relation();
    if (!this.take(',')) this.take(':');
    const inside = this.startsItem() ? this.negation() : { kind: 'text' as const, text: '' };
    this.depth--;
    return operator(quantifier, subject, inside);
  }

  private relation(): Node {
    const first = this.peek();
    // "> 5" by itself.
    const items =
      first?.kind === 'sign' && /^[<>]=?$/.test(first.text) ? [{ kind: 'text' as const, text: '' }] : [this.sets()];
    const signs: string[] = [];
    for (let sign = this.relationSign(); sign !== null; sign = this.relationSign()) {
      signs.push(sign);
      items.push(this.sets());
    }
    const [only, second] = items;
    if (signs.length === 0 && only) return only;
    const [sign = ''] = signs;
    if (signs.length === 1 && sign.startsWith('>') && sign.length > 2 && only && second)
      return relation(sign.slice(1), second, only);
    return { kind: 'relation', signs, items };
  }

  private relationSign(): string | null {
    const token = this.peek();
    if (token?.kind === 'command') {
      const name = RELATION_COMMANDS[token.text];
      if (name !== undefined) this.at++;
      return name ?? null;
    }
    const isBar = token?.text === '|' && !this.inBars && !this.inBuilder;
    if (token?.kind !== 'sign' || !(RELATIONS.has(token.text) || isBar) || (token.text === 'mid' && this.inBuilder))
      return null;
    this.at++;
    return isBar ? 'mid' : token.text;
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
    for (;;) {
      if (this.inBuilder && this.peek()?.text === ':') break;
      if (!this.take(':') && this.takeWord(/^to$/i) === null) break;
      items.push(this.quantity());
    }
    const [only] = items;
    if (items.length !== 1 || !only) return { kind: 'ratio', items };
    if (this.take('range')) return { kind: 'range', items: [only, this.quantity()] };
    return only;
  }

  /** A value and its unit, an amount of money, hours and minutes, or words. */
  private quantity(): Node {
    if (this.peek()?.kind === 'word') return this.words();
    const money = ['$', 'eur', 'gbp', 'yuan', 'inr'].find((currency) => this.take(currency));
    if (money !== undefined) {
      const value = this.measured(this.sum());
      return value.kind === 'unit' && value.unit === ''
        ? withUnit(value.items[0], money, value.words)
        : withUnit(value, money);
    }
    const items = [this.measured(this.sum())];
    while (items.at(-1)?.kind === 'unit' && this.peek()?.kind === 'number') items.push(this.lesserPart());
    const [only] = items;
    return items.length === 1 && only ? only : { kind: 'sum', items };
  }

  /** 30 min behind 1 h, 15' behind 30°. */
  private lesserPart(): Node {
    const [value, prime] = this.tokens.slice(this.at, this.at + 2);
    if (value?.kind !== 'number' || prime?.text !== "'") return this.measured(this.sum());
    this.at += 2;
    return withUnit(fraction(rational(BigInt(value.text.replace(/\D.*/, '')))), this.take("'") ? 'arcsec' : 'arcmin');
  }

  private measured(value: Node): Node {
    const modulus = this.modulus();
    if (modulus !== null) return withUnit(value, `mod ${modulus}`);
    const chosen = this.takeWord(/^choose$/i) === null ? null : this.sum();
    if (chosen !== null) return call('binomial', value, chosen);
    const outOf = this.takeWord(/^out of$|^out$/i);
    if (outOf !== null) {
      if (outOf === 'out' && this.takeWord(/^of$/i) === null) throw new Misunderstood();
      return operator('out of', value, this.sum());
    }
    const words: string[] = [];
    const brackets = this.bracketedWords();
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      const last = words.at(-1) ?? '';
      const isExponent =
        words.length > 0 && (/^[\^/{}°]$/.test(token.text) || (/[\^{-]$/.test(last) && /^(?:\d+|-)$/.test(token.text)));
      const isLetter =
        token.kind === 'name' &&
        (last === '/' || (value.kind === 'unit' && words.length === 0)) &&
        /^[a-zA-Z]$/.test(token.text);
      if ((token.kind !== 'word' && !isExponent && !isLetter) || CONDITION.test(token.text) || /^to$/i.test(token.text))
        break;
      words.push(token.text);
      this.at++;
    }
    const money = ['$', 'eur', 'gbp', 'yuan', 'inr'].find((currency) => words.length === 0 && this.take(currency));
    if (money !== undefined) return withUnit(value, money);
    if (brackets !== null) words.push(brackets);
    if (words.length === 0) return value;
    if (!isConstant(value) && !words.some((word) => word.split(' ').some(isUnitWord))) throw new Misunderstood();
    // 30° C, 5% more: what stood directly behind the value comes first.
    const [bare, before] = value.kind === 'unit' ? [value.items[0], value.unit] : [value, ''];
    const { scale, unit, words: others } = measureFrom(`${before} ${words.join(' ')}`.replace(/[{}]/g, ' '));
    const scaled = scale === 1n ? bare : product(bare, number(scale));
    return unit === '' && others === '' ? scaled : withUnit(scaled, unit, others);
  }

  /** 7 (max) */
  private bracketedWords(): string | null {
    const [open, word, close] = this.tokens.slice(this.at, this.at + 3);
    if (open?.text !== '(' || word?.kind !== 'word' || close?.text !== ')') return null;
    this.at += 3;
    return word.text;
  }

  /** \pmod{12}, read like a unit. */
  private modulus(): string | null {
    const token = this.peek();
    if (token?.kind !== 'command' || !MODULO.has(token.text)) {
      const [open, mod] = this.tokens.slice(this.at, this.at + 2);
      const isBracketed = open?.text === '(' && mod !== undefined && MODULO.has(mod.text);
      if (!isBracketed) return null;
      this.at += 2;
      const name = label(this.atom());
      if (!this.take(')')) throw new Misunderstood();
      return name;
    }
    this.at++;
    return label(this.atom());
  }

  private words(): Node {
    const words: string[] = [];
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      const isHyphen = token.text === '-' && this.tokens[this.at + 1]?.kind !== 'number';
      if (token.kind === 'sign' && !isHyphen && !/^[$'"]$/.test(token.text)) break;
      if (token.kind === 'command' && /^(?:end|begin)$/.test(token.text)) break;
      if (token.kind === 'number' && /\bexcept(?: for)?$/.test(words.join(' '))) break;
      if (token.kind === 'command') words.push(`\\${token.text}`);
      else if (token.spaced || words.length === 0) words.push(token.text);
      else words.push(`${words.pop() ?? ''}${token.text}`);
      this.at++;
    }
    const text = plainWords(words.join(' '));
    if (/^(?:all )?(?:real numbers|reals|real) except(?: for)?$/.test(text)) {
      const excluded = this.list();
      const items = excluded.kind === 'list' ? excluded.items : [excluded];
      return operator('in words', { kind: 'without', items: [symbol('mathbb R'), { kind: 'set', items }] });
    }
    const value = numberInWords(text) ?? fractionInWords(text);
    if (typeof value === 'bigint') return number(value);
    if (value !== null) return fraction(rational(...value));
    const [, count = '', rest = ''] = /^(\S+) (.+)$/.exec(text) ?? [];
    const counted = count === '' ? null : numberInWords(count);
    if (counted === null) return { kind: 'text', text };
    const { scale, unit, words: others } = measureFrom(rest);
    return withUnit(number(counted * scale), unit, others);
  }

  protected bracket(open: string): Node {
    const closer = CLOSERS[open];
    if (closer === undefined) throw new Misunderstood();
    const isSet = open === '\\{';
    if (this.take(closer)) {
      if (isSet) return { kind: 'set', items: [] };
      throw new Misunderstood();
    }
    // \left\{ \begin{array} … \end{array} \right.
    if (isSet && this.peek()?.text === 'begin') {
      const block = this.atom();
      if (!this.take(closer) && this.at < this.tokens.length) throw new Misunderstood();
      return block;
    }
    const outer = [this.inBars, this.inBuilder] as const;
    const bar = isSet ? this.separator() : null;
    this.inBuilder = bar !== null;
    this.inBars = bar === '|';
    let inside = this.list();
    if (this.inBuilder) {
      if (!this.take('|') && !this.take('mid') && !this.take(':')) throw new Misunderstood();
      this.inBuilder = false;
      this.inBars = false;
      const conditions = this.list();
      inside = {
        kind: 'builder',
        isSet: true,
        items: [
          inside,
          ...(conditions.kind === 'list' && conditions.joined !== 'or' ? conditions.items : [conditions]),
        ],
      };
    }
    [this.inBars, this.inBuilder] = outer;
    const close = this.peek()?.text ?? '';
    if (close !== closer && !(/[([]/.test(open) && /[)\]]/.test(close))) throw new Misunderstood();
    this.at++;
    if (inside.kind === 'builder' && isSet) return inside;
    if (isSet && inside.kind === 'relation' && inside.signs[0] !== '=')
      return { kind: 'builder', isSet: true, items: [subjectNode(inside), inside] };
    const items = inside.kind === 'list' ? inside.items : [inside];
    if (isSet && items.length > 1 && items.every(({ kind }) => kind === 'relation')) return inside;
    if (open === '(' && close === ')' && inside.kind === 'list' && items.every(({ kind }) => kind === 'relation'))
      return inside;
    if (isSet || (open === '{' && items.length > 1)) return { kind: 'set', items };
    const [only] = items;
    if (only && inside.kind !== 'list' && (open === '{' || (open === '(' && close === ')'))) return only;
    return { kind: 'group', open, close, items };
  }

  /** The one |, \mid or : in the set before its end, outside of brackets: {x | x > 3}. */
  private separator(): string | null {
    const found: string[] = [];
    let depth = 0;
    for (let at = this.at; at < this.tokens.length; at++) {
      const text = this.tokens[at]?.text ?? '';
      if (depth === 0 && text === '\\}') break;
      depth += /^(?:[([{]|\\\{)$/.test(text) ? 1 : /^(?:[)\]}]|\\\})$/.test(text) ? -1 : 0;
      if (depth === 0 && (text === '|' || text === 'mid' || text === ':')) found.push(text);
    }
    const others = found.filter((text) => text !== '|');
    if (others.length === 1) return others[0] ?? null;
    return found.length === 1 ? '|' : null;
  }

  protected block(): Node {
    return blockOf({
      tokens: this.tokens,
      at: () => this.at,
      moveTo: (at) => void (this.at = at),
      cell: () => {
        const node = this.list();
        return node.kind === 'list' && node.items.length === 1 && node.items[0] ? node.items[0] : node;
      },
      takeCondition: () => {
        if (this.takeWord(OTHERWISE) !== null) return otherwise();
        this.takeWord(CONDITION);
        return null;
      },
    });
  }
}

const otherwise = (): Node => ({ kind: 'text', text: 'otherwise' });

/** x if x > 0, −x if x < 0. */
function piecewise(items: readonly Node[]): Node | null {
  if (!items.every((item) => item.kind === 'piecewise' || (item.kind === 'text' && item.text === 'otherwise')))
    return null;
  return { kind: 'piecewise', items: items.flatMap((item) => (item.kind === 'piecewise' ? item.items : [])) };
}

const subjectOf = (node: Node): string => {
  const [first] = node.kind === 'relation' ? node.items : [];
  return first === undefined
    ? ''
    : first.kind === 'symbol'
      ? first.name
      : JSON.stringify(first, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
};

const subjectNode = (node: Node): Node =>
  (node.kind === 'relation' ? node.items.find(({ kind }) => kind === 'symbol') : undefined) ?? {
    kind: 'text',
    text: '',
  };
