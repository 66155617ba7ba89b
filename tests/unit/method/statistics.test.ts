import { describe, expect, it } from 'vitest';
import { elect } from '../../../src/method/rules';
import { accuracyAt, mcnemar, wilsonInterval } from '../../../src/method/statistics';
import golden from './rules.golden.json';

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
