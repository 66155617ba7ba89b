import { describe, expect, it } from 'vitest';
import { TokenWriter, visibleToken } from '../../../../src/app/kit/charts/token-text';
import type { TokenPiece } from '../../../../src/run/step-batch';

const piece = (bytes: Uint8Array | string, special = false): TokenPiece => ({
  id: 0,
  bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes,
  special,
});

describe('TokenWriter', () => {
  it('keeps the leading space out of the tinted text', () => {
    expect(new TokenWriter().write(piece(' the'))).toMatchObject({ lead: ' ', shown: 'the', trail: '' });
  });

  it('shows a token of nothing but a space as that space', () => {
    expect(new TokenWriter().write(piece(' '))).toMatchObject({ lead: '', shown: ' ' });
  });

  it('makes a line break visible, and breaks the line once', () => {
    expect(new TokenWriter().write(piece('.\n\n'))).toMatchObject({ shown: '.↵↵', trail: '\n', kind: 'newline' });
  });

  it('shows a character that was cut in two with the token that completes it', () => {
    const [first, second] = [Uint8Array.of(0xe2, 0x88), Uint8Array.of(0x9a)];
    const writer = new TokenWriter();
    expect(writer.write(piece(first))).toMatchObject({ kind: 'part' });
    expect(writer.write(piece(second))).toMatchObject({ shown: '√', kind: 'text' });
  });

  it('shows special tokens without letting them disturb an open character', () => {
    const writer = new TokenWriter();
    writer.write(piece(Uint8Array.of(0xc3)));
    expect(writer.write(piece('<|end|>', true))).toMatchObject({ shown: '<|end|>', kind: 'special' });
    expect(writer.write(piece(Uint8Array.of(0xa9)))).toMatchObject({ shown: 'é' });
  });

  it('makes spaces and tabs visible where asked to', () => {
    expect(new TokenWriter(true).write(piece(' a\tb'))).toMatchObject({ lead: '', shown: '␣a→b' });
    expect(new TokenWriter(true).write(piece(' \n'))).toMatchObject({ shown: '␣↵', trail: '\n', kind: 'newline' });
  });

  it('has a stand-in for a token that it does not know', () => {
    expect(new TokenWriter().write(undefined).shown).toBe('\ufffd');
  });
});

describe('visibleToken', () => {
  it('shows white space', () => {
    expect(visibleToken(piece(' a\n'))).toBe('␣a↵');
  });

  it('writes the bytes of a part of a character as numbers', () => {
    expect(visibleToken(piece(Uint8Array.of(0xe2, 0x08)))).toBe('e2·08');
  });
});
