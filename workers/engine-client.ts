import * as Comlink from 'comlink';
import type { SelfTestReport } from '../src/policy/self-test';
import type {
  EngineInfo,
  LoadProgress,
  PromptMeasure,
  SampleListener,
  SampleRequest,
  SampleTiming,
} from '../src/policy/types';
import type { Stopped } from '../src/learn/plan';
import type { EvalReport, LearnProgress } from '../src/learn/types';
import type { LoraWeights } from '../src/model/lora';
import type { ReadAdapter } from '../src/model/peft';
import { type CallId, Calls } from './calls';
import type {
  EngineSource,
  EngineWorkerApi,
  EvaluateTask,
  LearnListener,
  LearnTask,
  WorkerFailure,
  WorkerResult,
} from './protocol';

/**
 * The page's side of one engine worker. Every call settles: when the worker itself dies (its script cannot be loaded,
 * an uncaught error) all calls resolve to an `internal` failure. A signal ends its own call alone.
 */
export class EngineClient {
  // Held for the life of the client: comlink closes a channel whose proxy has been collected as garbage.
  readonly #worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' });
  readonly #api = Comlink.wrap<EngineWorkerApi>(this.#worker);
  readonly #calls = new Calls((call) => void this.#api.cancel(call));
  readonly #died = new Promise<WorkerFailure>((resolve) => {
    const fail = (event: Event) => {
      const message = 'message' in event ? String(event.message) : '';
      const reason = message === '' ? 'the worker did not start' : message;
      resolve({ ok: false, code: 'internal', message: reason, details: { reason, worker: 'died' } });
    };
    this.#worker.addEventListener('error', fail);
    this.#worker.addEventListener('messageerror', fail);
  });

  load(
    source: EngineSource,
    onProgress: (progress: LoadProgress) => void,
    signal?: AbortSignal,
  ): Promise<WorkerResult<EngineInfo>> {
    return this.#run(signal, (call) => this.#api.load(call, source, Comlink.proxy(onProgress)));
  }

  measure(problem: string): Promise<WorkerResult<PromptMeasure>> {
    return this.#settled(this.#api.measure(problem));
  }

  selfTest(): Promise<WorkerResult<SelfTestReport>> {
    return this.#settled(this.#api.selfTest());
  }

  sample(request: SampleRequest, listener: SampleListener, signal?: AbortSignal): Promise<WorkerResult<SampleTiming>> {
    return this.#run(signal, (call) => this.#api.sample(call, request, Comlink.proxy(listener)));
  }

  learn(task: LearnTask, listener: LearnListener, signal?: AbortSignal): Promise<WorkerResult<Stopped | null>> {
    return this.#run(signal, (call) => this.#api.learn(call, task, Comlink.proxy(listener)));
  }

  evaluate(
    task: EvaluateTask,
    onProgress: (progress: LearnProgress) => void,
    signal?: AbortSignal,
  ): Promise<WorkerResult<EvalReport>> {
    return this.#run(signal, (call) => this.#api.evaluate(call, task, Comlink.proxy(onProgress)));
  }

  setAdapter(weights: LoraWeights | null): Promise<WorkerResult<void>> {
    return this.#settled(this.#api.setAdapter(weights));
  }

  importAdapter(files: readonly File[]): Promise<WorkerResult<ReadAdapter>> {
    return this.#settled(this.#api.importAdapter(files));
  }

  /** Resolves with the reason when the GPU device is lost or the worker dies. */
  whenLost(): Promise<string> {
    return Promise.race([this.#api.whenLost(), this.#died.then((failure) => failure.message)]);
  }

  /** Ends the worker and with it everything it holds on the GPU. Running calls stay unsettled. */
  dispose(): void {
    this.#api[Comlink.releaseProxy]();
    this.#worker.terminate();
  }

  #run<T>(signal: AbortSignal | undefined, make: (call: CallId) => Promise<WorkerResult<T>>): Promise<WorkerResult<T>> {
    return this.#calls.run(signal, (call) => this.#settled(make(call)));
  }

  #settled<T>(call: Promise<WorkerResult<T>>): Promise<WorkerResult<T>> {
    return Promise.race([call, this.#died]);
  }
}
