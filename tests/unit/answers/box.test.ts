import { describe, expect, it } from 'vitest';
import { extractAnswer } from '../../../src/answers/read/extract';

describe('extractAnswer', () => {
  it.each([
    ['So x = \\boxed{42}.', '42'],
    ['\\boxed{1} or rather \\boxed{ 2 }', '2'],
    ['\\boxed{\\frac{1}{2}}', '\\frac{1}{2}'],
    ['\\fbox{7}', '7'],
    ['\\boxed{3} then \\fbox{4}', '4'],
    ['\\boxed {5}', '5'],
    ['\\boxed{\\boxed{6}}', '6'],
    ['\\boxed{\\{1, 2\\}}', '\\{1, 2\\}'],
    ['\\boxed{\\left\\{ x \\right.}', '\\left\\{ x \\right.'],
    ['no box', null],
    ['\\boxed{}', null],
    ['\\boxed{12} but \\boxed{  }', null],
    ['\\boxed{12} but \\boxed{1', null],
    ['\\boxed{\\frac{1}{2}', null],
    ['\\boxed{1\\}', null],
    ['\\boxed', null],
    ['', null],
  ])('%j → %j', (text, answer) => {
    expect(extractAnswer(text)).toBe(answer);
  });

  it('says nothing before the box is closed, and the same ever after', () => {
    const text = 'x = 4\n\\boxed{\\frac{1}{4}} is it.';
    const closed = text.indexOf('}} ') + 2;
    for (let end = 0; end <= text.length; end++) {
      expect(extractAnswer(text.slice(0, end))).toBe(end < closed ? null : '\\frac{1}{4}');
    }
  });
});
