import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topKEntropy } from '../../../src/method/entropy';
import { gateThreshold, percentile } from '../../../src/method/gate';
import { RunningStability, stabilityOf } from '../../../src/method/stability';
import { bootstrapInterval, discrimination, passAtK, pooledDiscrimination } from '../../../src/method/statistics';

const logits = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 100 });

describe('topKEntropy', () => {
  it('stays within 0 and ln K, whatever is added to all logits', () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: 1, max: 64 }), (row, k) => {
        const entropy = topKEntropy(row, k);
        expect(entropy).toBeGreaterThanOrEqual(-1e-12);
        expect(entropy).toBeLessThanOrEqual(Math.log(Math.min(k, row.length)) + 1e-8);
        expect(
          topKEntropy(
            row.map((logit) => logit + 8),
            k,
          ),
        ).toBeCloseTo(entropy, 9);
        expect(topKEntropy([...row].reverse(), k)).toBe(entropy);
      }),
      { seed: 5 },
    );
  });

  it('is ln K where K logits are level, and next to 0 where one towers', () => {
    expect(topKEntropy(new Float32Array(300), 20)).toBeCloseTo(Math.log(20), 12);
    // 19 floored probabilities of 1e-10 remain.
    expect(topKEntropy([100, ...new Array<number>(30).fill(-100)], 20)).toBeCloseTo(19 * 1e-10 * Math.log(1e10), 12);
  });

  it('refuses what is no number', () => {
    expect(() => topKEntropy([0, NaN, 1], 2)).toThrow('Logit 1 is NaN.');
    expect(() => topKEntropy([0, 1, Infinity], 2)).toThrow('Logit 2 is Infinity.');
    expect(() => topKEntropy([-Infinity, 1], 1)).toThrow(RangeError);
    expect(() => topKEntropy([0, 1], 0)).toThrow('K should be a whole number above 0, but is 0.');
  });
});

describe('stability', () => {
  it('is the population standard deviation, online', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 1, maxLength: 300 }), (values) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
        const running = new RunningStability();
        for (const value of values) running.add(value);
        expect(running.mean).toBeCloseTo(mean, 9);
        expect(running.stability).toBeCloseTo(Math.sqrt(variance), 6);
      }),
      { seed: 6 },
    );
  });

  it('does not exist without tokens, and is 0 for one', () => {
    expect(stabilityOf([])).toBeNull();
    expect(new RunningStability().mean).toBeNull();
    expect(stabilityOf([1.3])).toBe(0);
  });
});

describe('percentile', () => {
  it("interpolates as numpy's default does", () => {
    expect(percentile([4, 1, 3, 2], 50)).toBe(2.5);
    expect(percentile([1, 2, 3, 4, 5], 80)).toBeCloseTo(4.2, 12);
    expect(percentile([7], 80)).toBe(7);
  });

  it('is a member of the pool wherever the position is whole', () => {
    for (const size of [6, 11, 16, 21, 31, 61]) {
      const values = Array.from({ length: size }, (_, i) => i / 10);
      expect(values).toContain(percentile(values, 80));
    }
  });

  it('exists for values and percentages only', () => {
    expect(() => percentile([], 80)).toThrow(RangeError);
    expect(() => percentile([1], 101)).toThrow(RangeError);
    expect(gateThreshold([1, 2, 3, 4], 80)).toBeNull();
    expect(gateThreshold([1, 2, 3, 4, 5], 80)).toBeCloseTo(4.2, 12);
  });
});

describe('statistics', () => {
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
