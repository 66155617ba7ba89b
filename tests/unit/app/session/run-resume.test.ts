import { describe, expect, it } from 'vitest';
import { resumedRun, withPathIndices } from '../../../../src/app/session/run-resume';
import type { RunRecord } from '../../../../src/run/saved-run';
import { stepBatch } from '../../../fixtures/step-batch';
import { sampleRun } from '../../run/sample-run';

/** Paths 1 and 3 were cut short. */
function stopped(): RunRecord {
  const record = sampleRun();
  for (const i of [1, 3]) {
    const path = record.trace.paths[i];
    if (path !== undefined) path.finish = 'aborted';
  }
  return record;
}

describe('resuming a run', () => {
  it('asks for the paths that were cut short alone, with another seed and everything else as it was', () => {
    const record = stopped();
    const { request, cut } = resumedRun(record) ?? {};
    expect(cut).toEqual([1, 3]);
    expect(request?.problem).toBe(record.problem);
    expect(request?.settings).toEqual({ ...record.settings, paths: 2, seed: request?.settings.seed });
    expect(request?.settings.seed).not.toBe(record.settings.seed);
    expect(resumedRun(record)?.request).toEqual(request);
  });

  it('keeps the paths that had ended, and begins the others anew', () => {
    const record = stopped();
    const before = record.trace.paths.map(({ length }) => length);
    const trace = resumedRun(record)?.trace;
    expect(trace?.paths.map(({ length }) => length)).toEqual([before[0], 0, before[2], 0]);
    expect(trace?.paths[0]).toBe(record.trace.paths[0]);
    expect(trace?.capacity).toBe(record.trace.capacity);
    expect(record.trace.paths.map(({ length }) => length)).toEqual(before);
  });

  it('has nothing to do where no path was cut, and cannot where the tokens are missing', () => {
    expect(resumedRun(sampleRun())).toBeNull();
    expect(resumedRun({ ...stopped(), detail: 'outline' })).toBeNull();
  });

  it('puts the paths of the request in their places in the run', () => {
    const batch = stepBatch([{ path: 0 }, { path: 1 }]);
    expect(Array.from(withPathIndices(batch, [1, 3]).path)).toEqual([1, 3]);
  });
});
