import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunningStability, stabilityOf } from '../../../src/method/stability';

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
