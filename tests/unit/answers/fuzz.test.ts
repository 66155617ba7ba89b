import { describe, expect, it } from 'vitest';
import { areEquivalent } from '../../../src/answers/equivalence';
import { GENERATORS, misjudged } from '../../fixtures/answers-generators';

const ROUNDS = 30;
const judged = new Map(
  Object.entries(GENERATORS).map(([name, generator]) => [name, () => misjudged(areEquivalent, generator, ROUNDS, 17)]),
);

describe('generated pairs: two forms of one meaning, and smallest changes of it', () => {
  let total = 0;

  it.each([...judged.keys()])('%s', (name) => {
    const result = judged.get(name)?.();
    total += result?.count ?? 0;
    expect(result?.wrong).toEqual([]);
  });

  it('are at least 3,000', () => expect(total).toBeGreaterThanOrEqual(3000));
});
