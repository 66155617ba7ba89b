import type { Node } from '../ast';
import { BlockParser } from './blocks';
import { Misunderstood } from './token-reader';

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '\\{': '\\}' };
export const NOTHING: Node = { kind: 'text', text: '' };

/** What brackets hold: a value, a tuple, an interval, a set, or a set by its conditions. */
export abstract class BracketParser extends BlockParser {
  /** Inside a set with one bar: {x | …}. */
  protected inBuilder = false;

  protected bracket(open: string): Node {
    const closer = CLOSERS[open];
    const isSet = open === '\\{';
    if (isSet && this.take('\\}')) return { kind: 'set', items: [] };
    if (closer === undefined || this.take(closer)) throw new Misunderstood();
    // \left\{ \begin{array} … \end{array} \right.
    if (isSet && this.text() === 'begin') {
      const block = this.atom();
      if (!this.take(closer) && this.at < this.tokens.length) throw new Misunderstood();
      return block;
    }
    const outer = [this.inBars, this.inBuilder] as const;
    const bar = isSet ? this.separator() : undefined;
    this.inBuilder = bar !== undefined;
    this.inBars = bar === '|';
    const inside = this.list();
    let conditions: readonly Node[] | null = null;
    if (bar !== undefined) {
      if (this.takeOne(['|', 'mid', ':']) === undefined) throw new Misunderstood();
      [this.inBuilder, this.inBars] = [false, false];
      const all = this.list();
      conditions = all.kind === 'list' && all.joined !== 'or' ? all.items : [all];
    }
    [this.inBars, this.inBuilder] = outer;
    const close = this.text();
    if (close !== closer && !(/[([]/.test(open) && /[)\]]/.test(close))) throw new Misunderstood();
    this.at++;
    return conditions
      ? { kind: 'builder', isSet: true, items: [inside, ...conditions] }
      : bracketed(open, close, inside);
  }

  /** The one |, \mid or : in the set before its end, outside of brackets: {x | x > 3}. */
  private separator(): string | undefined {
    const found: string[] = [];
    let depth = 0;
    for (let ahead = 0; depth > 0 || !/^(?:\\\})?$/.test(this.text(ahead)); ahead++) {
      const text = this.text(ahead);
      if (text === '') break;
      depth += /^(?:[([{]|\\\{)$/.test(text) ? 1 : /^(?:[)\]}]|\\\})$/.test(text) ? -1 : 0;
      if (depth === 0 && /^(?:[|:]|mid)$/.test(text)) found.push(text);
    }
    const others = found.filter((text) => text !== '|');
    const [only] = others.length === 1 ? others : found.length === 1 ? found : [];
    return only;
  }
}

function bracketed(open: string, close: string, inside: Node): Node {
  const isSet = open === '\\{';
  if (isSet && inside.kind === 'relation' && inside.signs[0] !== '=') {
    const subject = inside.items.find(({ kind }) => kind === 'symbol') ?? NOTHING;
    return { kind: 'builder', isSet, items: [subject, inside] };
  }
  const items = inside.kind === 'list' ? inside.items : [inside];
  const isRound = open === '(' && close === ')';
  const areStatements = inside.kind === 'list' && items.every(({ kind }) => kind === 'relation');
  if (areStatements && (isRound || (isSet && items.length > 1))) return inside;
  if (isSet || (open === '{' && items.length > 1)) return { kind: 'set', items };
  return inside.kind !== 'list' && (open === '{' || isRound) ? inside : { kind: 'group', open, close, items };
}
