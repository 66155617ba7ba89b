import { beforeEach, describe, expect, it } from 'vitest';
import type { Stopped } from '../../../../src/learn/plan';
import type { LearnListener, LearnTask, WorkerFailure, WorkerResult } from '../../../../workers/protocol';
import { DEFAULT_LEARN_SETTINGS } from '../../../../src/learn/settings';
import type { EvalReport, LearnCheckpoint, StepReport } from '../../../../src/learn/types';
import type { EngineInfo } from '../../../../src/policy/types';
import type { LoraWeights } from '../../../../src/model/lora';
import type { ReadAdapter } from '../../../../src/model/peft';
import type { EngineAdapter } from '../../../../src/app/session/engine.svelte';
import { currentPoint, type LearnHistory } from '../../../../src/app/learn/learn-history';
import type { LearnRequest } from '../../../../src/app/learn/learn-request';
import type { KeptLearning, LearnStore } from '../../../../src/app/learn/learn-store';
import { LearnState } from '../../../../src/app/learn/learn.svelte';

const failure = (code: WorkerFailure['code']): WorkerFailure => ({ ok: false, code, message: code, details: {} });

function weights(value: number, rank = 1): LoraWeights {
  const tensor = { layer: 0, target: 'q', part: 'A', shape: [rank, 2] } as const;
  return {
    config: { rank, alpha: 2 * rank, targets: ['q'] },
    tensors: [{ ...tensor, values: new Float32Array(2 * rank).fill(value) }],
  };
}

function checkpoint(stepsDone: number, rank = 1): LearnCheckpoint {
  const moments = weights(0, rank);
  return {
    version: 1,
    modelId: 'tiny-math',
    settings: DEFAULT_LEARN_SETTINGS,
    stepsDone,
    adapter: weights(stepsDone, rank),
    firstMoments: moments,
    secondMoments: moments,
    updates: stepsDone,
    tokensSeen: 0,
    baseline: null,
    labelHistory: {},
  };
}

function evaluation(step: number, answers: string[]): EvalReport {
  return { step, problems: [{ id: '1', answers, right: null }], pass1: null, majority: null };
}

const report = (step: number): StepReport => ({ step, groups: [], metrics: {}, warnings: [], updated: true });

/** Takes steps as the worker would: the adapter's numbers are the step's. */
class ScriptedEngine {
  readonly model = { id: 'tiny-math', url: '', webllm: null };
  readonly tasks: LearnTask[] = [];
  adapter: EngineAdapter | null = null;
  refuses: WorkerFailure | null = null;
  /** Ends learning after this many steps, as `abort` does. */
  abortedAfter = Infinity;
  /** What learning ends with. */
  stopped: Stopped | null = null;
  pass1: (step: number) => number | null = () => null;
  aborts = 0;
  read: WorkerResult<ReadAdapter> = { ok: true, value: { weights: weights(7), otherBase: 'another' } };
  sampled = (): string[] => [`with ${this.adapter?.steps ?? 0}`];

  loaded = async (): Promise<WorkerResult<EngineInfo>> => ({ ok: true, value: {} as EngineInfo });
  noteAdapter = (adapter: EngineAdapter | null): void => void (this.adapter = adapter);
  importAdapter = async (): Promise<WorkerResult<ReadAdapter>> => {
    if (this.read.ok) this.adapter = { steps: 0, weights: this.read.value.weights };
    return this.read;
  };
  setAdapter = async (adapter: EngineAdapter | null): Promise<WorkerResult<void>> => {
    if (this.refuses !== null) return this.refuses;
    this.adapter = adapter;
    return { ok: true, value: undefined };
  };
  evaluate = async ({ step }: { step: number }): Promise<WorkerResult<EvalReport>> => ({
    ok: true,
    value: evaluation(step, this.sampled()),
  });
  learn = async (
    task: LearnTask,
    listener: LearnListener,
    signal?: AbortSignal,
  ): Promise<WorkerResult<Stopped | null>> => {
    signal?.addEventListener('abort', () => this.aborts++);
    this.tasks.push(task);
    const first = task.checkpoint?.stepsDone ?? 0;
    if (task.known.length === 0) {
      await listener.onEvaluation({ set: 'train', report: evaluation(first, [`with ${first}`]) });
    }
    for (let step = first + 1; step <= task.settings.steps; step++) {
      listener.onProgress({ phase: 'sample', done: 0, total: 1, unit: 'items' });
      if (step - first > this.abortedAfter || this.aborts > 0) return failure('aborted');
      await listener.onStep(report(step), checkpoint(step));
      const pass1 = this.pass1(step);
      await listener.onEvaluation({ set: 'train', report: { ...evaluation(step, [`with ${step}`]), pass1 } });
    }
    return { ok: true, value: this.stopped };
  };
}

