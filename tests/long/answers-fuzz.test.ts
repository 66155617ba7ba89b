import { describe, expect, it } from 'vitest';
import { areEquivalent } from '../../src/answers/equivalence';
import { GENERATORS, misjudged } from '../fixtures/answers-generators';

const ROUNDS = 900;

describe('generated pairs: two forms of one meaning, and smallest changes of it', () => {
  let total = 0;

  it.each(Object.entries(GENERATORS))('%s', (_, generator) => {
    const { count, wrong } = misjudged(areEquivalent, generator, ROUNDS, 1_000_003);
    total += count;
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it('are at least 100,000', () => expect(total).toBeGreaterThanOrEqual(100_000));
});
