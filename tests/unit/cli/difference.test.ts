import { describe, expect, it } from 'vitest';
import { differenceOf, logprobOf, worstOf } from '../../../src/cli/difference';

describe('differenceOf', () => {
  it('gives the largest absolute and the relative L2 difference', () => {
    expect(differenceOf([3, 4.5], [3, 4])).toEqual({ maxAbs: 0.5, relL2: 0.1 });
    expect(differenceOf(Float32Array.of(0, 0), [0, 0])).toEqual({ maxAbs: 0, relL2: 0 });
  });

  it('never lets NaN pass, wherever it stands', () => {
    for (const computed of [
      [NaN, 4],
      [3, NaN],
    ]) {
      const { maxAbs, relL2 } = differenceOf(computed, [3, 4]);
      expect([maxAbs <= 1e9, relL2 <= 1e9]).toEqual([false, false]);
    }
  });

  it('refuses lists of different lengths', () => {
    expect(() => differenceOf([1], [1, 2])).toThrow('1 numbers cannot be compared to 2.');
  });
});

describe('logprobOf', () => {
  it('is the log of the softmax, also for huge logits', () => {
    expect(logprobOf(Float32Array.of(0, Math.log(3)), 1)).toBeCloseTo(Math.log(0.75), 6);
    expect(logprobOf(Float32Array.of(1e30, 1e30), 0)).toBeCloseTo(-Math.log(2), 6);
  });
});

it('takes the worst of each figure, NaN above all', () => {
  expect(
    worstOf([
      { maxAbs: 1, relL2: 4 },
      { maxAbs: 3, relL2: 2 },
    ]),
  ).toEqual({ maxAbs: 3, relL2: 4 });
  expect(
    worstOf([
      { maxAbs: 1, relL2: NaN },
      { maxAbs: 3, relL2: 2 },
    ]),
  ).toEqual({ maxAbs: 3, relL2: NaN });
});