class MemoryStore implements LearnStore {
  kept: KeptLearning | null = null;
  accepts = true;
  read = async (): Promise<KeptLearning | null> => this.kept;
  write = async (_: string, history: LearnHistory): Promise<boolean> => {
    if (this.accepts) this.kept = { history, savedAt: new Date(0) };
    return this.accepts;
  };
  clear = async (): Promise<void> => void (this.kept = null);
}

const REQUEST: LearnRequest = {
  problems: [{ id: '1', problem: '2 + 3', gold: null }],
  heldOut: [],
  settings: { ...DEFAULT_LEARN_SETTINGS, steps: 1 },
  evalPaths: 1,
  evalEvery: 1,
};
const steps = (count: number): LearnRequest => ({ ...REQUEST, settings: { ...REQUEST.settings, steps: count } });
const answers = (learn: LearnState): unknown =>
  currentPoint(learn.learned.history).evaluations.map(({ report: { problems } }) => problems[0]?.answers[0]);

describe('learning', () => {
  let engine: ScriptedEngine;
  let store: MemoryStore;
  let learn: LearnState;

  beforeEach(() => {
    engine = new ScriptedEngine();
    store = new MemoryStore();
    learn = new LearnState(engine, store);
  });

  it('takes steps on the ones taken before, and leaves the adapter on the engine', async () => {
    await learn.learn(REQUEST);
    await learn.learn(steps(2));
    expect(engine.tasks.map(({ settings, checkpoint: from }) => [from?.stepsDone ?? null, settings.steps])).toEqual([
      [null, 1],
      [1, 3],
    ]);
    expect(learn.learned.history.points.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
    expect(engine.adapter?.steps).toBe(3);
    expect(learn.status).toBe('idle');
    expect(learn.step.progress).toBeNull();
  });

  it('a single step is not the end of a cosine', async () => {
    await learn.learn(REQUEST);
    await learn.learn(steps(2));
    expect(engine.tasks.map(({ settings: { schedule } }) => schedule)).toEqual(['constant', 'cosine']);
  });

  it('does not sample again what is known of the present state, but does after another question', async () => {
    await learn.learn(REQUEST);
    await learn.learn(REQUEST);
    await learn.learn({ ...REQUEST, problems: [{ id: '1', problem: '2 + 4', gold: null }] });
    expect(engine.tasks.map(({ known }) => known.map((one) => one.report.step))).toEqual([[], [0, 1], []]);
  });

  it('goes back with the engine to the best step, and says why', async () => {
    const [best, last] = [evaluation(1, ['a']), evaluation(3, ['b'])];
    engine.stopped = { set: 'train', best, last };
    await learn.learn(steps(3));
    expect(learn.stopped).toEqual({ set: 'train', best, last });
    expect([learn.learned.step, learn.plannedTo]).toEqual([1, 1]);
    expect(engine.adapter).toEqual({ steps: 1, weights: weights(1) });
    expect(learn.learned.canRedo).toBe(true);
    engine.stopped = null;
    await learn.learn(steps(1));
    expect(learn.stopped).toBeNull();
  });

  it('gives the engine the best state to go back to, when that is asked for', async () => {
    await learn.learn(steps(2));
    const settings = { ...REQUEST.settings, stopOnFall: true };
    await learn.learn({ ...REQUEST, settings });
    expect(engine.tasks.map(({ best }) => best)).toEqual([null, null]);
    engine.pass1 = (step) => (step === 4 ? 0.9 : 0.5);
    await learn.learn({ ...REQUEST, settings });
    await learn.learn({ ...REQUEST, settings });
    await learn.learn({ ...REQUEST, settings });
    expect(engine.tasks.at(-1)?.best?.checkpoint?.stepsDone).toBe(4);
  });

  it('undoes step by step, answers again, and says that the earlier answers are back', async () => {
    await learn.learn(steps(2));
    await learn.undo();
    expect([engine.adapter?.steps, answers(learn), learn.repeat]).toEqual([1, ['with 1'], 'same']);
    await learn.undo();
    expect([engine.adapter, answers(learn), learn.repeat]).toEqual([null, ['with 0'], 'same']);
    expect(learn.learned.canUndo).toBe(false);
    await learn.redo();
    expect([engine.adapter, learn.repeat]).toEqual([{ steps: 1, weights: weights(1) }, 'same']);
  });

  it('admits it when the earlier answers are not back', async () => {
    await learn.learn(REQUEST);
    engine.sampled = () => ['something else'];
    await learn.undo();
    expect(learn.repeat).toBe('different');
  });

  it('a step after an undo takes the place of what was undone', async () => {
    await learn.learn(steps(2));
    await learn.undo();
    await learn.learn(REQUEST);
    expect(learn.learned.history.points.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(learn.learned.canRedo).toBe(false);
    expect(engine.tasks[1]?.checkpoint?.stepsDone).toBe(1);
  });

  it('an undo that the engine refuses changes nothing', async () => {
    await learn.learn(REQUEST);
    engine.refuses = failure('device-lost');
    await learn.undo();
    expect(learn.failure?.code).toBe('device-lost');
    expect(currentPoint(learn.learned.history).step).toBe(1);
    expect(learn.status).toBe('idle');
  });

  it('stopped, keeps the finished steps and calls it no failure', async () => {
    engine.abortedAfter = 2;
    await learn.learn(steps(5));
    expect(learn.failure).toBeNull();
    expect(currentPoint(learn.learned.history).step).toBe(2);
    expect(engine.adapter?.steps).toBe(2);
  });

  it('stops after the step under way', async () => {
    const running = learn.learn(steps(5));
    await Promise.resolve();
    await Promise.resolve();
    learn.stopAfterStep();
    expect(learn.step.isStopping).toBe(true);
    await running;
    expect(currentPoint(learn.learned.history).step).toBe(1);
    expect(learn.step.isStopping).toBe(false);
  });

  it('without the adapter, and with it again', async () => {
    await learn.learn(REQUEST);
    await learn.setOn(false);
    expect([engine.adapter, learn.learned.isOn, learn.learned.hasAdapter]).toEqual([null, false, true]);
    await learn.setOn(true);
    expect(engine.adapter?.steps).toBe(1);
  });

  it('forgets everything on reset', async () => {
    await learn.learn(REQUEST);
    await learn.reset();
    expect([
      engine.adapter,
      learn.learned.hasAdapter,
      learn.learned.canUndo,
      learn.learned.history.points.length,
    ]).toEqual([null, false, false, 1]);
  });

  it('goes on from files, with their shape, and says which model they name', async () => {
    engine.read = { ok: true, value: { weights: weights(7, 4), otherBase: 'another' } };
    await learn.takeFiles([], 'mine', DEFAULT_LEARN_SETTINGS);
    expect([learn.learned.history.origin, learn.learned.otherBase, engine.adapter?.weights]).toEqual([
      'mine',
      'another',
      weights(7, 4),
    ]);
    await learn.learn(REQUEST);
    expect(engine.tasks[0]?.settings.lora.rank).toBe(4);
    expect(engine.tasks[0]?.checkpoint?.firstMoments).toEqual(weights(0, 4));
  });

  it('files that cannot be read leave what was learned', async () => {
    await learn.learn(REQUEST);
    engine.read = failure('model-invalid');
    await learn.takeFiles([], 'bad', DEFAULT_LEARN_SETTINGS);
    expect([learn.importFault, learn.failure, learn.learned.history.origin, engine.adapter?.steps]).toEqual([
      'model-invalid',
      null,
      null,
      1,
    ]);
  });

  it("writes PEFT's two files of the present state", async () => {
    expect(learn.learned.files()).toEqual([]);
    await learn.learn(REQUEST);
    expect(learn.learned.files().map(({ name }) => name)).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
  });

  it('is offered on the next visit, and goes on there', async () => {
    await learn.learn(steps(2));
    await learn.undo();
    const next = new LearnState(engine, store);
    await expect.poll(() => next.learned.keeper.kept).not.toBeNull();
    engine.adapter = null;
    await next.restoreSaved();
    expect([engine.adapter, next.learned.keeper.kept, next.learned.canRedo]).toEqual([
      { steps: 1, weights: weights(1) },
      null,
      true,
    ]);
  });

  it('offers nothing where nothing was learned, and nothing that was thrown away', async () => {
    await learn.learn(REQUEST);
    const next = new LearnState(engine, store);
    await expect.poll(() => next.learned.keeper.kept).not.toBeNull();
    await next.learned.keeper.discard();
    expect([next.learned.keeper.kept, store.kept]).toEqual([null, null]);
  });

  it('says when the browser keeps nothing', async () => {
    store.accepts = false;
    await learn.learn(REQUEST);
    expect(learn.learned.keeper.isSaved).toBe(false);
  });
});
