import type { TokenPiece } from '../../../run/step-batch';

/** How one token is written on the page. */
export interface TokenText {
  /** White space before the token's own text, which carries no tint. */
  readonly lead: string;
  /** What the tinted box shows; '' never: a token without a character of its own shows a stand-in. */
  readonly shown: string;
  /** White space after it: a line break stays one. */
  readonly trail: string;
  readonly kind: 'text' | 'newline' | 'part' | 'special';
}

/** Stands for a token that ends inside a character; the character itself is shown by the token that completes it. */
const PART_MARK = '·';
const NEWLINE_MARK = '↵';
const TAB_MARK = '→';
const SPACE_MARK = '␣';

/**
 * Writes the tokens of one path one after another, in order. A token may end inside a UTF-8 character, so the decoder
 * keeps the open bytes from token to token.
 */
export class TokenWriter {
  private readonly decoder = new TextDecoder();

  /** @param visible spaces and tabs get a sign each */
  constructor(private readonly visible = false) {}

  write(piece: TokenPiece | undefined): TokenText {
    if (piece === undefined) return { lead: '', shown: '\ufffd', trail: '', kind: 'part' };
    if (piece.special) {
      return { lead: ' ', shown: new TextDecoder().decode(piece.bytes), trail: '', kind: 'special' };
    }
    return shape(this.decoder.decode(piece.bytes, { stream: true }), this.visible);
  }
}

function shape(text: string, visible: boolean): TokenText {
  if (text === '') return { lead: '', shown: PART_MARK, trail: '', kind: 'part' };
  if (text.includes('\n')) return shapeNewline(visible ? withSpaces(text) : text);
  if (visible) return { lead: '', shown: withSpaces(text), trail: '', kind: 'text' };
  const body = text.trimStart();
  // A token of nothing but spaces is its own text: there is nothing else that could carry its tint.
  if (body === '') return { lead: '', shown: text.replaceAll('\t', TAB_MARK), trail: '', kind: 'text' };
  return { lead: text.slice(0, text.length - body.length), shown: body, trail: '', kind: 'text' };
}

/** Line breaks get a visible mark each, and the line ends once: "\n\n" is one token, and no empty line. */
function shapeNewline(text: string): TokenText {
  const visible = text.replaceAll('\n', NEWLINE_MARK).trimStart();
  return { lead: '', shown: visible, trail: '\n', kind: 'newline' };
}

/**
 * A token on its own, with its white space made visible: for the list of alternatives and for sentences. Bytes that are
 * only a part of a character are written as numbers.
 */
export function visibleToken(piece: TokenPiece | undefined): string {
  if (piece === undefined) return '\ufffd';
  const text = new TextDecoder().decode(piece.bytes);
  if (text.includes('\ufffd')) return Array.from(piece.bytes, (byte) => byte.toString(16).padStart(2, '0')).join('·');
  return withSpaces(text).replaceAll('\n', NEWLINE_MARK);
}

function withSpaces(text: string): string {
  return text.replaceAll(' ', SPACE_MARK).replaceAll('\t', TAB_MARK);
}
