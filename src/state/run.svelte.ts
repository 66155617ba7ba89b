import { AnswersClient } from '../../workers/answers-client';
import type { WorkerFailure, WorkerResult } from '../../workers/protocol';
import { classesByText, type AnswerClasses } from '../answers/group';
import type { PromptMeasure, SampleRequest, SampleTiming } from '../engine/types';
import { gateFlips, type GateInterval } from '../method/gate-flips';
import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../method/vote-types';
import { decideRun } from '../records/decide';
import type { Decision } from '../records/decision';
import { rulePaths } from '../records/rule-paths';
import type { StepBatch } from '../records/step-batch';
import type { RunSettings } from '../records/settings';
import { RunTrace } from '../records/trace';
import type { EngineState } from './engine.svelte';
import { mark } from './marks';
import { ruleElections, type RuleElection } from './rule-elections';
import { estimateRun, type RunEstimate } from './run-estimate';

/** queued: waits for the engine to load. */
export type RunStatus = 'idle' | 'queued' | 'running' | 'done' | 'aborted' | 'error';

/** The page follows a run at most this often: painting is dear, tokens come faster than anyone reads. */
const TICK_MS = 100;

/** What a run needs of the engine. */
export type Sampler = Pick<EngineState, 'loaded' | 'measure' | 'sample' | 'abort'>;

/** What is shown of a run. A new object whenever something has changed; `trace` itself stays the same. */
export interface RunView {
  readonly trace: RunTrace;
  /** The trace's version to be painted. */
  readonly version: number;
  /** Paths that have ended, other than by Stop. */
  readonly finishedPaths: number;
  readonly settings: RunSettings;
  readonly decision: Decision;
  readonly voteOptions: VoteOptions;
  /** Whom a gate by hand would elect, from the lowest gate up; empty when the pool is empty. */
  readonly flips: readonly GateInterval[];
  /** What the other rules say; empty when the pool is empty. */
  readonly elections: readonly RuleElection[];
}

/** What the reader looks at; step null: where the path's entropy is highest. */
export interface Focus {
  readonly path: number;
  readonly step: number | null;
  readonly pinned: boolean;
}

const NO_FOCUS: Focus = { path: 0, step: null, pinned: false };

/** One run: what was asked, what has been written so far, what the vote says. The only writer of all that. */
export class RunState {
  #status = $state.raw<RunStatus>('idle');
  #request = $state.raw<SampleRequest | null>(null);
  #view = $state.raw<RunView | null>(null);
  #focus = $state.raw<Focus>(NO_FOCUS);
  #failure = $state.raw<WorkerFailure | null>(null);
  #estimate = $state.raw<RunEstimate | null>(null);
  #timing = $state.raw<SampleTiming | null>(null);
  #voteOptions: VoteOptions = DEFAULT_VOTE_OPTIONS;
  #firstTokenMs: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Which of the answers mean the same, as far as the worker has said. */
  #classes: AnswerClasses = classesByText([]);
  #grouping: Promise<void> | null = null;
  /** Where the status goes back to when a request comes to nothing. */
  #settled: RunStatus = 'idle';
  /** Number of the latest call of solve: a call that has been overtaken changes nothing any more. */
  #call = 0;

