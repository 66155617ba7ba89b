import { describe, expect, it } from 'vitest';
import { nearestStep, peakStep, stepExtent, stepTicks } from '../../../../src/app/kit/charts/steps';

describe('stepExtent', () => {
  it('fits the longest path of a run that has ended, with a tenth to spare at most, never more than the limit', () => {
    expect(stepExtent(7, 256, false)).toBe(7);
    expect(stepExtent(84, 256, false)).toBe(85);
    expect(stepExtent(100, 256, false)).toBe(100);
    expect(stepExtent(101, 256, false)).toBe(110);
    expect(stepExtent(256, 256, false)).toBe(256);
    expect(stepExtent(9000, 10_000, false)).toBe(9000);
    for (let longest = 1; longest < 2000; longest++) {
      const extent = stepExtent(longest, 4096, false);
      expect(extent).toBeGreaterThanOrEqual(longest);
      expect(extent).toBeLessThanOrEqual(1.1 * longest);
    }
  });

  it('starts a run on an axis that does not leap at once', () => {
    expect(stepExtent(1, 256, true)).toBe(100);
    expect(stepExtent(1, 40, true)).toBe(40);
  });
});

describe('stepTicks', () => {
  it('has both ends, and no label in the way of the last one', () => {
    const ticks = stepTicks(150, 658, 80);
    expect(ticks[0]).toEqual({ step: 0, anchor: 'start' });
    expect(ticks.at(-1)).toEqual({ step: 150, anchor: 'end' });
    for (const { step } of ticks.slice(0, -1)) expect(((150 - step) / 150) * 658).toBeGreaterThan(80);
  });
});

describe('nearestStep', () => {
  it('is the token whose cell holds x', () => {
    expect(nearestStep(0, 600, 100, 84)).toBe(0);
    expect(nearestStep(5.9, 600, 100, 84)).toBe(0);
    expect(nearestStep(6, 600, 100, 84)).toBe(1);
    expect(nearestStep(83.5 * 6, 600, 100, 84)).toBe(83);
  });

  it('is the first or the last token beside the text', () => {
    expect(nearestStep(-5, 600, 100, 84)).toBe(0);
    expect(nearestStep(590, 600, 100, 84)).toBe(83);
  });

  it('is none for a path without tokens, and while the column has no width', () => {
    expect(nearestStep(5, 600, 100, 0)).toBeNull();
    expect(nearestStep(5, 0, 100, 84)).toBeNull();
  });
});

describe('peakStep', () => {
  it('is the first of the highest written values', () => {
    expect(peakStep(Float32Array.of(1, 3, 2, 3, 9), 4)).toBe(1);
    expect(peakStep(new Float32Array(3), 0)).toBeNull();
  });
});
