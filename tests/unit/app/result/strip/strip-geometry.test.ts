import { describe, expect, it } from 'vitest';
import { bandSegments, stripGeometry, weightY } from '../../../../../src/app/result/strip/strip-layout';
import {
  axisBreak,
  nextStop,
  snapTo,
  stripDomain,
  stripScale,
  stripTicks,
} from '../../../../../src/app/result/strip/strip-scale';

describe('stripDomain', () => {
  it('leaves air around the paths', () => {
    const [low, high] = stripDomain([0.3, 0.8], false);
    expect(low).toBeCloseTo(0.26);
    expect(high).toBeCloseTo(0.84);
  });

  it('does not blow up differences that are none', () => {
    const [low, high] = stripDomain([0.4, 0.4003], false);
    expect(high - low).toBeGreaterThan(0.02);
  });

  it('moves in tenths only while the run goes on', () => {
    expect(stripDomain([0.31, 0.52], true)).toEqual(stripDomain([0.33, 0.54], true));
    expect(stripDomain([0.31], true)[1]).toBeGreaterThan(0.5);
  });

  it('has a range even without paths', () => {
    expect(stripDomain([], true)).toEqual([0, 1]);
  });
});

describe('a strip with an outlier', () => {
  const steady = [0.3, 0.31, 0.33, 0.34, 0.36];
  const outlier = [...steady, 1.9];

  it('has a broken axis where nothing lies, so that the others keep their room', () => {
    const gap = axisBreak(outlier, false);
    if (gap === null) throw new Error('The axis is not broken.');
    expect(gap.from).toBeGreaterThan(0.36);
    expect(gap.to).toBeLessThan(1.9);
    const x = stripScale(stripDomain(outlier, false, gap), 2, 502, gap);
    expect(x(0.36) - x(0.3)).toBeGreaterThan(150);
    expect(x(1.9)).toBeLessThanOrEqual(502);
    for (const value of outlier) expect(x.invert(x(value))).toBeCloseTo(value);
    for (const { value } of stripTicks(x, 60)) expect(value <= gap.from || value >= gap.to).toBe(true);
  });

  it('keeps a whole axis while paths are written, and where no gap stands out', () => {
    expect(axisBreak(outlier, true)).toBeNull();
    expect(axisBreak(steady, false)).toBeNull();
    expect(axisBreak([0.1, 0.4, 0.7, 1], false)).toBeNull();
    expect(axisBreak([0.1, 1], false)).toBeNull();
  });
});

describe('the gate handle', () => {
  const stops = [0.3, 0.41, 0.62];

  it('snaps to a path nearby and nowhere else', () => {
    expect(snapTo(0.405, stops, 0.01)).toBe(0.41);
    expect(snapTo(0.5, stops, 0.01)).toBe(0.5);
    expect(snapTo(0.409, [0.4, 0.41], 0.02)).toBe(0.41);
  });

  it('goes from path to path by key, and stays at the ends', () => {
    expect(nextStop(0.5, stops, 1)).toBe(0.62);
    expect(nextStop(0.5, stops, -1)).toBe(0.41);
    expect(nextStop(0.41, stops, -1)).toBe(0.3);
    expect(nextStop(0.3, stops, -1)).toBe(0.3);
    expect(nextStop(0.62, stops, 1)).toBe(0.62);
  });
});

describe('the band', () => {
  const geometry = stripGeometry(500, 1, false);
  const x = stripScale([0.2, 0.9], geometry.left, geometry.right);
  const flips = [
    { from: -Infinity, to: 0.3, group: null },
    { from: 0.3, to: 0.41, group: 1 },
    { from: 0.41, to: Infinity, group: 0 },
  ];

  it('has a piece a winner, none where nobody would be left, and marks the one that the gate is in', () => {
    const segments = bandSegments(flips, x, geometry, 0.41);
    expect(segments.map(({ group, current }) => [group, current])).toEqual([
      [1, false],
      [0, true],
    ]);
    expect(segments[0]?.x).toBeCloseTo(x(0.3));
    expect((segments[1]?.x ?? 0) + (segments[1]?.width ?? 0)).toBe(500);
  });
});

describe('weightY', () => {
  it('lies on the floor for no weight and below the top edge for the heaviest', () => {
    const geometry = stripGeometry(500, 1, false);
    expect(weightY(0, 4.4, geometry)).toBe(geometry.floor);
    expect(weightY(4.4, 4.4, geometry)).toBeGreaterThan(geometry.top);
    expect(weightY(4.4, 4.4, geometry)).toBeLessThan(geometry.floor - 20);
  });
});
