import { transfer } from 'comlink';
import { toEngineError } from '../src/policy/errors';
import type { SelfTestReport } from '../src/policy/self-test';
import type { TrainablePolicy } from '../src/policy/training';
import {
  EngineError,
  type EngineInfo,
  type LoadProgress,
  type PromptMeasure,
  type SampleListener,
  type SampleRequest,
  type SampleTiming,
} from '../src/policy/types';
import type { LoraWeights } from '../src/model/lora';
import type { ReadAdapter } from '../src/model/peft';
import type { Stopped } from '../src/learn/plan';
import type { EvalReport, LearnProgress } from '../src/learn/types';
import { transferablesOf } from '../src/run/step-batch';
import { type CallId, RunningCalls } from './calls';
import { importAdapter, runEvaluation, runLearning } from './learning';
import type { LoadedEngine, LoadEngine } from './load-engine';
import type { EngineSource, EngineWorkerApi, EvaluateTask, LearnListener, LearnTask, WorkerResult } from './protocol';

/** One engine at a time, behind results that never throw. Lives in the worker; a lost device means a new worker. */
export class EngineService implements EngineWorkerApi {
  #engine: LoadedEngine | null = null;
  readonly #calls = new RunningCalls();
  #announceLoss: (reason: string) => void = () => undefined;
  readonly #lost = new Promise<string>((resolve) => {
    this.#announceLoss = resolve;
  });

  constructor(private readonly loadEngine: LoadEngine) {}

  load(
    call: CallId,
    source: EngineSource,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<WorkerResult<EngineInfo>> {
    return this.#run(call, async (signal) => {
      const started = performance.now();
      await this.#unload();
      const engine = await this.loadEngine(source, onProgress, signal);
      this.#engine = engine;
      void engine.lost.then((reason) => {
        if (this.#engine === engine) this.#announceLoss(reason);
      });
      return { ...engine.policy.info, loadMs: performance.now() - started };
    });
  }

  measure(problem: string): Promise<WorkerResult<PromptMeasure>> {
    return settle(async () => this.#loaded().policy.measure(problem));
  }

  selfTest(): Promise<WorkerResult<SelfTestReport>> {
    return settle((signal) => this.#loaded().selfTest(signal));
  }

  sample(call: CallId, request: SampleRequest, listener: SampleListener): Promise<WorkerResult<SampleTiming>> {
    return this.#run(call, async (signal) => {
      // Through comlink the listener returns promises. Its messages have a channel of their own, in order; waiting for the
      // last one keeps the result from overtaking them.
      let delivered: unknown;
      const forward: SampleListener = {
        onStart: (start) => (delivered = listener.onStart(start)),
        onStep: (batch) => (delivered = listener.onStep(transfer(batch, transferablesOf(batch)))),
      };
      try {
        return await this.#loaded().policy.sample(request, forward, signal);
      } finally {
        await delivered;
      }
    });
  }

  learn(call: CallId, task: LearnTask, listener: LearnListener): Promise<WorkerResult<Stopped | null>> {
    return this.#run(call, (signal) => runLearning(this.#trainable(), task, listener, signal));
  }

  evaluate(
    call: CallId,
    task: EvaluateTask,
    onProgress: (progress: LearnProgress) => void,
  ): Promise<WorkerResult<EvalReport>> {
    return this.#run(call, (signal) => runEvaluation(this.#trainable(), task, onProgress, signal));
  }

  setAdapter(weights: LoraWeights | null): Promise<WorkerResult<void>> {
    return settle(() => this.#trainable().setAdapter(weights));
  }

  importAdapter(files: readonly File[]): Promise<WorkerResult<ReadAdapter>> {
    return settle(() => importAdapter(this.#trainable(), files));
  }

  async cancel(call: CallId): Promise<void> {
    this.#calls.cancel(call);
  }

  whenLost(): Promise<string> {
    return this.#lost;
  }

  #loaded(): LoadedEngine {
    if (this.#engine === null) throw new EngineError('internal', 'The engine has not been loaded.');
    return this.#engine;
  }

  #trainable(): TrainablePolicy {
    const { trainable } = this.#loaded();
    if (trainable !== null) return trainable;
    throw new EngineError('bad-settings', 'WebLLM has no adapters: only our own engines can learn.');
  }

  /** One engine at a time holds the GPU's memory. */
  async #unload(): Promise<void> {
    const engine = this.#engine;
    this.#engine = null;
    await engine?.close();
  }

  #run<T>(call: CallId, work: (signal: AbortSignal) => Promise<T>): Promise<WorkerResult<T>> {
    return this.#calls.run(call, (signal) => settle(work, signal));
  }
}

/** Turns whatever `work` throws into a failure. */
async function settle<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): Promise<WorkerResult<T>> {
  try {
    return { ok: true, value: await work(signal) };
  } catch (error) {
    const { code, message, details } = toEngineError(error, signal);
    return { ok: false, code, message, details };
  }
}
