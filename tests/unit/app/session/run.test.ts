import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkerFailure, WorkerResult } from '../../../../workers/protocol';
import type { EngineInfo, SampleRequest, SampleTiming } from '../../../../src/policy/types';
import { answerClasses } from '../../../../src/answers/group';
import { type AnswerClasses } from '../../../../src/answers/classes';
import { DEFAULT_RUN_SETTINGS } from '../../../../src/run/settings';
import { FLAG_STOPPED, type StepBatch } from '../../../../src/run/step-batch';
import type { Decision } from '../../../../src/run/decision';
import type { RunRecord } from '../../../../src/run/saved-run';
import { DEFAULT_VOTE_OPTIONS } from '../../../../src/method/vote-types';
import type { KeptState } from '../../../../src/app/session/run-keeping';
import { RunState, type Sampler } from '../../../../src/app/session/run.svelte';
import { stepBatch } from '../../../fixtures/step-batch';
import { sampleRun } from '../../run/sample-run';

const INFO: EngineInfo = {
  engine: 'batch',
  modelId: 'test',
  parameterCount: 1,
  device: 'none',
  isSoftwareAdapter: true,
  quantization: 'q4f16_1',
  promptDigest: '',
  contextTokens: 100,
  bytesInUse: 0,
  loadMs: 0,
};
const TIMING: SampleTiming = { promptTokens: 10, prefillMs: 1, decodeMs: 1, tokens: 1, tokensPerSecond: 1 };
const failure = (code: WorkerFailure['code']): WorkerFailure => ({ ok: false, code, message: code, details: {} });

/** The engine as the state sees it, moved on by the test: when it has loaded, what it reports, how a run ends. */
class ScriptedSampler implements Sampler {
  send: (batch: StepBatch) => void = () => undefined;
  end: (result: WorkerResult<SampleTiming>) => void = () => undefined;
  finishLoading: (result: WorkerResult<EngineInfo>) => void = () => undefined;
  readonly #loading = new Promise<WorkerResult<EngineInfo>>((resolve) => {
    this.finishLoading = resolve;
  });
  samples = 0;
  /** false: the engine refuses what it is asked for. */
  accepts = true;
  request: SampleRequest | null = null;

  loaded = () => this.#loading;
  reloads = 0;
  reload = () => void this.reloads++;
  sample: Sampler['sample'] = (request, listener, signal) => {
    this.samples++;
    this.request = request;
    this.send = (batch) => listener.onStep(batch);
    signal?.addEventListener('abort', () => this.end(failure('aborted')));
    if (this.accepts) listener.onStart({ promptTokens: 10, capacity: 90 });
    return new Promise<WorkerResult<SampleTiming>>((resolve) => {
      this.end = resolve;
    });
  };
}

/** One token of one path, a whole boxed answer. */
function row(path: number, step: number, flags = 0, variance = 0.04, answer = '5'): StepBatch {
  const id = answer.length;
  const figures = {
    logprob: -1,
    entropy: 0.5,
    confidence: 1,
    meanLogprob: -1,
    runningMean: 0.5,
    runningVariance: variance,
  };
  const piece = { id, bytes: new TextEncoder().encode(`\\boxed{${answer}}`), special: false };
  return stepBatch([{ path, step, tokens: id, ...figures, flags }], [piece]);
}

const REQUEST: SampleRequest = { problem: '2 + 3', settings: { ...DEFAULT_RUN_SETTINGS, paths: 4 } };

