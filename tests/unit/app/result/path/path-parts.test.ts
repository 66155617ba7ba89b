import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathParts } from '../../../../../src/app/result/path/path-parts';

/** Parts as "plain", "⟨tex⟩" and "⟪display tex⟫". */
const shown = (text: string) =>
  pathParts(text).map(({ source, formula }) => {
    if (formula === null) return source;
    return formula.display ? `⟪${formula.tex}⟫` : `⟨${formula.tex}⟩`;
  });

describe('the text of a path', () => {
  it.each([
    ['We get \\(x = 3\\), so', ['We get ', '⟨x = 3⟩', ', so']],
    ['\\[ \\frac{1}{2} \\]', ['⟪ \\frac{1}{2} ⟫']],
    ['x=6\n\\boxed{6}', ['x=6\n', '⟨\\boxed{6}⟩']],
    [
      '$\\boxed{\\frac{1}{2}}$ and \\boxed{\\frac{1}{2}}',
      ['⟨\\boxed{\\frac{1}{2}}⟩', ' and ', '⟨\\boxed{\\frac{1}{2}}⟩'],
    ],
    // What a model has not closed yet.
    ['so \\(x =', ['so \\(x =']],
    ['so \\[x = $y$', ['so \\[x = ', '⟨y⟩']],
    ['\\boxed{\\frac{1}{2}', ['\\boxed{\\frac{1}{2}']],
    ['', []],
  ])('%j', (text, parts) => {
    expect(shown(text)).toEqual(parts);
  });

  it('is whole again when the parts are joined, whatever is written and marked', () => {
    const piece = fc.constantFrom(
      '\\(',
      '\\)',
      '\\[',
      '\\]',
      '$',
      '$$',
      '\\boxed{',
      '{',
      '}',
      ' ',
      'x',
      '\\',
      '5',
      '\n',
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.nat(40), fc.nat(40), fc.nat(40), (all, a, b, flag) => {
        const parts = pathParts(all, { marked: { from: Math.min(a, b), to: Math.max(a, b) }, flags: [flag, flag] });
        expect(parts.map(({ source }) => source).join('')).toBe(all);
        expect(parts.filter(({ flagged }) => flagged.length === 2)).toHaveLength(flag < all.length ? 1 : 0);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('is cut where a mark begins and ends; a formula is marked whole', () => {
    const text = 'abc $x+y$ def';
    const parts = pathParts(text, { marked: { from: 1, to: 6 }, flags: [11] });
    expect(parts.map(({ source, marked, flagged }) => [source, marked, flagged.length > 0])).toEqual([
      ['a', false, false],
      ['bc ', true, false],
      ['$x+y$', true, false],
      [' d', false, false],
      ['ef', false, true],
    ]);
  });
});
