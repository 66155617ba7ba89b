import type { Node } from '../ast';
import { labelOf } from './numerals';
import type { Token } from './tokens';

/** Of brackets, roots, exponents … in one another. */
const MAX_DEPTH = 60;

/** What the parser does not understand: not an error of the program. */
export class Misunderstood extends Error {}

/** A place in a row of tokens. */
export class TokenReader {
  protected at = 0;
  protected depth = 0;

  constructor(protected readonly tokens: Token[]) {}

  protected peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  /** The text of a token, '' behind the end. */
  protected text(ahead = 0): string {
    return this.peek(ahead)?.text ?? '';
  }

  /** Passes over a sign, or a command; words and names that look like it stay. */
  protected take(text: string): boolean {
    const token = this.peek();
    if (token?.text !== text || token.kind === 'word' || token.kind === 'name') return false;
    this.at++;
    return true;
  }

  /** The first of some signs that stands here, passed over. */
  protected takeOne(texts: readonly string[]): string | undefined {
    return texts.find((text) => this.take(text));
  }

  protected expect(text: string): void {
    if (!this.take(text)) throw new Misunderstood();
  }

  protected takeWord(pattern: RegExp): string | null {
    const token = this.peek();
    if (token?.kind !== 'word' || !pattern.test(token.text)) return null;
    this.at++;
    return token.text;
  }

  /** What `read` reads, one level deeper. */
  protected within<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new Misunderstood();
    const node = read();
    this.depth--;
    return node;
  }

  /** Passes over {…}; gives its text. */
  protected group(): string {
    if (this.text() !== '{') throw new Misunderstood();
    let [depth, text] = [0, ''];
    do {
      const token = this.peek();
      if (token === undefined) throw new Misunderstood();
      depth += token.text === '{' ? 1 : token.text === '}' ? -1 : 0;
      text += token.text;
      this.at++;
    } while (depth > 0);
    return text.slice(1, -1);
  }

  protected letters(): string {
    if (this.text() === '{') return this.group();
    let letters = '';
    for (; /^(?:name|word)$/.test(this.peek()?.kind ?? ''); this.at++) letters += this.text();
    return letters;
  }
}

export function label(node: Node): string {
  const name = labelOf(node);
  if (name === null) throw new Misunderstood();
  return name;
}
