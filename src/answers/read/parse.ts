import { operator, relation, type Node } from '../ast';
import { BracketParser, NOTHING } from './brackets';
import { dateOf } from './dates';
import { normalise } from './normalise';
import { CONDITION, MONEY } from './quantities';
import { Misunderstood } from './token-reader';
import { tokenise } from './tokens';
import { LEAD } from './words';

const MAX_TOKENS = 2000;

const RELATION = /^(?:[=<>]|[<>!]=|in|approx|mid)$/;
const SET_OPERATIONS = { cup: 'union', setminus: 'without', cap: 'intersection' } as const;

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

/** Lists, statements, sets and ratios. */
class AnswerParser extends BracketParser {
  whole(): Node {
    const start = this.tokens.findIndex(({ kind }) => kind !== 'word');
    const lead = this.tokens.slice(0, Math.max(0, start)).map(({ text }) => text);
    if (lead.length > 0 && LEAD.test(lead.join(' '))) {
      this.at = start;
      this.takeOne([':', '=']);
    }
    const node = this.list(true);
    if (this.at < this.tokens.length) throw new Misunderstood();
    return node;
  }

  /**
   * What commas, semicolons, "and" and "or" separate. Semicolons and "or" part looser than commas where groups of
   * statements stand between them: x = 1, y = 2 or x = 3, y = 4.
   */
  protected list(isWhole = false): Node {
    const groups: Node[][] = [[]];
    const loose = ['or', ';', ...(isWhole ? ['\\\\'] : [])];
    let joined: 'and' | 'or' | undefined;
    let commas = 0;
    for (;;) {
      const sign = this.takeOne([...loose, ',', 'and']);
      if (sign === undefined) {
        if (!this.startsItem()) break;
        groups.at(-1)?.push(this.statement());
        continue;
      }
      commas++;
      if (sign === 'or') joined = sign;
      if (sign === 'and') joined ??= sign;
      if (loose.includes(sign)) groups.push([]);
    }
    const filled = groups.filter((group) => group.length > 0);
    const items = filled.flat();
    const [only] = items;
    if (only === undefined) throw new Misunderstood();
    if (items.length === 1) return commas > 0 && this.text() === ')' ? { kind: 'list', items } : only;
    return (
      piecewise(items) ??
      (areSystems(filled)
        ? { kind: 'list', joined: 'or', items: filled.map(grouped) }
        : { kind: 'list', items, ...(joined && { joined }) })
    );
  }

  private startsItem(): boolean {
    const token = this.peek();
    if (token?.kind !== 'sign') return token !== undefined && token.kind !== 'end' && token.kind !== 'relation';
    if (token.text === '|') return !this.inBars && !this.inBuilder;
    return MONEY.includes(token.text) || /^(?:[-+([{<>]|lvert|[<>]=|\\\{|pm|mp)$/.test(token.text);
  }

  /** Statements joined by ⇒, ⇔, ∧, ∨, with ¬ and quantifiers before them; a condition may follow: x, if x > 0. */
  private statement(): Node {
    return this.within(() => {
      let node = this.junction();
      for (let token = this.peek(); token?.kind === 'arrow'; token = this.peek()) {
        this.at++;
        const other = this.junction();
        node = token.text.startsWith('>')
          ? operator(token.text.slice(1), other, node)
          : operator(token.text, node, other);
      }
      if (this.takeWord(CONDITION) === null) return node;
      return { kind: 'piecewise', items: [node, this.condition() ?? this.statement()] };
    });
  }

  private junction(): Node {
    let node = this.negation();
    for (let sign = this.takeOne(['land', 'lor']); sign !== undefined; sign = this.takeOne(['land', 'lor']))
      node = operator(sign.slice(1) === 'or' ? 'or' : 'and', node, this.negation());
    return node;
  }

  private negation(): Node {
    if (this.takeOne(['neg', 'lnot']) !== undefined)
      return operator(
        'not',
        this.within(() => this.negation()),
      );
    const quantifier = this.takeOne(['forall', 'exists', 'nexists']);
    if (quantifier === undefined) return this.relation();
    return this.within(() => {
      const subject = this.relation();
      this.takeOne([',', ':']);
      return operator(quantifier, subject, this.startsItem() ? this.negation() : NOTHING);
    });
  }

  private relation(): Node {
    // "> 5" by itself.
    const first = this.peek()?.kind === 'sign' && /^[<>]=?$/.test(this.text()) ? NOTHING : this.sets();
    const items = [first];
    const signs: string[] = [];
    for (let sign = this.relationSign(); sign !== null; sign = this.relationSign()) {
      signs.push(sign);
      items.push(this.sets());
    }
    const [sign] = signs;
    if (sign === undefined) return first;
    if (signs.length === 1 && /^>[a-z]/.test(sign)) return relation(sign.slice(1), ...items.reverse());
    return { kind: 'relation', signs, items };
  }

  private relationSign(): string | null {
    const { kind, text } = this.peek() ?? {};
    const isBar = text === '|' && !this.inBars;
    const isSign = kind === 'sign' && text !== undefined && (RELATION.test(text) || isBar);
    if (text === undefined || !(isSign || kind === 'relation')) return null;
    if (this.inBuilder && (isBar || text === 'mid')) return null;
    this.at++;
    return isBar ? 'mid' : text;
  }

  private sets(): Node {
    let node = this.ratio();
    const depth = this.depth;
    for (; ; this.depth++) {
      const sign = this.text();
      if (sign !== 'cup' && sign !== 'cap' && sign !== 'setminus') break;
      this.at++;
      const left = node;
      node = this.within((): Node => ({ kind: SET_OPERATIONS[sign], items: [left, this.ratio()] }));
    }
    this.depth = depth;
    return node;
  }

  private ratio(): Node {
    const first = this.quantity();
    const items = [first];
    while (!(this.inBuilder && this.text() === ':') && (this.take(':') || this.takeWord(/^to$/i) !== null))
      items.push(this.quantity());
    if (items.length > 1) return { kind: 'ratio', items };
    return this.take('range') ? { kind: 'range', items: [first, this.quantity()] } : first;
  }
}

/** x if x > 0, −x if x < 0. */
function piecewise(items: readonly Node[]): Node | null {
  const isOtherwise = (item: Node): boolean => item.kind === 'text' && item.text === 'otherwise';
  if (!items.every((item) => item.kind === 'piecewise' || isOtherwise(item))) return null;
  return { kind: 'piecewise', items: items.flatMap((item) => (item.kind === 'piecewise' ? item.items : [])) };
}

const grouped = (items: readonly Node[]): Node => (items.length === 1 && items[0] ? items[0] : { kind: 'list', items });

/** Groups of statements about several things each. */
function areSystems(groups: readonly (readonly Node[])[]): boolean {
  return (
    groups.length > 1 &&
    groups.flat().every(({ kind }) => kind === 'relation') &&
    groups.some((group) => new Set(group.map(subjectOf)).size > 1)
  );
}

const subjectOf = (node: Node): string =>
  JSON.stringify('items' in node ? node.items[0] : node, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
