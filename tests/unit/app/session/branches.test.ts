import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerClasses } from '../../../../src/answers/group';
import type { SampleRequest, SampleTiming } from '../../../../src/policy/types';
import { stabilityOf } from '../../../../src/method/stability';
import { DEFAULT_RUN_SETTINGS } from '../../../../src/run/settings';
import { FLAG_STOPPED, type StepBatch } from '../../../../src/run/step-batch';
import { BranchesState } from '../../../../src/app/session/branches.svelte';
import { RunState, type Sampler } from '../../../../src/app/session/run.svelte';
import { stepBatch } from '../../../fixtures/step-batch';
import type { WorkerFailure, WorkerResult } from '../../../../workers/protocol';

const TIMING: SampleTiming = { promptTokens: 10, prefillMs: 1, decodeMs: 1, tokens: 1, tokensPerSecond: 1 };
const failure = (code: WorkerFailure['code']): WorkerFailure => ({ ok: false, code, message: code, details: {} });
const text = (id: number): string => (id === 0 ? '<end>' : id < 100 ? `${id} ` : `\\boxed{${id}}`);

/** An engine that writes what the test says, for the run and for its branches alike. */
class ScriptedEngine implements Sampler {
  reload = (): void => undefined;
  requests: SampleRequest[] = [];
  send: (batch: StepBatch) => void = () => undefined;
  end: (result: WorkerResult<SampleTiming>) => void = () => undefined;

  loaded: Sampler['loaded'] = () =>
    Promise.resolve({
      ok: true,
      value: {
        engine: 'batch',
        modelId: 'test',
        parameterCount: 1,
        device: 'none',
        isSoftwareAdapter: true,
        quantization: 'q4f16_1',
        promptDigest: '',
        contextTokens: 18,
        bytesInUse: 0,
        loadMs: 0,
      },
    });
  sample: Sampler['sample'] = (request, listener, signal) => {
    this.requests.push(request);
    this.send = (batch) => listener.onStep(batch);
    signal?.addEventListener('abort', () => this.end(failure('aborted')));
    listener.onStart({ promptTokens: 10, capacity: 8 });
    return new Promise((resolve) => {
      this.end = resolve;
    });
  };
}

/** A token of a path; its likeliest alternatives are 7 (ln p −2) and itself (−1); id 0 ends the path. */
function row(path: number, step: number, token: number, entropy = 0.5): StepBatch {
  const alternatives = [token, 7, 8, 9, 107];
  const pieces = alternatives.map((id) => ({ id, bytes: new TextEncoder().encode(text(id)), special: id === 0 }));
  const figures = {
    logprob: -1,
    entropyAtReportedK: [entropy, entropy, entropy, entropy],
    entropy,
    confidence: 10 + step,
    meanLogprob: -20 - step,
    runningMean: entropy,
    runningVariance: 0.01 * (path + 1),
    alternativeToken: alternatives,
    alternativeLogprob: [-1, -2, -3, -4, -5],
  };
  return stepBatch([{ path, step, tokens: token, ...figures, flags: token === 0 ? FLAG_STOPPED : 0 }], pieces);
}

const REQUEST: SampleRequest = { problem: '2 + 3', settings: { ...DEFAULT_RUN_SETTINGS, paths: 3, seed: 4 } };

