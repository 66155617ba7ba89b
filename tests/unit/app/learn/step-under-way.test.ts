import { describe, expect, it } from 'vitest';
import { PhaseClock } from '../../../../src/app/learn/learn-phases';
import { StepUnderWay } from '../../../../src/app/learn/step-under-way.svelte';
import type { LearnProgress } from '../../../../src/learn/types';

const PLAN = {
  firstStep: 1,
  lastStep: 2,
  hasReference: false,
  hasBefore: false,
  evaluated: 0,
  isEvaluated: () => false,
};
const sampling = (done: number): LearnProgress => ({ phase: 'sample', done, total: 4, unit: 'items' });

describe('the step under way', () => {
  it('is shown when a phase begins and ends, and between at most every 80 ms', () => {
    const step = new StepUnderWay();
    const clock = new PhaseClock(PLAN);
    const shownAt = (done: number, now: number): number | undefined => {
      step.show(clock, sampling(done), 0, now);
      return step.progress?.phases.find(({ state }) => state === 'now')?.progress?.done;
    };
    expect(step.progress).toBeNull();
    expect(shownAt(0, 1000)).toBe(0);
    expect(shownAt(1, 1040)).toBe(0);
    expect(shownAt(2, 1080)).toBe(2);
    expect(shownAt(4, 1090)).toBe(4);
  });

  it('shows what it has voted for until it is finished', () => {
    const step = new StepUnderWay();
    const voted: LearnProgress = { phase: 'vote', done: 1, total: 1, unit: 'problems', groups: [] };
    step.show(new PhaseClock(PLAN), voted, 4, 1000);
    expect(step.preview).toEqual({ step: 5, groups: [] });
    step.finish();
    expect(step.preview).toBeNull();
  });

  it('is the last one where that was asked for, though its answers are still sampled', () => {
    const step = new StepUnderWay();
    step.show(new PhaseClock(PLAN), sampling(0), 0, 1000);
    expect(step.isPastEnd(sampling(0), 1)).toBe(false);
    step.stopAfter(0);
    expect(step.isStopping).toBe(true);
    expect(step.isPastEnd(sampling(0), 0)).toBe(false);
    expect(step.isPastEnd({ ...sampling(0), phase: 'gradient' }, 1)).toBe(false);
    expect(step.isPastEnd(sampling(0), 1)).toBe(true);
    step.clear();
    expect([step.isStopping, step.progress]).toEqual([false, null]);
  });
});
