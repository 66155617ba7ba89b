import { EngineClient } from '../../workers/engine-client';
import type { WorkerFailure, WorkerResult } from '../../workers/protocol';
import type { EngineInfo, LoadProgress, PromptMeasure, SampleRequest, SampleTiming } from '../engine/types';
import type { StepBatch } from '../records/step-batch';
import { LoadEstimate } from './load-estimate';
import { mark } from './marks';
import type { ModelPlace } from './model-place';

export type EngineStatus = 'loading' | 'ready' | 'failed';

export interface ShownLoadProgress extends LoadProgress {
  /** Time left in this phase; null: not known yet. */
  readonly remainingMs: number | null;
}

/** The engine as the page sees it: it starts to load at once, so that Solve finds it ready. */
export class EngineState {
  #status = $state.raw<EngineStatus>('loading');
  #progress = $state.raw<ShownLoadProgress | null>(null);
  #info = $state.raw<EngineInfo | null>(null);
  #failure = $state.raw<WorkerFailure | null>(null);
  #client: EngineClient;
  #loaded: Promise<WorkerResult<EngineInfo>>;

  constructor(readonly model: ModelPlace) {
    this.#client = new EngineClient();
    this.#loaded = this.#load();
  }

  get status(): EngineStatus {
    return this.#status;
  }

  get progress(): ShownLoadProgress | null {
    return this.#progress;
  }

  get info(): EngineInfo | null {
    return this.#info;
  }

  /** Why there is no engine; null unless `status` is 'failed'. */
  get failure(): WorkerFailure | null {
    return this.#failure;
  }

  /** Ends the worker, whatever it holds, and loads anew. */
  reload(): void {
    this.#client.dispose();
    this.#client = new EngineClient();
    this.#status = 'loading';
    this.#progress = null;
    this.#info = null;
    this.#failure = null;
    this.#loaded = this.#load();
  }

  /** Resolves when the load under way has ended, well or not. */
  loaded(): Promise<WorkerResult<EngineInfo>> {
    return this.#loaded;
  }

  measure(problem: string): Promise<WorkerResult<PromptMeasure>> {
    return this.#client.measure(problem);
  }

  sample(request: SampleRequest, onStep: (batch: StepBatch) => void): Promise<WorkerResult<SampleTiming>> {
    return this.#client.sample(request, onStep);
  }

  abort(): void {
    void this.#client.abort();
  }

  async #load(): Promise<WorkerResult<EngineInfo>> {
    const client = this.#client;
    const estimate = new LoadEstimate();
    const result = await client.load(this.model.url, this.model.id, (progress) => {
      if (client === this.#client && this.#status === 'loading') {
        this.#progress = { ...progress, remainingMs: estimate.remainingMs(progress, performance.now()) };
      }
    });
    if (client !== this.#client) return result;
    if (result.ok) {
      this.#info = result.value;
      this.#status = 'ready';
      mark('engine-ready');
      void this.#watch(client);
    } else {
      this.#fail(result);
    }
    return result;
  }

  async #watch(client: EngineClient): Promise<void> {
    const reason = await client.whenLost();
    if (client !== this.#client) return;
    this.#fail({ ok: false, code: 'device-lost', message: reason, details: { reason } });
  }

  #fail(failure: WorkerFailure): void {
    this.#failure = failure;
    this.#info = null;
    this.#status = 'failed';
  }
}
