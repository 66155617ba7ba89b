import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupAnswers } from '../../../src/answers/group';

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
