import * as Comlink from 'comlink';
import type { SelfTestReport } from '../src/policy/self-test';
import type {
  EngineInfo,
  LoadProgress,
  PromptMeasure,
  SampleRequest,
  SampleTiming,
  WebLlmOptions,
} from '../src/policy/types';
import type { EvalReport, LearnProgress } from '../src/learn/types';
import type { LoraWeights } from '../src/model/lora';
import type { NamedFile, ReadAdapter } from '../src/model/peft';
import type { StepBatch } from '../src/run/step-batch';
import type { EngineWorkerApi, EvaluateTask, LearnListener, LearnTask, WorkerFailure, WorkerResult } from './protocol';

/**
 * The page's side of one engine worker. Every call settles: when the worker itself dies (its script cannot be loaded,
 * an uncaught error) all calls resolve to an `internal` failure instead of waiting for ever.
 */
export class EngineClient {
  // Held for the life of the client: comlink closes a channel whose proxy has been collected as garbage.
  readonly #worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' });
  readonly #api = Comlink.wrap<EngineWorkerApi>(this.#worker);
  readonly #died = new Promise<WorkerFailure>((resolve) => {
    const fail = (event: Event) => {
      const reason = event instanceof ErrorEvent && event.message !== '' ? event.message : 'the worker did not start';
      resolve({ ok: false, code: 'internal', message: reason, details: { reason } });
    };
    this.#worker.addEventListener('error', fail);
    this.#worker.addEventListener('messageerror', fail);
  });

  load(
    modelUrl: string,
    modelId: string,
    onProgress: (progress: LoadProgress) => void,
    webllm?: WebLlmOptions,
  ): Promise<WorkerResult<EngineInfo>> {
    return this.#settled(this.#api.load(modelUrl, modelId, Comlink.proxy(onProgress), webllm));
  }

  measure(problem: string): Promise<WorkerResult<PromptMeasure>> {
    return this.#settled(this.#api.measure(problem));
  }

  selfTest(): Promise<WorkerResult<SelfTestReport>> {
    return this.#settled(this.#api.selfTest());
  }

  sample(request: SampleRequest, onStep: (batch: StepBatch) => void): Promise<WorkerResult<SampleTiming>> {
    return this.#settled(this.#api.sample(request, Comlink.proxy(onStep)));
  }

  learn(task: LearnTask, listener: LearnListener): Promise<WorkerResult<void>> {
    return this.#settled(this.#api.learn(task, Comlink.proxy(listener)));
  }

  evaluate(task: EvaluateTask, onProgress: (progress: LearnProgress) => void): Promise<WorkerResult<EvalReport>> {
    return this.#settled(this.#api.evaluate(task, Comlink.proxy(onProgress)));
  }

  setAdapter(weights: LoraWeights | null): Promise<WorkerResult<void>> {
    return this.#settled(this.#api.setAdapter(weights));
  }

  readAdapter(files: readonly NamedFile[]): Promise<WorkerResult<ReadAdapter>> {
    return this.#settled(this.#api.readAdapter(files));
  }

  abort(): Promise<void> {
    return this.#api.abort();
  }

  /** Resolves with the reason when the GPU device is lost or the worker dies. */
  whenLost(): Promise<string> {
    return Promise.race([this.#api.whenLost(), this.#died.then((failure) => failure.message)]);
  }

  /** Ends the worker and with it everything it holds on the GPU. Calls under way stay unsettled. */
  dispose(): void {
    this.#api[Comlink.releaseProxy]();
    this.#worker.terminate();
  }

  #settled<T>(call: Promise<WorkerResult<T>>): Promise<WorkerResult<T>> {
    return Promise.race([call, this.#died]);
  }
}
