import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenizer } from '../../../src/model/tokenizer';
import { qwenLikeTokenizer } from './fixture-tokenizer';

const qwenLike = createTokenizer(qwenLikeTokenizer());
const tinyMath = createTokenizer(readFileSync('public/models/tiny-math/tokenizer.json'));

function textOf(tokenizer: typeof qwenLike, ids: number[]): string {
  return new TextDecoder().decode(Uint8Array.from(ids.flatMap((id) => [...tokenizer.piece(id)])));
}

describe('a byte-level tokenizer', () => {
  it('applies merges and cuts special tokens out first', () => {
    expect(qwenLike.encode('<|im_start|>user u')).toEqual([262, 258, 259]);
    expect(qwenLike.size).toBe(265);
  });

  it('knows special tokens from added ones', () => {
    expect([258, 261, 262, 263, 264].map((id) => qwenLike.isSpecial(id))).toEqual([false, true, true, true, false]);
    expect(new TextDecoder().decode(qwenLike.piece(264))).toBe('<tool>');
  });

  it('gives pieces that may end inside a character', () => {
    const ids = qwenLike.encode('→');
    expect(ids.map((id) => [...qwenLike.piece(id)])).toEqual([[0xe2], [0x86], [0x92]]);
    expect([...qwenLike.piece(260)]).toEqual([0xc3, 0xa9]);
  });

  it('gives no bytes for ids beyond its vocabulary', () => {
    expect(qwenLike.piece(265)).toHaveLength(0);
    expect(qwenLike.isSpecial(265)).toBe(false);
  });

  it('writes any text in pieces that spell it again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textOf(qwenLike, qwenLike.encode(text))).toBe(text.normalize('NFC'));
        expect(qwenLike.unknownCharacters(text)).toEqual([]);
      }),
      { seed: 2 },
    );
  });

  it('refuses another kind of tokenizer', () => {
    expect(() => createTokenizer(qwenLikeTokenizer({ decoder: { type: 'Metaspace' } }))).toThrow(
      'tokenizer.json: decoder.type should be "ByteLevel", but is "Metaspace".',
    );
    expect(() => createTokenizer(qwenLikeTokenizer({ pre_tokenizer: { type: 'Other' } }))).toThrow('tokenizer.json: ');
  });
});

describe("tiny-math's tokenizer", () => {
  it('spells printable ASCII and line breaks', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)) }),
        (text) => {
          const lines = `${text}\n`;
          expect(textOf(tinyMath, tinyMath.encode(lines))).toBe(lines);
        },
      ),
      { seed: 3 },
    );
  });

  it('names each character it lacks once', () => {
    expect(tinyMath.unknownCharacters('π + 3 → é + π 😀')).toEqual(['π', '→', 'é', '😀']);
  });

  it('marks the tokens of its template as special', () => {
    const ids = tinyMath.encode('<|user|>1<|assistant|>');
    expect(ids).toHaveLength(3);
    expect(ids.map((id) => tinyMath.isSpecial(id))).toEqual([true, false, true]);
  });
});
