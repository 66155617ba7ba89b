import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topKEntropy } from '../../../src/method/entropy';

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

  it('is ln K for K equal logits, and near 0 where one is far larger', () => {
    expect(topKEntropy(new Float32Array(300), 20)).toBeCloseTo(Math.log(20), 12);
    // 19 floored probabilities of 1e-10 remain.
    expect(topKEntropy([100, ...new Array<number>(30).fill(-100)], 20)).toBeCloseTo(19 * 1e-10 * Math.log(1e10), 12);
  });

  it('refuses NaN, infinite logits and K below 1', () => {
    expect(() => topKEntropy([0, NaN, 1], 2)).toThrow('Logit 1 is NaN.');
    expect(() => topKEntropy([0, 1, Infinity], 2)).toThrow('Logit 2 is Infinity.');
    expect(() => topKEntropy([-Infinity, 1], 1)).toThrow(RangeError);
    expect(() => topKEntropy([0, 1], 0)).toThrow('K should be a whole number above 0, but is 0.');
  });
});