  constructor(
    private readonly engine: Sampler,
    private readonly answers: Pick<AnswersClient, 'classes'> = new AnswersClient(),
  ) {}

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
    return this.#view;
  }

  get focus(): Focus {
    return this.#focus;
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

  /** Takes the vote anew on the same paths; a threshold by hand stays. */
  setVoteOptions(options: Pick<VoteOptions, 'zVariant' | 'softness'>): void {
    this.#revote({ ...this.#voteOptions, ...options });
  }

  /** @param nats A gate by hand; null: back to the percentile. */
  setThreshold(nats: number | null): void {
    this.#revote({ ...this.#voteOptions, threshold: nats });
  }

  setFocus(path: number, step: number | null, pinned?: boolean): void {
    this.#focus = { path, step, pinned: pinned ?? this.#focus.pinned };
  }

  #begin(request: SampleRequest, roomTokens: number): void {
    const { settings } = request;
    const trace = new RunTrace(settings.paths, Math.min(settings.maxTokens, roomTokens));
    this.#voteOptions = { ...this.#voteOptions, threshold: null };
    this.#request = request;
    this.#timing = null;
    this.#estimate = null;
    this.#firstTokenMs = null;
    this.#focus = NO_FOCUS;
    this.#settled = 'aborted';
    this.#view = { trace, version: trace.version, finishedPaths: 0, settings, ...this.#vote(trace) };
    this.#status = 'running';
  }

  #append(batch: StepBatch): void {
    if (this.#view === null) return;
    this.#view.trace.append(batch);
    if (this.#firstTokenMs === null) {
      this.#firstTokenMs = performance.now();
      mark('first-token');
    }
    this.#timer ??= setTimeout(() => this.#show(), TICK_MS);
  }

  /** Hands what has arrived to the charts; the vote is taken anew only when a path has ended since. */
  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#view === null) return;
    const { trace } = this.#view;
    const finishedPaths = trace.paths.filter(({ finish }) => finish === 'stop' || finish === 'length').length;
    const vote = finishedPaths === this.#view.finishedPaths ? {} : this.#vote(trace);
    const elapsedMs = this.#firstTokenMs === null ? 0 : performance.now() - this.#firstTokenMs;
    this.#estimate = estimateRun(trace, elapsedMs);
    this.#view = { ...this.#view, ...vote, finishedPaths, version: trace.version };
    void this.#group();
  }

  async #end(result: WorkerResult<SampleTiming>): Promise<void> {
    if (this.#status !== 'running') return result.ok ? undefined : this.#fail(result);
    this.#view?.trace.abortRunning();
    this.#show();
    // Paths that Stop cut short have ended too: some may have written their answer already.
    if (this.#view !== null) this.#view = { ...this.#view, ...this.#vote(this.#view.trace) };
    await this.#group();
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

  /** Has the answers compared, in a worker since models write anything, and takes the vote anew when it is done. */
  #group(): Promise<void> {
    this.#grouping ??= this.#groupAll().finally(() => {
      this.#grouping = null;
    });
    return this.#grouping;
  }

  async #groupAll(): Promise<void> {
    for (;;) {
      const answers = this.#view?.decision.groups.flatMap(({ forms }) => forms) ?? [];
      if (answers.every((answer) => this.#classes.has(answer))) return;
      // What the worker could not tell in time is told apart by its text.
      this.#classes = (await this.answers.classes(answers)) ?? classesByText(answers);
      if (this.#view !== null) this.#view = { ...this.#view, ...this.#vote(this.#view.trace) };
    }
  }

  /** The other rules have options of their own: moving the gate must not run them all again. */
  #revote(options: VoteOptions): void {
    this.#voteOptions = options;
    if (this.#view !== null) this.#view = { ...this.#view, ...this.#vote(this.#view.trace, this.#view.elections) };
  }

  /** @param elections What the other rules are known to say on these paths. */
  #vote(
    trace: RunTrace,
    elections?: readonly RuleElection[],
  ): Pick<RunView, 'decision' | 'voteOptions' | 'flips' | 'elections'> {
    const voteOptions = this.#voteOptions;
    const decision = decideRun(trace, voteOptions, this.#classes);
    if (decision.vote.poolSize === 0) return { decision, voteOptions, flips: [], elections: [] };
    const paths = rulePaths(trace, decision);
    return {
      decision,
      voteOptions,
      flips: gateFlips(paths, voteOptions),
      elections: elections ?? ruleElections(paths),
    };
  }
}

function isSolvable(problem: string, { tokens, limit, unknownCharacters }: PromptMeasure): boolean {
  return problem.trim() !== '' && tokens <= limit && unknownCharacters.length === 0;
}
