import { describe, expect, it } from 'vitest';
import { mulberry32 } from '../../../src/method/random';
import { agreement, normalQuantile, softnessOf } from '../../../src/method/softness';

describe('the softness that a signal deserves', () => {
  it('knows the quantiles of the normal distribution', () => {
    // statistics.NormalDist().inv_cdf of Python.
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 8);
    expect(normalQuantile(0.69)).toBeCloseTo(0.4958503473474533, 8);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 8);
    expect(() => normalQuantile(1)).toThrow(RangeError);
  });

  it('is 2/d: sharp for a signal that separates, a plain count for one that does not', () => {
    // Two normal distributions one spread apart: AUC = Φ(1/√2) = 0.7602.
    expect(softnessOf({ above: 76.02499389065233, pairs: 100 })).toBeCloseTo(2, 6);
    expect(softnessOf({ above: 97, pairs: 100 })).toBeCloseTo(0.7519, 3);
    expect(softnessOf({ above: 50, pairs: 100 })).toBe(Infinity);
    expect(softnessOf({ above: 3, pairs: 100 })).toBe(Infinity);
    expect(softnessOf({ above: 0, pairs: 0 })).toBe(Infinity);
    expect(softnessOf({ above: 100, pairs: 100 })).toBeLessThan(0.6);
  });

  it('compares paths that agree with the majority with those that do not', () => {
    const path = (group: number | null, signal: number) => ({ group, signal });
    expect(agreement([path(0, 3), path(0, 1), path(1, 2), path(null, 9)])).toEqual({ above: 1, pairs: 2 });
    expect(agreement([path(0, 1), path(1, 1)])).toEqual({ above: 0.5, pairs: 1 });
    expect(agreement([path(null, 1)])).toEqual({ above: 0, pairs: 0 });
  });

  it('finds the distance of two normal distributions from many problems, without labels', () => {
    const random = mulberry32(5);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let [above, pairs] = [0, 0];
    for (let problem = 0; problem < 400; problem++) {
      const paths = Array.from({ length: 16 }, (_, i) => ({
        group: Number(i > 9),
        signal: normal() + (i > 9 ? 0 : 1.5),
      }));
      const one = agreement(paths);
      [above, pairs] = [above + one.above, pairs + one.pairs];
    }
    expect(softnessOf({ above, pairs })).toBeCloseTo(2 / 1.5, 1);
  });
});
