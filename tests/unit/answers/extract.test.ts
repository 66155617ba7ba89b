import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractAnswer } from '../../../src/answers/read/extract';

describe('the box', () => {
  it.each([
    ['so \\boxed 5 it is', '5'],
    ['so \\boxed\\pi.', '\\pi'],
    ['\\boxed -2.5, done', '-2.5'],
    ['\\boxed  words', null],
    ['\\boxedness{3}', null],
    ['\\boxed{\\text{a } b} \\fbox{ c }', 'c'],
  ])('%s', (text, answer) => expect(extractAnswer(text)).toBe(answer));

  it('is not read while a bare one may still grow', () => {
    expect(extractAnswer('\\boxed 4')).toBeNull();
    expect(extractAnswer('\\boxed 4', { finished: true })).toBe('4');
    expect(extractAnswer('\\boxed{4', { finished: true })).toBeNull();
    expect(extractAnswer('\\boxed 42.')).toBe('42');
  });
});

describe('a continuation', () => {
  it.each([
    ['turn mark', '\\boxed{7}.<|im_end|>\n<|im_start|>user\nAnother: \\boxed{8}'],
    ['next question', '\\boxed{7}.\n\nQuestion 2: what is 4+4?\n\\boxed{8}'],
    ['next speaker', '\\boxed{7}\nHuman: and 4+4? \\boxed{8}'],
  ])('is cut: %s', (_, text) => expect(extractAnswer(text)).toBe('7'));

  it('is only looked for behind an answer', () => {
    expect(extractAnswer('I restate.\nQuestion: what is 3+4?\nIt is \\boxed{7}.')).toBe('7');
    expect(extractAnswer('<|im_start|>assistant\n\\boxed{7}')).toBe('7');
  });
});

describe('fallbacks', () => {
  it('are off by default', () => expect(extractAnswer('The answer is 42.')).toBeNull());

  it.each([
    ['The answer is 42.', '42'],
    ['Final Answer: $\\frac{5}{3}$. I hope it is correct.', '\\frac{5}{3}'],
    ['Answer: \\(x^2\\)', 'x^2'],
    ['**Final Answer: 73**', '73'],
    ['The answer is 12 because of geometry', '12'],
    ['The correct option is D.', 'D'],
    ['Hence option (C) is correct.', 'C'],
    ['First the answer is 3. No: the answer is 4.', '4'],
    ['There are 42 of them.', null],
  ])('answer-is: %s', (text, answer) => expect(extractAnswer(text, { fallback: 'answer-is' })).toBe(answer));

  it('last-number comes after answer-is', () => {
    expect(extractAnswer('There are 1,042 of them, not 3/4, ok', { fallback: 'last-number' })).toBe('3/4');
    expect(extractAnswer('The answer is 5, not 6', { fallback: 'last-number' })).toBe('5');
    expect(extractAnswer('nothing here', { fallback: 'last-number' })).toBeNull();
  });

  it('a box that is open or empty is no answer, whatever the prose says', () => {
    expect(extractAnswer('The answer is 42: \\boxed{4', { fallback: 'last-number' })).toBeNull();
    expect(extractAnswer('The answer is 42: \\boxed{ }', { fallback: 'last-number' })).toBeNull();
  });
});

describe('any text', () => {
  it('never throws, and finds no answer that is empty or padded', () => {
    const piece = fc.constantFrom('\\boxed', '{', '}', '\\', '\n', 'Q:', 'answer is', '$', '7', ' ', 'x', '<|end|>');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const fallback of ['none', 'answer-is', 'last-number'] as const) {
          const answer = extractAnswer(pieces.join(''), { fallback });
          if (answer !== null) expect(answer).toMatch(/^\S(?:[^]*\S)?$/);
        }
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  it.each(['\n', '\\boxed{', '\\boxed ', 'answer is ', '1,', '{', 'Question\n', '$'])('reads 100 kB of %j', (unit) => {
    const text = unit.repeat(Math.ceil(100_000 / unit.length));
    // A pattern that takes quadratic time here would run into the test's time limit.
    for (const fallback of ['none', 'last-number'] as const)
      expect(() => extractAnswer(text, { fallback })).not.toThrow();
  });
});
