import type { WorkerFailure, WorkerResult } from '../../../workers/protocol';
import type { EngineInfo, SampleListener, SampleRequest, SampleStart, SampleTiming } from '../../policy/types';
import type { VoteOptions } from '../../method/vote-types';
import type { RunRecord } from '../../run/saved-run';
import type { StepBatch } from '../../run/step-batch';
import { RunTrace } from '../../run/trace';
import { savedVerdict, underVote } from '../../run/verdict';
import type { EngineState } from './engine.svelte';
import { mark } from './marks';
import { type AnswerComparer, RunBoard, type RunView } from '../result/run-board.svelte';
import type { RunStatus } from '../result/result-model';
import { type KeptState, newFacts, type RunContext, type RunFacts, type RunKeeper } from './run-keeping';
import { RunPace } from './run-pace.svelte';
import { isEngineLost, resumedRun } from './run-resume';
import { NO_RUN, timingOf } from './shown-run';

/** What a run needs of the engine. */
export type Sampler = Pick<EngineState, 'loaded' | 'sample' | 'reload'>;

/** How often one run has its engine rebuilt: a GPU that is lost again and again will not finish it. */
const MOST_REBUILDS = 3;

/** One run: what was asked, how far it is, what it has written. The only writer of all that. */
export class RunState {
  #status = $state.raw<RunStatus>('idle');
  #failure = $state.raw<WorkerFailure | null>(null);
  #shown = $state.raw(NO_RUN);
  #rebuilds = $state.raw(0);
  /** Paths that had ended when the run was last saved. */
  #savedPaths = 0;
  /** Where the status goes back to when a request comes to nothing. */
  #settled: RunStatus = 'idle';
  /** Ends the sampling that the engine has been asked for; null: none. */
  #sampling: AbortController | null = null;
  /** Number of the latest call of solve: a call that has been overtaken changes nothing any more. */
  #call = 0;
  readonly pace = new RunPace(() => this.#show());
  /** The vote over what has been written, and what the reader looks at. */
  readonly board: RunBoard;

  constructor(
    private readonly engine: Sampler,
    answers?: AnswerComparer,
    private readonly keeper?: RunKeeper,
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
    const { facts } = this.#shown;
    return facts && { problem: facts.problem, settings: facts.settings };
  }

  /** null: nothing has been sampled yet. */
  get view(): RunView | null {
    return this.board.view;
  }

  /** Why the last run failed; null: it did not. */
  get failure(): WorkerFailure | null {
    return this.#failure;
  }

  /** How often the engine was lost and rebuilt while the run shown was sampled. */
  get rebuilds(): number {
    return this.#rebuilds;
  }

  get timing(): RunRecord['timing'] {
    return this.#shown.timing;
  }

  /** Whether the run shown was read from somewhere: its paths may be those of another model or device. */
  get isRecorded(): boolean {
    return this.#shown.isRecorded;
  }

  /** The run shown, by its own rules, as it can be saved; null: there is none. */
  get record(): RunRecord | null {
    const { facts, timing } = this.#shown;
    if (facts === null || this.view === null) return null;
    const { trace, own, verdict } = this.view;
    const saved = savedVerdict(underVote(verdict, own.decision.vote), own.decision);
    return { ...facts, trace, voteOptions: own.voteOptions, verdict: saved, timing };
  }

  /** Samples, as soon as the engine is loaded. Settles when the run has ended, however it ended. */
  async solve(request: SampleRequest, context: RunContext = { gold: null, adapter: null }): Promise<void> {
    if (this.busy) return;
    const call = ++this.#call;
    mark('solve');
    const info = await this.#ready(call);
    if (info === null) return;
    await this.#sample(request, call, ({ capacity }) => {
      this.#begin(new RunTrace(request.settings.paths, capacity), newFacts(request, context, info));
    });
  }

  /** Samples the paths that were cut short again, beside those that had ended. Nothing happens where none was cut. */
  async resume(): Promise<void> {
    const { record } = this;
    if (record === null || this.busy) return;
    const resumed = resumedRun(record);
    if (resumed === null) return;
    const call = ++this.#call;
    if ((await this.#ready(call)) === null) return;
    const begin = () => this.#begin(resumed.trace, record, record.voteOptions);
    await this.#sample(resumed.request, call, begin);
  }

  /** Shows a saved run by its own rules. playing: whoever plays it makes its trace grow. */
  show(record: RunRecord, status: 'playing' | 'done' | 'aborted'): void {
    if (this.busy) return;
    this.#call++;
    this.dismissFailure();
    const { trace, voteOptions, verdict, timing, ...facts } = record;
    this.#shown = { facts, timing, isRecorded: true };
    this.pace.reset();
    this.board.show(trace, record, voteOptions, verdict);
    this.follow(status);
  }

  /** Shows no run; the next one begins as the first did. */
  leave(): void {
    if (this.busy) return;
    this.#call++;
    this.dismissFailure();
    this.#status = 'idle';
    this.#shown = NO_RUN;
    this.board.leave();
  }

  /** Shows how far the one who plays the run shown has come. */
  follow(status: 'playing' | 'done' | 'aborted'): void {
    if (this.busy) return;
    this.#status = status;
    this.board.follow();
    if (status !== 'playing') this.board.recount();
  }

  /** Ends the run within one decode step; what has been written stays. */
  stop(): void {
    if (this.#sampling !== null) {
      this.#sampling.abort();
    } else if (this.#status === 'queued') {
      this.#call++;
      this.#status = this.#settled;
    }
  }

  dismissFailure(): void {
    this.#failure = null;
    if (this.#status === 'error') this.#status = this.#settled;
  }

  /** What the engine is once it has loaded; null: it did not load, or the call has been overtaken. */
  async #ready(call: number): Promise<EngineInfo | null> {
    this.dismissFailure();
    this.#settled = this.#status;
    this.#status = 'queued';
    const loaded = await this.engine.loaded();
    if (call !== this.#call) return null;
    if (!loaded.ok) this.#status = this.#settled;
    return loaded.ok ? loaded.value : null;
  }

  /**
   * Samples, and once more what is missing where the engine is lost meanwhile.
   * @param begin shows the run: the engine has accepted it. A refused one must not wipe the last run from the page
   */
  async #sample(request: SampleRequest, call: number, begin: (start: SampleStart) => void): Promise<void> {
    const sampling = new AbortController();
    this.#sampling = sampling;
    this.#rebuilds = 0;
    const asked = await this.#ask(request, call, begin, sampling.signal);
    let result: WorkerResult<SampleTiming | null> = asked;
    while (this.#status === 'running' && isEngineLost(result) && this.#rebuilds < MOST_REBUILDS) {
      result = await this.#goOn(call, sampling.signal);
    }
    if (call !== this.#call) return;
    this.#sampling = null;
    // A part's timing says nothing about the run.
    const isPart = request.only !== undefined || this.#rebuilds > 0;
    await this.#end(result.ok && isPart ? { ok: true, value: null } : result);
  }

  #ask(
    request: SampleRequest,
    call: number,
    begin: (start: SampleStart) => void,
    signal: AbortSignal,
  ): Promise<WorkerResult<SampleTiming>> {
    const listener: SampleListener = {
      onStart: (start) => {
        if (call === this.#call) begin(start);
      },
      onStep: (batch) => {
        if (call === this.#call) this.#append(batch);
      },
    };
    return this.engine.sample(request, listener, signal);
  }

  /** Rebuilds the engine and samples the paths that its loss cut short; those that had ended stay. */
  async #goOn(call: number, signal: AbortSignal): Promise<WorkerResult<SampleTiming | null>> {
    this.view?.trace.abortRunning();
    const { record } = this;
    const resumed = record && resumedRun(record);
    if (record === null || resumed === null) return { ok: true, value: null };
    this.#rebuilds++;
    this.engine.reload();
    const loaded = await this.engine.loaded();
    if (!loaded.ok) return loaded;
    if (signal.aborted) return { ok: false, code: 'aborted', message: 'Stopped on request.', details: {} };
    return this.#ask(resumed.request, call, () => this.#begin(resumed.trace, record, record.voteOptions), signal);
  }

  #begin(trace: RunTrace, facts: RunFacts, own?: VoteOptions): void {
    this.#shown = { facts, timing: null, isRecorded: false };
    this.pace.reset();
    this.#settled = 'aborted';
    this.board.show(trace, facts, own);
    this.#status = 'running';
    this.#keep('running');
  }

  #keep(state: KeptState): void {
    const { record, view } = this;
    if (record === null || view === null) return;
    this.#savedPaths = view.finishedPaths;
    this.keeper?.keep(record, view.own.decision, state);
  }

  #append(batch: StepBatch): void {
    if (this.view === null) return;
    this.view.trace.append(batch);
    this.pace.arrived();
  }

  /** Hands what has arrived to the charts. */
  #show(): void {
    this.pace.shown(this.view?.trace ?? null);
    if (this.view === null) return;
    this.board.follow();
    if (this.view.finishedPaths !== this.#savedPaths && this.#status === 'running') this.#keep('running');
  }

  async #end(result: WorkerResult<SampleTiming | null>): Promise<void> {
    if (this.#status !== 'running') return this.#refused(result);
    this.view?.trace.abortRunning();
    this.#show();
    // Paths that Stop cut short have ended too: some may have written their answer already.
    this.board.recount();
    await this.board.group();
    this.pace.reset();
    mark('verdict');
    if (result.ok && result.value !== null) this.#shown = { ...this.#shown, timing: timingOf(result.value) };
    this.#keep(result.ok ? 'done' : 'stopped');
    if (result.ok) this.#status = 'done';
    else if (result.code === 'aborted') this.#status = 'aborted';
    else this.#fail(result);
  }

  /** The engine did not begin: the run shown is still the last one. */
  #refused(result: WorkerResult<SampleTiming | null>): void {
    if (result.ok || result.code === 'aborted') this.#status = this.#settled;
    else this.#fail(result);
  }

  #fail(failure: WorkerFailure): void {
    this.#failure = failure;
    this.#status = 'error';
  }
}
