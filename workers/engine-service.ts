import { transfer } from 'comlink';
import { BatchEngine } from '../src/engine/batch-engine';
import { toEngineError } from '../src/policy/errors';
import { meterDevice } from '../src/engine/decode/logit-meter';
import { selfTest } from '../src/engine/self-test/self-test';
import type { SelfTestReport } from '../src/policy/self-test';
import {
  EngineError,
  type Policy,
  type EngineInfo,
  type LoadProgress,
  type PromptMeasure,
  type SampleRequest,
  type SampleTiming,
  type WebLlmOptions,
} from '../src/policy/types';
import { acquireDevice, type GpuDevice } from '../src/gpu/device';
import { openModel } from '../src/model/load';
import type { OpenModel } from '../src/model/types';
import { placeSource } from '../src/model/download/place-source';
import type { LoraWeights } from '../src/model/lora';
import type { NamedFile, ReadAdapter } from '../src/model/peft';
import type { EvalReport, LearnProgress } from '../src/learn/types';
import { transferablesOf, type StepBatch } from '../src/run/step-batch';
import { webLlmLibrary } from '../src/webllm/library';
import { WebLlmEngine, type WebLlmPlace } from '../src/webllm/webllm-engine';
import { readAdapter, runEvaluation, runLearning, trainable } from './learning';
import type { EngineWorkerApi, EvaluateTask, LearnListener, LearnTask, WorkerResult } from './protocol';

/** One engine on one GPU device, behind tagged unions. Lives in the worker; a lost device means a new worker. */
export class EngineService implements EngineWorkerApi {
  #engine: BatchEngine | WebLlmEngine | null = null;
  #device: GpuDevice | null = null;
  #task: AbortController | null = null;
  #announceLoss: (reason: string) => void = () => undefined;
  readonly #lost = new Promise<string>((resolve) => {
    this.#announceLoss = resolve;
  });

  constructor(private readonly gpu: GPU | undefined) {}

  load(
    modelUrl: string,
    modelId: string,
    onProgress: (progress: LoadProgress) => void,
    webllm?: WebLlmOptions,
  ): Promise<WorkerResult<EngineInfo>> {
    return this.#settle(async (signal) => {
      const started = performance.now();
      await this.#unload();
      onProgress({ phase: 'device', done: 0, total: 0, unit: 'items' });
      const device = await acquireDevice(this.gpu);
      try {
        onProgress({ phase: 'download', done: 0, total: 0, unit: 'items' });
        const source = await placeSource(globalThis.caches, globalThis.location?.origin, modelId, modelUrl);
        const model = await openModel(source, signal);
        this.#engine =
          webllm === undefined
            ? await BatchEngine.load(device, model, onProgress, signal)
            : await loadWebLlm(device, model, { modelUrl, ...webllm }, onProgress, signal);
      } catch (error) {
        device.destroy();
        throw error;
      }
      this.#watch(device, this.#engine);
      return { ...this.#engine.info, loadMs: performance.now() - started };
    });
  }

  async measure(problem: string): Promise<WorkerResult<PromptMeasure>> {
    try {
      return { ok: true, value: this.#loaded().measure(problem) };
    } catch (error) {
      return failureOf(error);
    }
  }

  selfTest(): Promise<WorkerResult<SelfTestReport>> {
    return this.#settle((signal) => {
      if (this.#device === null) throw new EngineError('internal', 'The engine has not been loaded.');
      return selfTest(this.#device, signal);
    });
  }

  sample(request: SampleRequest, onStep: (batch: StepBatch) => void): Promise<WorkerResult<SampleTiming>> {
    return this.#settle(async (signal) => {
      // Through comlink `onStep` returns a promise. The batches travel on a channel of their own, in order; waiting for
      // the last one keeps the result from overtaking them.
      let delivered: unknown;
      const send = (batch: StepBatch) => {
        delivered = onStep(transfer(batch, transferablesOf(batch)));
      };
      try {
        return await this.#loaded().sample(request, send, signal);
      } finally {
        await delivered;
      }
    });
  }

  learn(task: LearnTask, listener: LearnListener): Promise<WorkerResult<void>> {
    return this.#settle((signal) => runLearning(trainable(this.#loaded()), task, listener, signal));
  }

  evaluate(task: EvaluateTask, onProgress: (progress: LearnProgress) => void): Promise<WorkerResult<EvalReport>> {
    return this.#settle((signal) => runEvaluation(trainable(this.#loaded()), task, onProgress, signal));
  }

  setAdapter(weights: LoraWeights | null): Promise<WorkerResult<void>> {
    return this.#settle(() => trainable(this.#loaded()).setAdapter(weights));
  }

  readAdapter(files: readonly NamedFile[]): Promise<WorkerResult<ReadAdapter>> {
    return this.#settle(() => readAdapter(trainable(this.#loaded()), files));
  }

  async abort(): Promise<void> {
    this.#task?.abort();
  }

  whenLost(): Promise<string> {
    return this.#lost;
  }

  #loaded(): Policy {
    if (this.#engine === null) throw new EngineError('internal', 'The engine has not been loaded.');
    return this.#engine;
  }

  /** WebLLM computes on a device of its own: losing either is the end. */
  #watch(device: GpuDevice, engine: BatchEngine | WebLlmEngine): void {
    this.#device = device;
    const losses = engine instanceof BatchEngine ? [device.lost] : [device.lost, engine.lost];
    void Promise.race(losses).then((reason) => {
      if (this.#engine === engine) this.#announceLoss(reason);
    });
  }

  /** One engine at a time holds the GPU's memory. */
  async #unload(): Promise<void> {
    const [engine, device] = [this.#engine, this.#device];
    this.#engine = null;
    this.#device = null;
    await engine?.dispose();
    device?.destroy();
  }

  /** Runs one task that `abort` can end, and turns whatever it throws into a failure. */
  async #settle<T>(work: (signal: AbortSignal) => Promise<T>): Promise<WorkerResult<T>> {
    const task = new AbortController();
    this.#task = task;
    try {
      return { ok: true, value: await work(task.signal) };
    } catch (error) {
      return failureOf(error, task.signal);
    } finally {
      if (this.#task === task) this.#task = null;
    }
  }
}

async function loadWebLlm(
  device: GpuDevice,
  model: OpenModel,
  place: WebLlmPlace,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<WebLlmEngine> {
  return WebLlmEngine.load(await webLlmLibrary(), meterDevice(device), model, place, onProgress, signal);
}

function failureOf(error: unknown, signal?: AbortSignal): WorkerResult<never> {
  const { code, message, details } = toEngineError(error, signal);
  return { ok: false, code, message, details };
}
