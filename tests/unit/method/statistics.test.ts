import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elect } from '../../../src/method/rules';
import {
  accuracyAt,
  bootstrapInterval,
  discrimination,
  mcnemar,
  passAtK,
  pooledDiscrimination,
  wilsonInterval,
} from '../../../src/method/statistics';
import { majorityAt } from '../../../src/method/majority-at';
import { subsets } from '../../../src/method/subsets';
import golden from './rules.golden.json';

describe('pass@k, discrimination and the bootstrap', () => {
  it('pass@k is the share of k-subsets with a right path', () => {
    // 5 paths, 2 right: of the 10 pairs, 3 are all wrong.
    expect(passAtK(5, 2, 2)).toBeCloseTo(0.7, 12);
    expect(() => passAtK(4, 1, 5)).toThrow(RangeError);
  });

  it('discrimination counts the pairs in which the right path is steadier, ties half', () => {
    const paths = [
      { group: 0, stability: 0.1, correct: true },
      { group: 0, stability: 0.3, correct: true },
      { group: 1, stability: 0.3, correct: false },
      { group: 2, stability: 0.2, correct: false },
      { group: null, stability: 0.9, correct: false },
      { group: 0, stability: null, correct: true },
    ];
    expect(discrimination(paths)).toEqual({ above: 2.5, pairs: 4 });
    expect(discrimination(paths.slice(0, 2))).toEqual({ above: 0, pairs: 0 });
    const problems = [discrimination(paths), { above: 1, pairs: 1 }];
    expect(pooledDiscrimination(problems)).toEqual({ share: 0.7, pairs: 5 });
    expect(pooledDiscrimination([{ above: 0, pairs: 0 }])).toBeNull();
  });

  it('a bootstrap interval is seeded, holds the mean, and is as wide as theory says', () => {
    const hits = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const mean = (sample: readonly number[]): number => sample.reduce((sum, x) => sum + x, 0) / sample.length;
    const interval = bootstrapInterval(hits, mean, { seed: 4, resamples: 1000 });
    expect(bootstrapInterval(hits, mean, { seed: 4, resamples: 1000 })).toEqual(interval);
    const halfWidth = 1.96 * Math.sqrt((0.25 * 0.75) / 400);
    expect(interval.low).toBeCloseTo(0.25 - halfWidth, 2);
    expect(interval.high).toBeCloseTo(0.25 + halfWidth, 2);
    expect(() => bootstrapInterval([], mean)).toThrow(RangeError);
  });
});

describe('mcnemar', () => {
  it.each(golden.mcnemar)('only the first right on %i problems, only the second on %i: p = %f', (first, second, p) => {
    expect(mcnemar(first ?? NaN, second ?? NaN)).toBeCloseTo(p ?? NaN, 12);
    expect(mcnemar(second ?? NaN, first ?? NaN)).toBeCloseTo(p ?? NaN, 12);
  });

  it('stays a probability where 2^−n underflows, and wants counts', () => {
    expect(mcnemar(1000, 1000)).toBe(1);
    expect(mcnemar(1100, 900)).toBeGreaterThan(0);
    expect(() => mcnemar(-1, 2)).toThrow(RangeError);
    expect(() => mcnemar(0.5, 2)).toThrow(RangeError);
  });
});

describe('wilsonInterval', () => {
  // R's binom::binom.wilson.
  it.each([
    [11, 16, 0.444, 0.858],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [50, 100, 0.4038, 0.5962],
  ])('%i of %i: %f to %f', (hits, trials, low, high) => {
    const interval = wilsonInterval(hits, trials);
    expect(Math.abs(interval.low - low)).toBeLessThan(5e-4);
    expect(Math.abs(interval.high - high)).toBeLessThan(5e-4);
  });

  it('wants hits among trials', () => {
    expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  });
});

