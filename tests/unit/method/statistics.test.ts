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
    expect(discrimination(paths)).toEqual({ steadier: 2.5, pairs: 4 });
    expect(discrimination(paths.slice(0, 2))).toEqual({ steadier: 0, pairs: 0 });
    const problems = [discrimination(paths), { steadier: 1, pairs: 1 }];
    expect(pooledDiscrimination(problems)).toEqual({ share: 0.7, pairs: 5 });
    expect(pooledDiscrimination([{ steadier: 0, pairs: 0 }])).toBeNull();
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
  /** Three of four paths are right, so majority of N drawn paths is right with a binomial chance. */
  const problem = [0, 0, 1, 0].map((group) => ({ group }));
  const majorityIsRight = (sample: readonly { group: number }[]) => elect('majority', sample)?.group === 0;

  it('is the chance of a right vote of N drawn paths', () => {
    const at = (size: number) => accuracyAt([problem], size, majorityIsRight, { draws: 20_000, resamples: 1 }).value;
    // C(3,2)·0.75²·0.25 + 0.75³
    expect(Math.abs(at(3) - 0.84375)).toBeLessThan(0.01);
    expect(Math.abs(at(1) - 0.75)).toBeLessThan(0.01);
  });

  it('has an interval that knows of problems and of draws', () => {
    const sure = [{ group: 0 }];
    const hopeless = [{ group: 1 }];
    const mixed = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? sure : hopeless));
    const { value, low, high } = accuracyAt(mixed, 4, majorityIsRight);
    expect(value).toBe(0.5);
    // The standard error of 100 coin flips is 0.05.
    expect(Math.abs(low - 0.4)).toBeLessThan(0.03);
    expect(Math.abs(high - 0.6)).toBeLessThan(0.03);
    expect(accuracyAt([sure, sure], 4, majorityIsRight)).toEqual({ value: 1, low: 1, high: 1 });
  });

  it('is the same for the same seed, and another for another', () => {
    const run = (seed: number) => accuracyAt([problem, problem], 2, majorityIsRight, { seed });
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
  });

  it('wants paths', () => {
    expect(() => accuracyAt([], 1, majorityIsRight)).toThrow('There is nothing to resample.');
    expect(() => accuracyAt([problem, []], 1, majorityIsRight)).toThrow(RangeError);
  });
});
