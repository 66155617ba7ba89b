import { describe, expect, it } from 'vitest';
import { isEngineLost, resumedRun } from '../../../../src/app/session/run-resume';
import type { RunRecord } from '../../../../src/run/saved-run';
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
  it('asks for the paths that were cut short alone, with everything else as it was', () => {
    const record = stopped();
    const { problem, settings } = record;
    expect(resumedRun(record)?.request).toEqual({ problem, settings, only: [1, 3] });
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

  it('is tried again where the engine is gone, and for no other failure', () => {
    const failed = (code: 'device-lost' | 'internal' | 'bad-logits', details = {}) =>
      isEngineLost({ ok: false, code, message: '', details });
    expect(failed('device-lost')).toBe(true);
    expect(failed('internal', { worker: 'died' })).toBe(true);
    expect([failed('internal'), failed('bad-logits'), isEngineLost({ ok: true, value: 1 })]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
