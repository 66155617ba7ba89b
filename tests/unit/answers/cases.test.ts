import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Comparison, MAX_WORK } from '../../../src/answers/compare/compare';
import { areEquivalent, meaningOf } from '../../../src/answers/equivalence';
import { HOSTILE_PAIRS } from '../../fixtures/answers-hostile';

interface Case {
  readonly gold: string;
  readonly pred: string;
  /** By the lenient policy. */
  readonly equal: boolean;
  readonly strict: boolean;
  readonly kind: string;
}

const file = new URL('../../fixtures/answers-cases.jsonl', import.meta.url);
const cases = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

describe.each([...new Set(cases.map(({ kind }) => kind))])('answers of the kind "%s"', (kind) => {
  it.each(cases.filter((one) => one.kind === kind))('$gold, $pred', ({ gold, pred, equal, strict }) => {
    expect(areEquivalent(gold, pred)).toBe(equal);
    expect(areEquivalent(pred, gold)).toBe(equal);
    expect(areEquivalent(gold, pred, { policy: 'strict' })).toBe(strict);
    expect(areEquivalent(pred, gold, { policy: 'strict' })).toBe(strict);
    // Another spelling of the same text must not lean on the two strings being one.
    expect(areEquivalent(gold, ` ${gold} `, { policy: 'strict' })).toBe(true);
  });
});

const DEPTH = 10_000;
const NESTS: readonly (readonly [open: string, close: string])[] = [
  ['(', ')'], ['[', ']'], ['\\{', '\\}'], ['{', '}'], ['|', '|'], ['\\left|', '\\right|'], ['\\sqrt{', '}'], ['\\frac{1}{', '}'], ['x^{', '}'],
  ['x_{', '}'], ['-', ''], ['\\neg ', ''], ['\\forall x ', ''], ['p\\to ', ''], ['x=', ''], ['x\\cup ', ''], ['1:', ''], ['f(', ')'], ['C(', ',1)'],
  ['\\sin ', ''], ['\\lfloor ', '\\rfloor '], ['\\sum_{k=1}^{n}', ''], ['\\begin{cases}', '\\end{cases}'], ['\\begin{pmatrix}', '\\end{pmatrix}'],
  ['\\text{', '}'], ['\\boxed{', '}'], ['\\overline{', '}'], ['x if ', ''], ['1+', ''], ['2\\cdot ', ''], ['\\pm ', ''], ['x\\circ ', ''],
]; // prettier-ignore

describe('things nested 10,000 deep', () => {
  it.each(NESTS)('%s … %s', (open, close) => {
    for (const depth of [DEPTH, 300, 60]) {
      const of = (inside: string): string => open.repeat(depth) + inside + close.repeat(depth);
      for (const policy of ['strict', 'lenient'] as const) {
        const errors: unknown[] = [];
        areEquivalent(of('x'), of('y'), { policy }, (error) => errors.push(error));
        expect(errors).toEqual([]);
        expect(areEquivalent(of('x'), ` ${of('x')}`, { policy })).toBe(true);
      }
    }
  });
});

describe('hostile answers', () => {
  it('are at least 75 pairs', () => expect(HOSTILE_PAIRS.length).toBeGreaterThanOrEqual(75));

  it.each(HOSTILE_PAIRS.map(([a, b]) => ({ a, b, name: `${a.slice(0, 40)} ≠ ${b.slice(0, 40)}` })))(
    '$name',
    ({ a, b }) => {
      for (const policy of ['strict', 'lenient'] as const) {
        expect(areEquivalent(a, b, { policy })).toBe(false);
        const [x, y] = [meaningOf(a), meaningOf(b)];
        if (x === null || y === null) continue;
        const comparison = new Comparison(policy);
        comparison.equal(x, y);
        // The step that goes beyond the limit is counted, and refused.
        expect(comparison.work).toBeLessThan(1.1 * MAX_WORK);
      }
    },
  );
});
