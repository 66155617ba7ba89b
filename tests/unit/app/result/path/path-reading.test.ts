import { describe, expect, it } from 'vitest';
import { divergenceOf } from '../../../../../src/app/result/path/divergence';
import { arrangeRows } from '../../../../../src/app/result/overview/row-order';
import {
  rangeBetween,
  rangeStats,
  windowAt,
  windowWith,
  zoomedWindow,
} from '../../../../../src/app/result/path/step-range';
import { tintOf } from '../../../../../src/app/result/path/token-tint';
import { breakStep } from '../../../../../src/app/result/path/trace-break';
import { stabilityOf } from '../../../../../src/method/stability';
import { RunTrace, type PathTrace } from '../../../../../src/run/trace';
import { runOf } from '../run-of';

/** A path of these tokens; entropies and log-probabilities as told, in order. */
function pathOf(
  tokens: readonly number[],
  figures: Partial<Record<'entropy' | 'logprob' | 'confidence', number[]>> = {},
) {
  const path = new RunTrace(1, 64).paths[0];
  if (path === undefined) throw new Error('No path.');
  path.tokens.set(tokens);
  path.length = tokens.length;
  for (const name of ['entropy', 'logprob', 'confidence'] as const) path[name].set(figures[name] ?? []);
  return path;
}

describe('the order of rows', () => {
  const { rows } = runOf([
    ['12', 0.5],
    ['18', 0.9],
    [null, 0.1],
    ['12', 0.2],
    ['7', 0.3],
    ['18', 0.4],
    ['12', 0.35],
  ]);
  const paths = (...args: [Parameters<typeof arrangeRows>[1], Parameters<typeof arrangeRows>[2]]) =>
    arrangeRows(rows, ...args).map((row) => row.path);

  it('is that of sampling, of stability, or by answer: most heads first, each steadiest first, no answer last', () => {
    expect(paths('sampled', 'all')).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(paths('stability', 'all')).toEqual([2, 3, 4, 6, 5, 0, 1]);
    expect(paths('answer', 'all')).toEqual([3, 6, 0, 5, 1, 4, 2]);
    const lengths = rows.map((row, i) => ({ ...row, tokens: [5, 3, 9, 3, 1, 2, 4][i] ?? 0 }));
    expect(arrangeRows(lengths, 'length', 'all').map((row) => row.path)).toEqual([4, 5, 1, 3, 6, 0, 2]);
  });

  it('leaves out what does not pass the filter', () => {
    expect(paths('sampled', 'gated')).toEqual([1]);
    expect(paths('sampled', 'no-answer')).toEqual([2]);
    expect(paths('stability', 'kept')).toEqual([3, 4, 6, 5, 0]);
    expect(paths('stability', 'answer-1')).toEqual([5, 1]);
  });
});

describe('divergence', () => {
  it('is the first step with another token, or the one after the end of the shorter path', () => {
    expect(divergenceOf(pathOf([1, 2, 3, 4]), pathOf([1, 2, 9, 4]))).toBe(2);
    expect(divergenceOf(pathOf([1, 2]), pathOf([1, 2, 3]))).toBe(2);
    expect(divergenceOf(pathOf([1]), pathOf([2]))).toBe(0);
    expect(divergenceOf(pathOf([1, 2]), pathOf([1, 2]))).toBeNull();
  });
});

describe('where steadiness broke', () => {
  it('is the step after which the running s never comes back below the gate', () => {
    // Running s: 0, 0.5, 0.47, 0.43, 0.4, 0.37, 0.35 …, then the two spikes.
    const entropy = [1, 0, 0, 0, 0, 0, 0, 2, 2];
    const running = entropy.map((_, t) => stabilityOf(entropy.slice(0, t + 1)) ?? 0);
    expect(breakStep(entropy, entropy.length, 0.45)).toBe(7);
    expect(running[1]).toBeGreaterThan(0.45);
    expect(running[6]).toBeLessThan(0.45);
    expect(breakStep(entropy, entropy.length, 0.3)).toBe(1);
    expect(breakStep(entropy, 7, 0.45)).toBeNull();
    expect(breakStep(entropy, entropy.length, 5)).toBeNull();
  });
});