describe('a run', () => {
  let sampler: ScriptedSampler;
  let run: RunState;
  /** What the worker that compares answers says. */
  let classes: (answers: readonly string[]) => Promise<AnswerClasses | null>;

  beforeEach(() => {
    vi.useFakeTimers();
    classes = (answers) => Promise.resolve(answerClasses(answers));
    sampler = new ScriptedSampler();
    run = new RunState(sampler, { classes: (answers) => classes(answers) });
  });
  afterEach(() => vi.useRealTimers());

  async function begin(): Promise<void> {
    sampler.finishLoading({ ok: true, value: INFO });
    void run.solve(REQUEST);
    await vi.waitFor(() => expect(run.status).toBe('running'));
  }

  it('waits for the engine, and Stop takes it back', async () => {
    const first = run.solve(REQUEST);
    expect(run.status).toBe('queued');
    run.stop();
    expect(run.status).toBe('idle');
    const second = run.solve(REQUEST);
    sampler.finishLoading({ ok: true, value: INFO });
    await vi.waitFor(() => expect(run.status).toBe('running'));
    await first;
    expect(sampler.samples).toBe(1);
    sampler.end({ ok: true, value: TIMING });
    await second;
    expect(run.status).toBe('done');
  });

  it('has room for the tokens that the prompt leaves of the context', async () => {
    await begin();
    expect(run.view?.trace.capacity).toBe(90);
  });

  it('shows what has arrived at most ten times a second', async () => {
    await begin();
    const seen = new Set<unknown>();
    for (let step = 0; step < 50; step++) {
      sampler.send(row(0, step));
      seen.add(run.view);
      vi.advanceTimersByTime(10);
    }
    expect(run.view?.trace.paths[0]?.length).toBe(50);
    expect(seen.size).toBeLessThanOrEqual(6);
  });

  it('takes the vote when a path ends, and keeps it when stopped', async () => {
    await begin();
    sampler.send(row(0, 0, FLAG_STOPPED));
    vi.advanceTimersByTime(100);
    expect(run.view?.decision.vote.poolSize).toBe(1);
    sampler.send(row(1, 0));
    run.stop();
    await vi.waitFor(() => expect(run.status).toBe('aborted'));
    expect(run.view?.trace.paths.map((path) => path.finish)).toEqual(['stop', 'aborted', 'aborted', 'aborted']);
    expect(run.view?.decision.answers[0]).toBe('5');
    expect(run.pace.estimate).toBeNull();
  });

  it('groups answers as soon as the worker has compared them', async () => {
    let reply: (known: AnswerClasses | null) => void = () => undefined;
    classes = () => new Promise((resolve) => (reply = resolve));
    await begin();
    sampler.send(row(0, 0, FLAG_STOPPED, 0.01, '0.5'));
    sampler.send(row(1, 0, FLAG_STOPPED, 0.01, '1/2+0'));
    vi.advanceTimersByTime(100);
    expect(run.view?.decision.groupOfPath).toEqual([0, 1, null, null]);
    reply(answerClasses(['0.5', '1/2+0']));
    await vi.waitFor(() => expect(run.view?.decision.groupOfPath).toEqual([0, 0, null, null]));
    expect(run.view?.decision.groups[0]?.forms).toEqual(['0.5', '1/2+0']);
  });

  it('compares texts where the worker could not tell in time, and ends', async () => {
    classes = () => Promise.resolve(null);
    await begin();
    sampler.send(row(0, 0, FLAG_STOPPED, 0.01, '0.5'));
    sampler.send(row(1, 0, FLAG_STOPPED, 0.01, '1/2+0'));
    sampler.end({ ok: true, value: TIMING });
    await vi.waitFor(() => expect(run.status).toBe('done'));
    expect(run.view?.decision.groupOfPath).toEqual([0, 1, null, null]);
  });

  it('moves the gate by hand, and forgets it with the next run', async () => {
    await begin();
    [0.01, 0.02, 0.03, 0.04].forEach((variance, path) => sampler.send(row(path, 0, FLAG_STOPPED, variance)));
    sampler.end({ ok: true, value: TIMING });
    await vi.waitFor(() => expect(run.status).toBe('done'));
    expect(run.view?.decision.vote.keptCount).toBe(4);
    run.board.setThreshold(0.15);
    expect(run.view?.decision.vote.keptCount).toBe(2);
    expect(run.view?.elections.find(({ rule }) => rule === 'majority')?.elected?.share).toBe(1);
    void run.solve(REQUEST);
    await vi.waitFor(() => expect(run.status).toBe('running'));
    expect(run.view?.voteOptions.threshold).toBeNull();
  });

  it('a refused problem leaves the last run where it was', async () => {
    await begin();
    sampler.send(row(0, 0, FLAG_STOPPED));
    sampler.end({ ok: true, value: TIMING });
    await vi.waitFor(() => expect(run.status).toBe('done'));
    const { view, request } = run;
    sampler.accepts = false;
    const refused = run.solve({ ...REQUEST, problem: 'far too long' });
    await vi.waitFor(() => expect(sampler.samples).toBe(2));
    sampler.end(failure('problem-too-long'));
    await refused;
    expect(run.status).toBe('error');
    expect(run.failure?.code).toBe('problem-too-long');
    expect(run.view).toBe(view);
    expect(run.request).toEqual(request);
    run.dismissFailure();
    expect(run.status).toBe('done');
  });

  it('a failure midway keeps what has been written', async () => {
    await begin();
    sampler.send(row(2, 0));
    sampler.end(failure('bad-logits'));
    await vi.waitFor(() => expect(run.status).toBe('error'));
    expect(run.view?.trace.paths[2]).toMatchObject({ length: 1, finish: 'aborted' });
    run.dismissFailure();
    expect(run.status).toBe('aborted');
  });

  it('tells whoever keeps runs of its beginning, of paths that have ended, and of its end', async () => {
    const kept: [state: KeptState, ended: number][] = [];
    const keeper = {
      keep: ({ trace }: RunRecord, _decision: Decision, state: KeptState) =>
        void kept.push([state, trace.paths.filter(({ finish }) => finish !== null).length]),
    };
    run = new RunState(sampler, { classes }, keeper);
    await begin();
    sampler.send(row(0, 0));
    await vi.advanceTimersByTimeAsync(100);
    sampler.send(row(1, 0, FLAG_STOPPED));
    await vi.advanceTimersByTimeAsync(100);
    run.stop();
    await vi.waitFor(() => expect(run.status).toBe('aborted'));
    expect(kept).toEqual([
      ['running', 0],
      ['running', 1],
      ['stopped', 4],
    ]);
    expect(run.record).toMatchObject({ problem: '2 + 3', model: { id: 'test', engine: 'batch', device: 'none' } });
  });

  it('goes on with the paths that were cut short, and leaves the others as they are', async () => {
    await begin();
    sampler.send(row(0, 0, FLAG_STOPPED, 0.01, '77777'));
    sampler.send(row(2, 0));
    run.stop();
    await vi.waitFor(() => expect(run.status).toBe('aborted'));
    const before = run.record;
    void run.resume();
    await vi.waitFor(() => expect(run.status).toBe('running'));
    expect(run.record?.id).toBe(before?.id);
    expect(run.view?.trace.paths.map(({ length }) => length)).toEqual([1, 0, 0, 0]);
    expect(sampler.request).toEqual({ ...REQUEST, only: [1, 2, 3] });
    ['22', '333', '4444'].forEach((answer, i) => sampler.send(row(i + 1, 0, FLAG_STOPPED, 0.01, answer)));
    sampler.end({ ok: true, value: TIMING });
    await vi.waitFor(() => expect(run.status).toBe('done'));
    expect(run.view?.decision.answers).toEqual(['77777', '22', '333', '4444']);
    expect(run.timing).toBeNull();
    await run.resume();
    expect(sampler.samples).toBe(2);
  });

  const lost: WorkerFailure[] = [
    failure('device-lost'),
    { ok: false, code: 'internal', message: 'out of memory', details: { worker: 'died' } },
  ];
  it.each(lost)('goes on by itself on a rebuilt engine where it was lost: $code', async (loss) => {
    await begin();
    sampler.send(row(0, 0, FLAG_STOPPED, 0.01, '77777'));
    sampler.send(row(2, 0));
    sampler.end(loss);
    await vi.waitFor(() => expect(sampler.samples).toBe(2));
    expect([sampler.reloads, run.rebuilds, run.status]).toEqual([1, 1, 'running']);
    expect(sampler.request).toEqual({ ...REQUEST, only: [1, 2, 3] });
    expect(run.view?.trace.paths.map(({ length }) => length)).toEqual([1, 0, 0, 0]);
    [1, 2, 3].forEach((path) => sampler.send(row(path, 0, FLAG_STOPPED, 0.01, '22')));
    sampler.end({ ok: true, value: TIMING });
    await vi.waitFor(() => expect(run.status).toBe('done'));
    expect(run.view?.decision.answers).toEqual(['77777', '22', '22', '22']);
    expect([run.timing, run.failure]).toEqual([null, null]);
  });

  it('is done where the engine was lost after the last path had ended', async () => {
    await begin();
    [0, 1, 2, 3].forEach((path) => sampler.send(row(path, 0, FLAG_STOPPED, 0.01, '22')));
    sampler.end(failure('device-lost'));
    await vi.waitFor(() => expect(run.status).toBe('done'));
    expect([sampler.samples, sampler.reloads]).toEqual([1, 0]);
  });

  it('keeps what has ended, and says so, where the engine is lost again and again', async () => {
    await begin();
    sampler.send(row(0, 0, FLAG_STOPPED, 0.01, '77777'));
    for (let i = 1; i <= 4; i++) {
      await vi.waitFor(() => expect(sampler.samples).toBe(i));
      sampler.end(failure('device-lost'));
    }
    await vi.waitFor(() => expect(run.status).toBe('error'));
    expect(run.failure?.code).toBe('device-lost');
    expect([sampler.samples, sampler.reloads]).toEqual([4, 3]);
    expect(run.view?.trace.paths[0]?.finish).toBe('stop');
  });

  it('can be stopped while its engine is rebuilt', async () => {
    await begin();
    sampler.end(failure('device-lost'));
    run.stop();
    await vi.waitFor(() => expect(run.status).toBe('aborted'));
    expect(sampler.samples).toBe(1);
  });

  it('shows a saved run by its own rules, and the next one by the usual ones', async () => {
    const record = { ...sampleRun(), voteOptions: { ...DEFAULT_VOTE_OPTIONS, softness: 4, threshold: 0.15 } };
    run.board.setVoteOptions({ softness: 2 });
    run.show(record, 'done');
    expect(run.status).toBe('done');
    expect(run.isRecorded).toBe(true);
    expect(run.request).toEqual({ problem: '2 + 3', settings: record.settings });
    expect(run.view?.voteOptions).toMatchObject({ softness: 4, threshold: 0.15 });
    expect(run.view?.decision.answers).toEqual(['5', '6', '5', null]);
    run.board.setVoteOptions({ softness: 2 });
    expect(run.view?.voteOptions.softness).toBe(4);
    await begin();
    expect(run.isRecorded).toBe(false);
    expect(run.view?.voteOptions).toMatchObject({ softness: 2, threshold: null });
    run.show(record, 'done');
    expect(run.status).toBe('running');
  });

  it('leaves a shown run for an empty result', () => {
    run.show(sampleRun(), 'aborted');
    expect(run.status).toBe('aborted');
    run.leave();
    expect([run.status, run.view, run.record, run.request]).toEqual(['idle', null, null, null]);
  });

  it('does not start on an engine that could not be loaded', async () => {
    const ended = run.solve(REQUEST);
    sampler.finishLoading(failure('no-adapter'));
    await ended;
    expect(run.status).toBe('idle');
    expect(sampler.samples).toBe(0);
  });
});
