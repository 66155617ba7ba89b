import { describe, expect, it } from 'vitest';
import { gateThreshold, percentile } from '../../../src/method/gate';

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
