import { describe, expect, it } from 'vitest';
import { traceTop } from '../../../../../src/app/result/path/trace-painter';
import { RunTrace } from '../../../../../src/run/trace';

function runWith(...highest: number[]): RunTrace {
  const run = new RunTrace(highest.length, 4);
  for (const [i, path] of run.paths.entries()) {
    path.entropy.set([0, highest[i] ?? 0]);
    path.length = 2;
  }
  return run;
}

describe('top edge of the entropy trace', () => {
  it('is the highest entropy of any path in whole nats', () => {
    expect(traceTop(runWith(0.2, 1.3).paths, Math.log(20))).toBe(2);
  });
  it('is never below one nat, nor above ln K', () => {
    expect(traceTop(runWith(0.1).paths, Math.log(20))).toBe(1);
    expect(traceTop(runWith(2.9).paths, Math.log(20))).toBe(Math.log(20));
    expect(traceTop(runWith(0.1).paths, Math.log(2))).toBe(Math.log(2));
  });
  it('does not read past the tokens written', () => {
    const run = runWith(0.5);
    run.paths[0]?.entropy.set([2.5], 3);
    expect(traceTop(run.paths, Math.log(20))).toBe(1);
  });
});