describe('accuracyAt', () => {
  /** Three of four paths are right. */
  const problem = [0, 0, 1, 0].map((group) => ({ group, correct: group === 0 }));
  const majorityIsRight = (sample: readonly { group: number }[]) => elect('majority', sample)?.group === 0;

  it('takes sets without replacement, so that all recorded paths give what was recorded', () => {
    const at = (size: number) => accuracyAt([problem], size, majorityIsRight).value;
    expect([1, 3, 4].map(at)).toEqual([0.75, 1, 1]);
    // Of the sets of two, three hold the wrong path; in one of those it is seen first.
    expect(at(2)).toBeCloseTo(5 / 6, 12);
  });

  it('draws sets where there are too many, all equally likely and the same for the same seed', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ group: Number(i % 4 === 0) }));
    const at = (seed: number, most: number) => accuracyAt([many], 1, majorityIsRight, { seed, most }).value;
    expect(at(3, 30)).toBe(at(3, 30));
    expect(subsets(40, 20, { seed: 3 })).not.toEqual(subsets(40, 20, { seed: 4 }));
    const seen = subsets(40, 20, { seed: 3, most: 2000 }).flat();
    for (const item of [0, 17, 39]) {
      expect(Math.abs(seen.filter((one) => one === item).length / 2000 - 0.5)).toBeLessThan(0.05);
    }
  });

  it('has an interval over problems', () => {
    const sure = [{ group: 0 }];
    const hopeless = [{ group: 1 }];
    const mixed = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? sure : hopeless));
    const { value, low, high } = accuracyAt(mixed, 1, majorityIsRight);
    expect(value).toBe(0.5);
    // The standard error of 100 coin flips is 0.05.
    expect(Math.abs(low - 0.4)).toBeLessThan(0.03);
    expect(Math.abs(high - 0.6)).toBeLessThan(0.03);
  });

  it('wants enough paths', () => {
    expect(() => accuracyAt([], 1, majorityIsRight)).toThrow('There is nothing to resample.');
    expect(() => accuracyAt([problem], 5, majorityIsRight)).toThrow('There is no set of 5 of 4.');
    expect(() => majorityAt(problem, 5)).toThrow(RangeError);
  });
});

describe('majorityAt', () => {
  const anyPaths = fc
    .array(fc.record({ group: fc.option(fc.nat(3), { freq: 6 }), right: fc.nat(3) }), { minLength: 1, maxLength: 9 })
    .map((rows) => rows.map(({ group }) => ({ group, correct: group !== null && group === rows[0]?.right })));

  it('is the mean over every set of paths, in every order of the tied', () => {
    fc.assert(
      fc.property(anyPaths, fc.nat(8), (paths, at) => {
        const size = (at % paths.length) + 1;
        const sets = subsets(paths.length, size, { most: Infinity });
        const rates = sets.map((set) => {
          const heads = new Map<number, number>();
          const members = set.map((i) => paths[i]);
          const given = members.flatMap((one) => one?.group ?? []);
          for (const group of given) heads.set(group, (heads.get(group) ?? 0) + 1);
          const winners = [...heads].filter(([, count]) => count === Math.max(...heads.values()));
          const right = winners.filter(([group]) => paths.some((path) => path.group === group && path.correct));
          return winners.length === 0 ? 0 : right.length / winners.length;
        });
        const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
        expect(majorityAt(paths, size)).toBeCloseTo(mean, 10);
      }),
      { seed: 11 },
    );
  });

  it('of one path is pass@1, of none with an answer 0', () => {
    const paths = [0, 0, 1, null].map((group) => ({ group, correct: group === 0 }));
    expect(majorityAt(paths, 1)).toBeCloseTo(passAtK(4, 2, 1), 12);
    expect(majorityAt([{ group: null }], 1)).toBe(0);
  });

  it('takes as many paths as a run can have', () => {
    const paths = Array.from({ length: 64 }, (_, i) => ({ group: i % 5, correct: i % 5 === 0 }));
    const chance = majorityAt(paths, 32);
    expect(chance).toBeGreaterThan(0.2);
    expect(chance).toBeLessThan(0.4);
  });
});
