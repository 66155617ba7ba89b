import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from '../../../../src/app/kit/charts/decimate';

describe('decimate', () => {
  it('keeps a spike of one token among two thousand', () => {
    const values = new Float32Array(2000).fill(0.1);
    values[1357] = 2.9;
    const { max, min, count } = decimate(values, 2000, 2000, 300);
    expect(count).toBe(300);
    const at = Math.floor((1357 * 300) / 2000);
    expect(max[at]).toBeCloseTo(2.9, 5);
    expect(min[at]).toBeCloseTo(0.1, 5);
    expect([...max].filter((value) => value > 1)).toHaveLength(1);
  });

  it('spreads a token over several columns when there are more columns than steps', () => {
    const { max, count } = decimate(Float32Array.of(1, 2, 3), 3, 4, 8);
    expect([...max]).toEqual([1, 1, 2, 2, 3, 3]);
    expect(count).toBe(6);
  });

  it('has no column for a path without tokens', () => {
    expect(decimate(new Float32Array(10), 0, 100, 50).count).toBe(0);
  });

  it('leaves out no token and invents none, whatever the sizes', () => {
    const sizes = fc.record({
      values: fc.array(fc.float({ min: 0, max: 3, noNaN: true }), { minLength: 1, maxLength: 300 }),
      spare: fc.integer({ min: 0, max: 100 }),
      columns: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(sizes, ({ values, spare, columns }) => {
        const array = Float32Array.from(values);
        const { max, min, count } = decimate(array, values.length, values.length + spare, columns);
        expect(Math.max(...max)).toBe(Math.max(...array));
        expect(Math.min(...min)).toBe(Math.min(...array));
        expect(count).toBeLessThanOrEqual(columns);
      }),
      { seed: 7 },
    );
  });
});
