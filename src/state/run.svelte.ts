import type { WorkerFailure, WorkerResult } from '../../workers/protocol';
import type { PromptMeasure, SampleRequest, SampleTiming } from '../engine/types';
import type { StepBatch } from '../records/step-batch';
import { RunTrace } from '../records/trace';
import type { EngineState } from './engine.svelte';
import { mark } from './marks';
import { type AnswerComparer, type Focus, RunBoard, type RunView } from './run-board.svelte';
import { estimateRun, type RunEstimate } from './run-estimate';

/** queued: waits for the engine to load. */
export type RunStatus = 'idle' | 'queued' | 'running' | 'done' | 'aborted' | 'error';

/** The page follows a run at most this often: painting is dear, tokens come faster than anyone reads. */
const TICK_MS = 100;

/** What a run needs of the engine. */
export type Sampler = Pick<EngineState, 'loaded' | 'measure' | 'sample' | 'abort'>;

/** One run: what was asked, how far it is, what it has written. The only writer of all that. */
export class RunState {
  #status = $state.raw<RunStatus>('idle');
  #request = $state.raw<SampleRequest | null>(null);
  #failure = $state.raw<WorkerFailure | null>(null);
  #estimate = $state.raw<RunEstimate | null>(null);
  #timing = $state.raw<SampleTiming | null>(null);
  #firstTokenMs: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Where the status goes back to when a request comes to nothing. */
  #settled: RunStatus = 'idle';
  /** Number of the latest call of solve: a call that has been overtaken changes nothing any more. */
  #call = 0;
  /** The vote over what has been written, and what the reader looks at. */
  readonly board: RunBoard;

  constructor(
    private readonly engine: Sampler,
    answers?: AnswerComparer,
  ) {
    this.board = new RunBoard(answers);
  }

  get status(): RunStatus {
    return this.#status;
  }

  get busy(): boolean {
    return this.#status === 'queued' || this.#status === 'running';
  }

  /** What the run shown was asked for; null: there has been no run. */
  get request(): SampleRequest | null {
    return this.#request;
  }

  /** null: nothing has been sampled yet. */
  get view(): RunView | null {
    return this.board.view;
  }

  get focus(): Focus {
    return this.board.focus;
  }

  /** Why the last run failed; null: it did not. */
  get failure(): WorkerFailure | null {
    return this.#failure;
  }

  get estimate(): RunEstimate | null {
    return this.#estimate;
  }

  get timing(): SampleTiming | null {
    return this.#timing;
  }

  /** Samples, as soon as the engine is loaded. Settles when the run has ended, however it ended. */
  async solve(request: SampleRequest): Promise<void> {
    if (this.busy) return;
    const call = ++this.#call;
    mark('solve');
    this.dismissFailure();
    this.#settled = this.#status;
    this.#status = 'queued';
    const loaded = await this.engine.loaded();
    if (call !== this.#call) return;
    if (!loaded.ok) {
      this.#status = this.#settled;
      return;
    }
    const measured = await this.engine.measure(request.problem);
    if (call !== this.#call) return;
    if (!measured.ok) return this.#fail(measured);
    // A problem that the engine will refuse must not wipe the last run from the page.
    if (isSolvable(request.problem, measured.value)) {
      this.#begin(request, loaded.value.contextTokens - measured.value.tokens);
    }
    const result = await this.engine.sample(request, (batch) => {
      if (call === this.#call) this.#append(batch);
    });
    if (call === this.#call) await this.#end(result);
  }

  /** Ends the run within one decode step; what has been written stays. */
  stop(): void {
    if (this.#status === 'queued') {
      this.#call++;
      this.#status = this.#settled;
    } else if (this.#status === 'running') {
      this.engine.abort();
    }
  }

  dismissFailure(): void {
    this.#failure = null;
    if (this.#status === 'error') this.#status = this.#settled;
  }

  #begin(request: SampleRequest, roomTokens: number): void {
    const { settings } = request;
    const trace = new RunTrace(settings.paths, Math.min(settings.maxTokens, roomTokens));
    this.#request = request;
    this.#timing = null;
    this.#estimate = null;
    this.#firstTokenMs = null;
    this.#settled = 'aborted';
    this.board.show(trace, settings);
    this.#status = 'running';
  }

  #append(batch: StepBatch): void {
    if (this.view === null) return;
    this.view.trace.append(batch);
    if (this.#firstTokenMs === null) {
      this.#firstTokenMs = performance.now();
      mark('first-token');
    }
    this.#timer ??= setTimeout(() => this.#show(), TICK_MS);
  }

  /** Hands what has arrived to the charts. */
  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.view === null) return;
    const elapsedMs = this.#firstTokenMs === null ? 0 : performance.now() - this.#firstTokenMs;
    this.#estimate = estimateRun(this.view.trace, elapsedMs);
    this.board.follow();
  }

  async #end(result: WorkerResult<SampleTiming>): Promise<void> {
    if (this.#status !== 'running') return result.ok ? undefined : this.#fail(result);
    this.view?.trace.abortRunning();
    this.#show();
    // Paths that Stop cut short have ended too: some may have written their answer already.
    this.board.recount();
    await this.board.group();
    this.#estimate = null;
    mark('verdict');
    if (result.ok) {
      this.#timing = result.value;
      this.#status = 'done';
    } else if (result.code === 'aborted') {
      this.#status = 'aborted';
    } else {
      this.#fail(result);
    }
  }

  #fail(failure: WorkerFailure): void {
    this.#failure = failure;
    this.#status = 'error';
  }
}

function isSolvable(problem: string, { tokens, limit, unknownCharacters }: PromptMeasure): boolean {
  return problem.trim() !== '' && tokens <= limit && unknownCharacters.length === 0;
}
