import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areEquivalent, canonicalAnswer } from '../../../src/answers/canonical';
import { extractAnswer } from '../../../src/answers/extract';
import { groupAnswers } from '../../../src/answers/group';

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

describe('equivalence of answers', () => {
  it.each([
    ['1/2', '\\frac{1}{2}'],
    ['1/2', '0.50'],
    ['\\dfrac{2}{4}', '\\frac12'],
    ['-\\frac{1}{2}', '\\frac{1}{-2}'],
    ['-1/2', '-.5'],
    ['+7', '7'],
    ['1,234', '1234'],
    ['1{,}234.0', '1234'],
    ['$42$.', '42'],
    ['\\( 3 \\)', '3'],
    ['−4', '-4'],
    ['-0', '0'],
    ['x + 1', 'x+1'],
    ['16\\,384', '16384'],
  ])('%s = %s', (a, b) => {
    expect(areEquivalent(a, b)).toBe(true);
  });

  it.each([
    ['1/2', '2'],
    ['12', '1,2'],
    ['0.3333', '1/3'],
    ['1/0', '2/0'],
    ['(1,2)', '12'],
    ['x', 'X'],
    ['', '0'],
    ['.', '0'],
    ['-', '0'],
    ['9007199254740993', '9007199254740992'],
    ['1,23', '123'],
  ])('%s ≠ %s', (a, b) => {
    expect(areEquivalent(a, b)).toBe(false);
  });

  it('is exact on every way of writing a fraction', () => {
    fc.assert(
      fc.property(fc.bigInt(-9999n, 9999n), fc.bigInt(1n, 999n), fc.bigInt(1n, 50n), (top, bottom, factor) => {
        const plain = canonicalAnswer(`${top}/${bottom}`);
        expect(canonicalAnswer(`\\frac{${top * factor}}{${bottom * factor}}`)).toBe(plain);
        expect(canonicalAnswer(`${-top}/-${bottom}`)).toBe(plain);
        expect(canonicalAnswer(`${top + bottom}/${bottom}`)).not.toBe(plain);
      }),
      { seed: 7 },
    );
  });

  it('leaves an absurdly long number as text', () => {
    expect(canonicalAnswer('9'.repeat(5000))).toBe(`text ${'9'.repeat(5000)}`);
  });
});

describe('groupAnswers', () => {
  it('numbers groups in order of first sight and keeps every form', () => {
    expect(groupAnswers(['0.5', null, '3', '1/2', '3', '\\frac12'])).toEqual({
      groupOfPath: [0, null, 1, 0, 1, 0],
      groups: [
        { group: 0, answer: '0.5', forms: ['0.5', '1/2', '\\frac12'] },
        { group: 1, answer: '3', forms: ['3'] },
      ],
    });
  });

  it('puts the same answers together in any order', () => {
    const form = fc.constantFrom(
      '1/2',
      '0.5',
      '\\frac{2}{4}',
      '2',
      '2.0',
      '+2',
      'x',
      ' x',
      'x.',
      '1,000',
      '1000',
      null,
    );
    fc.assert(
      fc.property(fc.array(form, { maxLength: 20 }), (answers) => {
        const forward = groupAnswers(answers).groupOfPath;
        const backward = [...groupAnswers([...answers].reverse()).groupOfPath].reverse();
        for (const [i, a] of forward.entries()) {
          for (const [j, b] of forward.entries()) expect(a === b).toBe(backward[i] === backward[j]);
        }
      }),
      { seed: 8 },
    );
  });
});
