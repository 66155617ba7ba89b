import { EngineClient } from '../../../workers/engine-client';
import type {
  EngineSource,
  EvaluateTask,
  LearnListener,
  LearnTask,
  WorkerFailure,
  WorkerResult,
} from '../../../workers/protocol';
import type {
  EngineInfo,
  LoadProgress,
  PromptMeasure,
  SampleListener,
  SampleRequest,
  SampleTiming,
} from '../../policy/types';
import type { EngineKind } from '../../run/engine-kind';
import type { Stopped } from '../../learn/plan';
import type { EvalReport, LearnProgress } from '../../learn/types';
import type { LoraWeights } from '../../model/lora';
import type { ReadAdapter } from '../../model/peft';
import type { SelfTestReport } from '../../policy/self-test';
import { EngineChoice, type Rates } from './engine-choice.svelte';
import { LoadEstimate } from './load-estimate';
import { mark } from './marks';
import type { ModelLocation } from './model-location';
import { SelfTests } from './self-tests.svelte';

export type EngineStatus = 'loading' | 'ready' | 'failed';

export interface ShownLoadProgress extends LoadProgress {
  /** Time left in this phase; null: not known yet. */
  readonly remainingMs: number | null;
}

/** An adapter that the engine runs with. */
export interface EngineAdapter {
  /** Steps that were learned into it. */
  readonly steps: number;
  readonly weights: LoraWeights;
}

/** The part of a client of the engine worker that is used here, so that tests can bring their own. */
export type EngineConnection = Pick<
  EngineClient,
  | 'load'
  | 'measure'
  | 'selfTest'
  | 'sample'
  | 'learn'
  | 'evaluate'
  | 'setAdapter'
  | 'importAdapter'
  | 'whenLost'
  | 'dispose'
>;

/** The engine as the page sees it: it starts to load at once, so that Solve finds it ready. */
export class EngineState {
  #status = $state.raw<EngineStatus>('loading');
  #progress = $state.raw<ShownLoadProgress | null>(null);
  #info = $state.raw<EngineInfo | null>(null);
  #failure = $state.raw<WorkerFailure | null>(null);
  #adapter = $state.raw<EngineAdapter | null>(null);
  readonly #choice = new EngineChoice();
  readonly #tests = new SelfTests();
  #acceptUnknownRope = false;
  /** Learning has taken our engine, whatever Solve's choice is; until the next choice. */
  #batchForNow = $state.raw(false);
  #client: EngineConnection;
  #loaded: Promise<WorkerResult<EngineInfo>>;