describe('branches', () => {
  let engine: ScriptedEngine;
  let run: RunState;
  let branches: BranchesState;

  beforeEach(async () => {
    vi.useFakeTimers();
    engine = new ScriptedEngine();
    run = new RunState(engine, { classes: (answers) => Promise.resolve(answerClasses(answers)) });
    branches = new BranchesState(run, engine);
    await solve();
  });
  afterEach(() => vi.useRealTimers());

  /** Three paths "p 5 \boxed{…}" with answers 105, 105 and 106. */
  async function solve(): Promise<void> {
    const solving = run.solve(REQUEST);
    await vi.waitFor(() => expect(run.status).toBe('running'));
    [105, 105, 106].forEach((answer, path) => {
      [1 + path, 5, answer, 0].forEach((token, step) => engine.send(row(path, step, token, 0.2 * (step + 1))));
    });
    engine.end({ ok: true, value: TIMING });
    await solving;
  }

  it('asks the engine for one path that goes on from what was kept, and shows it below the run', async () => {
    const begun = branches.begin(2, 1, 7);
    expect(branches.busy).toBe(true);
    const [, request] = engine.requests;
    expect(request?.problem).toBe(REQUEST.problem);
    expect(request?.settings).toMatchObject({ paths: 1, temperature: REQUEST.settings.temperature });
    expect([...(request?.continuation?.tokens ?? [])]).toEqual([3, 7]);
    expect([...(request?.continuation?.entropy ?? [])].map((h) => h.toFixed(1))).toEqual(['0.2', '0.4']);
    const shown = run.view?.shown;
    const path = shown?.paths[3];
    expect(shown?.pathCount).toBe(4);
    expect(run.view?.trace.pathCount).toBe(3);
    expect(path).toMatchObject({ index: 3, length: 2, finish: null, votes: false });
    expect(path?.logprob[1]).toBe(-2);
    expect(path?.confidence[1]).toBe(11);
    expect(path?.stability).toBeCloseTo(stabilityOf([0.2, 0.4]) ?? NaN, 6);
    expect(run.board.focus).toMatchObject({ path: 3, step: 1 });

    engine.send(row(0, 2, 107));
    engine.send(row(0, 3, 0));
    engine.end({ ok: true, value: TIMING });
    await begun;
    expect(branches.busy).toBe(false);
    expect(branches.all[0]).toMatchObject({ step: 1, token: 7, parentToken: 5, status: 'done' });
    expect(branches.all[0]?.parent).toBe(shown?.paths[2]);
    expect(path && shown?.text(path)).toBe('3 7 \\boxed{107}');
    expect(run.view?.decision.answers[3]).toBe('107');
  });

  it('has no say until it is asked to vote, and none again after that', async () => {
    const vote = () => run.view?.decision.vote;
    const begun = branches.begin(0, 1, 7);
    engine.send(row(0, 2, 106));
    engine.send(row(0, 3, 0));
    engine.end({ ok: true, value: TIMING });
    await begun;
    const path = branches.all[0]?.path;
    if (path === undefined) throw new Error('No branch.');
    expect(vote()?.poolSize).toBe(3);
    expect(vote()?.majority).toEqual({ group: 0, count: 2 });
    expect(run.view?.decision.groupOfPath[3]).toBe(1);
    branches.setVotes(path, true);
    expect(vote()?.poolSize).toBe(4);
    expect(vote()?.groups.map(({ heads }) => heads)).toEqual([2, 2]);
    branches.setVotes(path, false);
    expect(vote()?.poolSize).toBe(3);
  });

  it('can be stopped, and the engine is free then', async () => {
    void branches.begin(0, 0, 7);
    engine.send(row(0, 1, 8));
    await branches.stop();
    expect(branches.all[0]).toMatchObject({ status: 'stopped', path: { finish: 'aborted', length: 2 } });
    expect(branches.busy).toBe(false);
    void branches.begin(0, 0, 8);
    expect(engine.requests).toHaveLength(3);
    // The same choice once more is another sample.
    expect(engine.requests[1]?.settings.seed).not.toBe(engine.requests[2]?.settings.seed);
    engine.end(failure('device-lost'));
    await vi.waitFor(() => expect(branches.all[1]?.status).toBe('failed'));
  });

  it('is one at a time, and none while the run is sampled', async () => {
    void branches.begin(0, 0, 7);
    void branches.begin(1, 0, 7);
    expect(branches.all).toHaveLength(1);
    await branches.stop();
    void run.solve(REQUEST);
    await vi.waitFor(() => expect(run.status).toBe('running'));
    void branches.begin(0, 0, 7);
    expect(branches.all).toHaveLength(0);
  });

  it('moves up when one before it is removed, and then comes from what that one came from', async () => {
    for (const [parent, step] of [
      [0, 1],
      [3, 2],
      [1, 0],
    ] as const) {
      const begun = branches.begin(parent, step, 8);
      for (let t = step + 1; t < 3; t++) engine.send(row(0, t, 9));
      engine.end({ ok: true, value: TIMING });
      await begun;
    }
    const [first, second, third] = branches.all;
    if (first === undefined || second === undefined || third === undefined) throw new Error('No branches.');
    expect(second.parent).toBe(first.path);
    run.board.setFocus(5, null);
    await branches.remove(first.path);
    expect(branches.all.map(({ path }) => path)).toEqual([second.path, third.path]);
    expect([second.path.index, third.path.index]).toEqual([3, 4]);
    expect(branches.all[0]).toMatchObject({ parent: run.view?.trace.paths[0], step: 1, token: 8, parentToken: 5 });
    expect(run.view?.shown.paths.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(run.board.focus.path).toBe(0);
  });

  it('goes with its run', async () => {
    void branches.begin(0, 1, 7);
    await branches.stop();
    await solve();
    expect(branches.all).toEqual([]);
    expect(run.view?.shown).toBe(run.view?.trace);
  });

  it('needs no engine at the limit, and ends at once where nothing can follow', async () => {
    // Room for eight tokens.
    const begun = branches.begin(0, 3, 7);
    for (let t = 4; t < 7; t++) engine.send(row(0, t, 9));
    engine.end({ ok: true, value: TIMING });
    await begun;
    expect(branches.all[0]?.path.finish).toBe('stop');
    const again = branches.begin(3, 6, 8);
    engine.send(row(0, 7, 9));
    engine.end({ ok: true, value: TIMING });
    await again;
    const asked = engine.requests.length;
    await branches.begin(4, 7, 8);
    expect(engine.requests).toHaveLength(asked);
    expect(branches.all[2]?.path).toMatchObject({ length: 8, finish: 'length' });
  });

  it('is left as it is when the engine goes', () => {
    void branches.begin(0, 1, 7);
    branches.abandon();
    expect(branches.busy).toBe(false);
    expect(branches.all[0]).toMatchObject({ status: 'stopped', path: { finish: 'aborted' } });
  });
});
