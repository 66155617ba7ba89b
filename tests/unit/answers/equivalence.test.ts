import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areEquivalent } from '../../../src/answers/equivalence';

const areSame = (a: string, b: string): boolean => areEquivalent(a, b, { policy: 'strict' });

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
    expect(areSame(a, b)).toBe(true);
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
    expect(areSame(a, b)).toBe(false);
  });

  it('is exact on every way of writing a fraction', () => {
    fc.assert(
      fc.property(fc.bigInt(-9999n, 9999n), fc.bigInt(1n, 999n), fc.bigInt(1n, 50n), (top, bottom, factor) => {
        const plain = `${top}/${bottom}`;
        expect(areSame(`\\frac{${top * factor}}{${bottom * factor}}`, plain)).toBe(true);
        expect(areSame(`${-top}/-${bottom}`, plain)).toBe(true);
        expect(areSame(`${top + bottom}/${bottom}`, plain)).toBe(false);
      }),
      { seed: 7 },
    );
  });
});
