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

  protected peek(): Token | undefined {
    return this.tokens[this.at];
  }

  protected take(sign: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.at++;
    return true;
  }

  protected takeCommand(pattern: RegExp): string | null {
    const token = this.peek();
    if (token?.kind !== 'command' || !pattern.test(token.text)) return null;
    this.at++;
    return token.text;
  }

  protected takeWord(pattern: RegExp): string | null {
    const token = this.peek();
    if (token?.kind !== 'word' || !pattern.test(token.text)) return null;
    this.at++;
    return token.text;
  }

  protected takeDots(): boolean {
    const token = this.peek();
    const areDots = token?.text === '...' || (token?.kind === 'command' && /^[lc]?dots$/.test(token.text));
    if (areDots) this.at++;
    return areDots;
  }

  protected enter(): void {
    if (++this.depth > MAX_DEPTH) throw new Misunderstood();
  }

  protected skipGroup(): void {
    let depth = 0;
    do {
      const text = this.peek()?.text;
      if (text === undefined) throw new Misunderstood();
      depth += text === '{' ? 1 : text === '}' ? -1 : 0;
      this.at++;
    } while (depth > 0);
  }

  protected letters(): string {
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
}

export function label(node: Node): string {
  const name = labelOf(node);
  if (name === null) throw new Misunderstood();
  return name;
}
