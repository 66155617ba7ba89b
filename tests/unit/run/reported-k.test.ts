import { describe, expect, it } from 'vitest';
import { topKEntropy } from '../../../src/method/entropy';
import { decideRun } from '../../../src/run/decide-run';
import { finishOrder } from '../../../src/run/finish-order';
import { hasReportedKs, stabilityAtK } from '../../../src/run/reported-k';
import { REPORTED_K_COUNT, REPORTED_KS } from '../../../src/run/columns';
import { RunTrace } from '../../../src/run/trace';
import golden from '../../fixtures/golden/sasc.json';
import { sampleRun } from './sample-run';

/** A path whose tokens are the golden rows of logits. */
function goldenTrace(): RunTrace {
  const { rows } = golden.stability;
  const trace = new RunTrace(1, rows.length);
  const [path] = trace.paths;
  if (path === undefined) throw new Error('A run of one path has one.');
  rows.forEach((row, t) =>
    REPORTED_KS.forEach((k, i) => (path.entropyAtReportedK[t * REPORTED_K_COUNT + i] = topKEntropy(row, k))),
  );
  path.length = rows.length;
  path.finish = 'stop';
  return trace;
}

describe('stability at another K', () => {
  it('is that of the golden vectors, which independent code made', () => {
    const [path] = goldenTrace().paths;
    if (path === undefined) throw new Error('A run of one path has one.');
    // The trace holds 32-bit floats.
    expect(stabilityAtK(path, 5)).toBeCloseTo(golden.stability.k5, 6);
    expect(stabilityAtK(path, 20)).toBeCloseTo(golden.stability.k20, 6);
    expect(stabilityAtK(path, 7)).toBeNull();
  });

  it('takes the vote on it, and leaves the run’s own alone', () => {
    const { trace } = sampleRun();
    const atFive = decideRun(trace, { entropyK: 5 });
    expect(atFive.inputs.map(({ stability }) => stability)).toEqual(trace.paths.map((path) => stabilityAtK(path, 5)));
    expect(decideRun(trace).inputs.map(({ stability }) => stability)).toEqual(trace.paths.map((p) => p.stability));
  });

  it('is not there where a run has the entropies of its own K alone', () => {
    expect(hasReportedKs(sampleRun().trace)).toBe(true);
    const { trace } = sampleRun();
    for (const path of trace.paths) path.entropyAtReportedK.fill(0);
    expect(hasReportedKs(trace)).toBe(false);
  });
});

describe('the order in which paths finish', () => {
  it('is by length where they are sampled together, by index one after another; what was cut short comes last', () => {
    const trace = new RunTrace(5, 9);
    const ends = [
      [4, 'stop'],
      [2, 'stop'],
      [1, 'aborted'],
      [9, 'length'],
      [3, null],
    ] as const;
    ends.forEach(([length, finish], i) => Object.assign(trace.paths[i] ?? {}, { length, finish }));
    expect(finishOrder(trace, false)).toEqual([1, 0, 3, 2]);
    expect(finishOrder(trace, true)).toEqual([0, 1, 3, 2]);
  });
});