describe('a range of steps', () => {
  it('has the figures of its own tokens alone', () => {
    const entropy = [9, 1, 3, 2, 9];
    const path = pathOf([1, 2, 3, 4, 5], { entropy, logprob: [0, -1, -2, -3, 0] });
    const stats = rangeStats(path, rangeBetween(3, 1));
    expect(stats).toMatchObject({ first: 2, last: 4, tokens: 3, mean: 2, highest: 3, peak: 3 });
    expect(stats?.stability).toBeCloseTo(Math.sqrt(2 / 3), 6);
    expect(stats?.probability).toBeCloseTo(Math.exp(-2), 6);
    expect(rangeStats(path, { from: 3, to: 50 })).toMatchObject({ first: 4, last: 5, tokens: 2 });
    expect(rangeStats(path, { from: 5, to: 9 })).toBeNull();
  });

  it('is zoomed about a step that keeps its place, within the axis, down to eight steps', () => {
    const whole = windowAt(0, 100, 100);
    expect(whole).toEqual({ from: 0, to: 100 });
    expect(zoomedWindow(whole, 2, 40, 100)).toEqual({ from: 20, to: 70 });
    expect(zoomedWindow(whole, 2, 99, 100)).toEqual({ from: 50, to: 100 });
    expect(zoomedWindow({ from: 20, to: 70 }, 1000, 45, 100)).toEqual({ from: 41, to: 49 });
    expect(zoomedWindow({ from: 20, to: 70 }, 0.1, 45, 100)).toEqual(whole);
    expect(windowAt(0, 3, 5)).toEqual({ from: 0, to: 5 });
  });

  it('follows a step no further than it must', () => {
    const window = { from: 20, to: 40 };
    expect(windowWith(window, 30, 100)).toBe(window);
    expect(windowWith(window, 40, 100)).toEqual({ from: 21, to: 41 });
    expect(windowWith(window, 5, 100)).toEqual({ from: 5, to: 25 });
  });
});

describe('tints', () => {
  it('by entropy and by probability are the same scale for every path', () => {
    const path = pathOf([1, 2], { entropy: [0, Math.log(20)], logprob: [0, Math.log(0.001)] });
    const levels = (tint: { level(path: PathTrace, step: number): number }) => [0, 1].map((t) => tint.level(path, t));
    expect(levels(tintOf('entropy', Math.log(20), [path]))[1]).toBeCloseTo(1, 6);
    expect(levels(tintOf('probability', 3, [path]))[0]).toBeCloseTo(0, 6);
    expect(levels(tintOf('probability', 3, [path]))[1]).toBeCloseTo(1, 6);
  });

  it('by window confidence span what the paths have: the least sure window is darkest', () => {
    const sure = pathOf(
      Array.from({ length: 40 }, () => 1),
      { confidence: Array.from({ length: 40 }, () => 10) },
    );
    const confidence = [...Array.from({ length: 32 }, () => 8), ...Array.from({ length: 8 }, () => 4)];
    const wavering = pathOf(
      Array.from({ length: 40 }, () => 1),
      { confidence },
    );
    const tint = tintOf('confidence', 3, [sure, wavering]);
    expect(tint.window).toBe(32);
    expect([tint.sure, tint.unsure]).toEqual([10, 7]);
    expect(tint.level(sure, 39)).toBe(0);
    expect(tint.level(wavering, 0)).toBeCloseTo(2 / 3, 6);
    expect(tint.level(wavering, 39)).toBeCloseTo(1, 6);
    expect(tintOf('confidence', 3, []).level(sure, 0)).toBe(0);
  });
});
