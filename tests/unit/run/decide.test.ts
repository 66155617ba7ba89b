import { describe, expect, it } from 'vitest';
import { decidePaths, decideRun } from '../../../src/run/decide-run';
import { FLAG_STOPPED, type StepBatch } from '../../../src/run/step-batch';
import { stepBatch } from '../../fixtures/step-batch';
import { RunTrace } from '../../../src/run/trace';

const STOP = 1;

/** A batch of one row a path, in which token id = character code. */
function batch(rows: { path: number; step: number; token: number; variance: number }[]): StepBatch {
  return stepBatch(
    rows.map(({ path, step, token, variance }) => ({
      ...{ path, step, tokens: token },
      runningVariance: variance,
      flags: token === STOP ? FLAG_STOPPED : 0,
    })),
    rows.map(({ token }) => ({ id: token, bytes: Uint8Array.of(token), special: token === STOP })),
  );
}

/** A run in which path i writes texts[i]; a text that ends in '■' is finished. */
function run(texts: string[]): RunTrace {
  const trace = new RunTrace(texts.length, 64);
  texts.forEach((text, path) => {
    const codes = [...text].map((character) => (character === '■' ? STOP : character.charCodeAt(0)));
    codes.forEach((token, step) => trace.append(batch([{ path, step, token, variance: (path + 1) ** 2 / 100 }])));
  });
  return trace;
}

describe('decide', () => {
  it('groups equivalent answers before the vote', () => {
    const decision = decidePaths([
      { answer: '2', stability: 0.2 },
      { answer: '0.5', stability: 0.5 },
      { answer: null, stability: 0.1 },
      { answer: '1/2', stability: 0.5 },
    ]);
    expect(decision.answers).toEqual(['2', '0.5', null, '1/2']);
    expect(decision.groupOfPath).toEqual([0, 1, null, 1]);
    expect(decision.groups[1]?.forms).toEqual(['0.5', '1/2']);
    expect(decision.vote).toMatchObject({ poolSize: 3, majority: { group: 1, count: 2 }, sasc: { group: 0 } });
  });

  it('passes the options on', () => {
    const paths = [0.2, 0.4].map((stability) => ({ answer: '1', stability }));
    expect(decidePaths(paths, { threshold: 0.3 }).vote.keptCount).toBe(1);
  });
});

describe('decideRun', () => {
  it('takes the answers of finished paths, and leaves running ones outside the pool', () => {
    const trace = run(['\\boxed{7}■', '\\boxed{8}', 'hm■', '\\boxed{7']);
    const decision = decideRun(trace);
    expect(decision.answers).toEqual(['7', null, null, null]);
    expect(decision.vote.paths.map(({ status }) => status)).toEqual(['kept', 'no-answer', 'no-answer', 'no-answer']);

    trace.abortRunning();
    expect(decideRun(trace).answers).toEqual(['7', '8', null, null]);
    expect(decideRun(trace, { threshold: 0.15 }).vote.paths.map(({ status }) => status)).toEqual([
      'kept',
      'gated',
      'no-answer',
      'no-answer',
    ]);
  });

  it('reads the text of a finished path once', () => {
    const trace = run(['\\boxed{7}■', '\\boxed{8}■', 'x']);
    let reads = 0;
    const text = trace.text.bind(trace);
    trace.text = (...args) => (reads++, text(...args));
    decideRun(trace);
    decideRun(trace, { threshold: 0.1 });
    expect(reads).toBe(2);
  });
});
