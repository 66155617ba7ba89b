import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areEquivalent } from '../../../src/answers/equivalence';
import { groupAnswers } from '../../../src/answers/group';
import { HOSTILE_PAIRS } from '../../fixtures/answers-hostile';

const strict = (a: string, b: string): boolean => areEquivalent(a, b, { policy: 'strict' });

/** Text made of the pieces that answers are made of, sensible or not. */
const fragment = fc.constantFrom(
  '1', '2', '0.5', 'x', 'y', '+', '-', '\\frac', '{', '}', '(', ')', '[', ']', ',', '\\sqrt', '^', '_', '=', '<', '\\pi', ' ',
  '\\text{cm}', '\\cup', '\\{', '\\}', '|', '%', '\\pm', '\\sin', '!', ':', '\\infty', '°', '.', 'i', '$', '\\\\', '&', 'or',
); // prettier-ignore
const soup = fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join(''));

/** An expression in x and y, fully bracketed. */
const expression = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('x', 'y', '1', '2', '3', '5', '\\frac{1}{2}', '\\pi', '\\sqrt{2}'),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a}+${b})`),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a}-${b})`),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a})(${b})`),
    fc.tuple(tie('tree'), fc.integer({ min: 2, max: 3 })).map(([a, n]) => `(${a})^{${n}}`),
  ),
})).tree;

/** Other ways of writing the same: each takes an expression's text and keeps its meaning. */
const rewrites: readonly ((text: string) => string)[] = [
  (e) => `\\left(${e}\\right)`,
  (e) => `$${e}$`,
  (e) => `-(-(${e}))`,
  (e) => `0+${e}`,
  (e) => `\\frac{2(${e})}{2}`,
  (e) => `(${e})+7-7`,
  (e) => `x+(${e})-x`,
  (e) => e.replaceAll('+', ' + ').replaceAll('\\frac', '\\dfrac'),
  (e) => `\\frac{(${e})(x^2+1)}{1+x^2}`,
  (e) => `(\\sqrt{3}-1)(\\sqrt{3}+1)\\cdot\\frac{${e}}{2}`,
];

/** Each changes what an expression means, whatever it is. */
const perturbations: readonly ((text: string) => string)[] = [
  (e) => `${e}+1`,
  (e) => `(${e})+x^7`,
  (e) => `(${e})-\\sqrt{3}`,
  (e) => `(${e})+\\frac{1}{1000000007}`,
  (e) => `\\{${e}\\}`,
  (e) => `(${e}, ${e})`,
];

describe('equivalence', () => {
  it('is reflexive and symmetric on anything', () => {
    fc.assert(
      fc.property(soup, soup, fc.constantFrom('strict', 'lenient'), (a, b, policy) => {
        expect(areEquivalent(a, b, { policy })).toBe(areEquivalent(b, a, { policy }));
        expect(areEquivalent(a, a, { policy })).toBe(true);
        if (areEquivalent(a, b, { policy: 'strict' })) expect(areEquivalent(a, b)).toBe(true);
      }),
      { seed: 11, numRuns: 400 },
    );
  });

  it('survives rewriting that keeps the meaning', () => {
    fc.assert(
      fc.property(expression, fc.constantFrom(...rewrites), fc.constantFrom(...rewrites), (e, first, second) => {
        expect(strict(e, second(first(e)))).toBe(true);
      }),
      { seed: 12, numRuns: 150 },
    );
  });

  it('notices every change of the meaning', () => {
    fc.assert(
      fc.property(
        expression,
        fc.constantFrom(...rewrites),
        fc.constantFrom(...perturbations),
        (e, rewrite, perturb) => {
          expect(strict(e, perturb(rewrite(e)))).toBe(false);
        },
      ),
      { seed: 13, numRuns: 150 },
    );
  });

  it('takes lists and sets in any order and tuples in theirs', () => {
    const items = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 5 }), (numbers, turn) => {
        const at = turn % numbers.length;
        const turned = [...numbers.slice(at), ...numbers.slice(0, at)];
        expect(strict(numbers.join(', '), turned.join(','))).toBe(true);
        expect(strict(`\\{${numbers.join(', ')}\\}`, `\\{${turned.join(',')}\\}`)).toBe(true);
        expect(strict(`(${numbers.join(', ')})`, `(${turned.join(', ')})`)).toBe(at === 0);
        expect(strict(numbers.join(','), [...numbers, 99].join(','))).toBe(false);
      }),
      { seed: 14 },
    );
  });
});

describe('grouping', () => {
  it('does not depend on the order, and is an equivalence that holds all equal pairs', () => {
    const forms = fc.constantFrom(
      '1/3', '0.33333333', '0.333333333', '\\frac13', 'x=\\frac13', '12\\text{ cm}', '12', '12 cm', '(x+1)^2', 'x^2+2x+1',
      '\\pm1', '1,-1', '\\{1,-1\\}', 'east', '\\text{East}', '\\sqrt8', '2\\sqrt2', '2.82842712', '50\\%', '0.5', '50',
    ); // prettier-ignore
    const answers = fc.array(fc.option(forms), { maxLength: 12 });
    fc.assert(
      fc.property(answers, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (list, ranks) => {
        const order = list.map((_, i) => i).sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
        const { groupOfPath } = groupAnswers(list);
        const shuffled = groupAnswers(order.map((i) => list[i] ?? null)).groupOfPath;
        for (const [p, i] of order.entries()) {
          for (const [q, j] of order.entries()) {
            expect(shuffled[p] === shuffled[q]).toBe(groupOfPath[i] === groupOfPath[j]);
            const [a, b] = [list[i], list[j]];
            if (a && b && strict(a, b)) expect(groupOfPath[i]).toBe(groupOfPath[j]);
          }
        }
      }),
      { seed: 15, numRuns: 60 },
    );
  });

  it('shows the most exact form', () => {
    const { groups } = groupAnswers(['0.333333333', '0.33333333', '\\frac13']);
    expect(groups).toEqual([{ group: 0, answer: '\\frac13', forms: ['0.333333333', '0.33333333', '\\frac13'] }]);
    expect(groupAnswers(['0.333333333', '0.33333333']).groups).toHaveLength(2);
  });

  it('keeps hostile answers apart', () => {
    const texts = HOSTILE_PAIRS.slice(0, 6).flat();
    expect(groupAnswers(texts).groups).toHaveLength(texts.length);
  });
});
