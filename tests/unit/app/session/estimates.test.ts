import { describe, expect, it } from 'vitest';
import { LoadEstimate } from '../../../../src/app/session/load-estimate';
import { estimateRun } from '../../../../src/app/session/run-estimate';
import { RunTrace } from '../../../../src/run/trace';
import type { LoadProgress } from '../../../../src/policy/types';

const bytes = (done: number): LoadProgress => ({ phase: 'download', done, total: 1000, unit: 'bytes' });

describe('time left of a load phase', () => {
  it('comes from the rate since the phase began', () => {
    const estimate = new LoadEstimate();
    expect(estimate.remainingMs(bytes(100), 5000)).toBeNull();
    expect(estimate.remainingMs(bytes(400), 6000)).toBeCloseTo(2000);
    expect(estimate.remainingMs(bytes(1000), 7000)).toBe(0);
  });

  it('starts anew with the next phase, and is unknown without a total', () => {
    const estimate = new LoadEstimate();
    estimate.remainingMs(bytes(0), 0);
    const shaders = (done: number, total: number): LoadProgress => ({ phase: 'pipelines', done, total, unit: 'items' });
    expect(estimate.remainingMs(shaders(0, 10), 1000)).toBeNull();
    expect(estimate.remainingMs(shaders(5, 10), 2000)).toBeCloseTo(1000);
    expect(estimate.remainingMs(shaders(6, 0), 3000)).toBeNull();
  });
});

/** A trace whose paths have these lengths; the first `ended` of them have ended. */
function traceOf(lengths: readonly number[], ended: number): RunTrace {
  const trace = new RunTrace(lengths.length, 100);
  trace.paths.forEach((path, i) => {
    path.length = lengths[i] ?? 0;
    path.finish = i < ended ? 'stop' : null;
  });
  return trace;
}

describe('time left of a run', () => {
  it('is bounded by the token limit while too few paths have ended', () => {
    expect(estimateRun(traceOf([20, 20, 20, 20, 20], 1), 2000)).toEqual({ remainingMs: 8000, isUpperBound: true });
  });

  it('is a quarter longer than the longest path once a quarter has ended', () => {
    expect(estimateRun(traceOf([10, 40, 40, 40], 1), 4000)).toEqual({ remainingMs: 1000, isUpperBound: false });
    expect(estimateRun(traceOf([10, 96, 96, 96], 1), 960)).toEqual({ remainingMs: 40, isUpperBound: false });
  });

  it('is unknown before there is a rate, and when all has ended', () => {
    expect(estimateRun(traceOf([1, 1], 0), 50)).toBeNull();
    expect(estimateRun(traceOf([10, 10], 2), 50)).toBeNull();
  });
});