  /** @param connect starts a worker; a lost device means a new one */
  constructor(
    readonly model: ModelLocation,
    private readonly connect: () => EngineConnection = () => new EngineClient(),
  ) {
    this.#client = connect();
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

  /** What sampling runs with; null: the model alone. */
  get adapter(): EngineAdapter | null {
    return this.#adapter;
  }

  /** The engine that is loaded, or is being loaded. Where there is no GPU the CPU engine has taken the chosen one's place. */
  get kind(): EngineKind {
    if (this.#info?.engine === 'cpu') return 'cpu';
    return this.#batchForNow ? 'batch' : this.#choice.kindOf(this.model);
  }

  /** What was measured of this model on this device. */
  get rates(): Rates {
    return this.#info === null ? {} : this.#choice.ratesOf(this.#info.device, this.model.id);
  }

  /** null: not taken yet. */
  get selfTest(): SelfTestReport | null {
    return this.#info === null ? null : this.#tests.reportOf(this.#info.device);
  }

  /** Takes the other engine, now and from now on. WebLLM runs the model alone: an adapter is off then. */
  choose(kind: EngineKind): void {
    this.#choice.choose(this.model.id, kind);
    this.#batchForNow = false;
    if (kind === 'webllm') this.#adapter = null;
    this.reload();
  }

  /** Goes on with WebLLM although its library's rotary base is not known to be the model's; for this visit. */
  acceptRope(): void {
    this.#acceptUnknownRope = true;
    this.reload();
  }

  /** Ends the worker, whatever it holds, and loads anew. */
  reload(): void {
    this.#client.dispose();
    this.#client = this.connect();
    this.#status = 'loading';
    this.#progress = null;
    this.#info = null;
    this.#failure = null;
    this.#loaded = this.#load();
  }

  /** Ends the worker and with it everything on the GPU; nothing more will come from here. */
  close(): void {
    this.#client.dispose();
  }

  /** Resolves when the running load has ended, well or not. */
  loaded(): Promise<WorkerResult<EngineInfo>> {
    return this.#loaded;
  }

  measure(problem: string): Promise<WorkerResult<PromptMeasure>> {
    return this.#client.measure(problem);
  }

  async sample(
    request: SampleRequest,
    listener: SampleListener,
    signal?: AbortSignal,
  ): Promise<WorkerResult<SampleTiming>> {
    const info = this.#info;
    const result = await this.#client.sample(request, listener, signal);
    // One branch says nothing about the rate of many paths.
    const isWhole = request.continuation === undefined;
    if (result.ok && info !== null && isWhole) this.#choice.noteRun(info, request.settings.paths, result.value);
    return result;
  }

  learn(task: LearnTask, listener: LearnListener, signal?: AbortSignal): Promise<WorkerResult<Stopped | null>> {
    return this.#withBatch(() => this.#client.learn(task, listener, signal));
  }

  evaluate(
    task: EvaluateTask,
    onProgress: (progress: LearnProgress) => void,
    signal?: AbortSignal,
  ): Promise<WorkerResult<EvalReport>> {
    return this.#withBatch(() => this.#client.evaluate(task, onProgress, signal));
  }

  /** Runs with this adapter from now on, also after a reload. */
  async setAdapter(adapter: EngineAdapter | null): Promise<WorkerResult<void>> {
    // WebLLM has none to take off.
    if (adapter === null && this.kind === 'webllm') return { ok: true, value: undefined };
    const result = await this.#withBatch(() => this.#client.setAdapter(adapter?.weights ?? null));
    if (result.ok) this.#adapter = adapter;
    return result;
  }

  /** Says what learning has left on the engine. */
  noteAdapter(adapter: EngineAdapter | null): void {
    this.#adapter = adapter;
  }

  /** Reads an adapter from its files in PEFT's format, and runs with it from now on, also after a reload. */
  async importAdapter(files: readonly File[]): Promise<WorkerResult<ReadAdapter>> {
    const result = await this.#withBatch(() => this.#client.importAdapter(files));
    if (result.ok) this.#adapter = { steps: 0, weights: result.value.weights };
    return result;
  }

  async #load(): Promise<WorkerResult<EngineInfo>> {
    const client = this.#client;
    const estimate = new LoadEstimate();
    const onProgress = (progress: LoadProgress): void => {
      if (client !== this.#client || this.#status !== 'loading') return;
      this.#progress = { ...progress, remainingMs: estimate.remainingMs(progress, performance.now()) };
    };
    const loaded = await client.load(this.#source(), onProgress);
    const result = loaded.ok ? await this.#withAdapter(client, loaded) : loaded;
    if (client !== this.#client) return result;
    if (result.ok) {
      this.#info = result.value;
      this.#status = 'ready';
      mark('engine-ready');
      void this.#watch(client);
      const hasKernels = result.value.engine !== 'cpu';
      if (hasKernels && this.selfTest === null) void this.#takeSelfTest(client);
    } else {
      this.#fail(result);
    }
    return result;
  }

  /** A new worker does not have the page's adapter yet. */
  async #withAdapter(client: EngineConnection, loaded: WorkerResult<EngineInfo>): Promise<WorkerResult<EngineInfo>> {
    // WebLLM has no adapters: the model alone runs there.
    if (this.#adapter === null || !loaded.ok || loaded.value.engine === 'webllm') return loaded;
    const taken = await client.setAdapter(this.#adapter.weights);
    return taken.ok ? loaded : taken;
  }

  /** WebLLM neither learns nor has adapters: ours is loaded first in its place. */
  async #withBatch<T>(work: () => Promise<WorkerResult<T>>): Promise<WorkerResult<T>> {
    if (this.kind === 'webllm') {
      this.#batchForNow = true;
      this.reload();
      const loaded = await this.#loaded;
      if (!loaded.ok) return loaded;
    }
    return work();
  }

  #source(): EngineSource {
    const { id: modelId, url: modelUrl, webllm } = this.model;
    if (this.kind !== 'webllm' || webllm === null) return { modelId, modelUrl };
    const { libraryUrl, requiredFeatures } = webllm;
    return { modelId, modelUrl, webllm: { libraryUrl, requiredFeatures, acceptUnknownRope: this.#acceptUnknownRope } };
  }

  /** On a device seen for the first time. Without a result (the device was lost, say) it is taken another time. */
  async #takeSelfTest(client: EngineConnection): Promise<void> {
    const result = await client.selfTest();
    if (result.ok) this.#tests.keep(result.value);
  }

  async #watch(client: EngineConnection): Promise<void> {
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
