import type { LearnListener, WorkerFailure, WorkerResult } from '../../../workers/protocol';
import { freshCheckpoint } from '../../learn/fresh-checkpoint';
import type { Evaluation } from '../../learn/learn';
import type { LearnSettings } from '../../learn/settings';
import type { LearnCheckpoint, LearnProgress, StepReport } from '../../learn/types';
import { type NamedFile, writePeft } from '../../model/peft';
import type { EngineState } from '../session/engine.svelte';
import {
  currentPoint,
  importedHistory,
  type LearnHistory,
  movedTo,
  NEW_HISTORY,
  trimmed,
  withEvaluation,
  withStep,
} from './learn-history';
import { PhaseClock, type ShownStep } from './learn-phases';
import { evaluationKey, type LearnRequest } from './learn-request';
import { adapterOf, haveSameAnswers, isReachable, planOf, taskOf } from './learn-task';
import { LearnKeeper } from './learn-keeper.svelte';
import type { KeptLearning, LearnStore } from './learn-store';

/** waiting: for the engine; sampling: answering again after an undo; switching: the engine changes its adapter. */
type LearnStatus = 'idle' | 'waiting' | 'learning' | 'sampling' | 'switching';

/** The part of a step's report that is known once it has voted. */
type VotedStep = Pick<StepReport, 'step' | 'groups'>;

type LearnEngine = Pick<
  EngineState,
  'model' | 'loaded' | 'adapter' | 'learn' | 'evaluate' | 'setAdapter' | 'noteAdapter' | 'importAdapter'
>;

/** The page follows progress at most this often; a new phase is shown at once. */
const TICK_MS = 80;

/** Adapters and moments that are kept for undo. */
const UNDO_BYTES = 384 * 2 ** 20;

/** Learning: the adapter's history, the step under way, what is kept. The only writer of all that. */
export class LearnState {
  #status = $state.raw<LearnStatus>('idle');
  #history = $state.raw<LearnHistory>(NEW_HISTORY);
  #request = $state.raw<LearnRequest | null>(null);
  #plannedTo = $state.raw(0);
  #progress = $state.raw<ShownStep | null>(null);
  #failure = $state.raw<WorkerFailure | null>(null);
  readonly #keeper: LearnKeeper;
  #importFault = $state.raw<string | null>(null);
  #otherBase = $state.raw<string | null>(null);
  #repeat = $state.raw<'same' | 'different' | null>(null);
  /** The step that is to be the last; null: as planned. */
  #stopAfter = $state.raw<number | null>(null);
  #preview = $state.raw<VotedStep | null>(null);
  #shownAt = 0;
  /** Number of the latest piece of work: one that has been overtaken changes nothing any more. */
  #call = 0;
  /** Ends the piece of work under way. */
  #abort = new AbortController();

  constructor(
    private readonly engine: LearnEngine,
    store: LearnStore | null,
  ) {
    this.#keeper = new LearnKeeper(engine.model.id, store);
  }

  get status(): LearnStatus {
    return this.#status;
  }

  get busy(): boolean {
    return this.#status !== 'idle';
  }

  get history(): LearnHistory {
    return this.#history;
  }

  /** What was last learned from; null: nothing yet. */
  get request(): LearnRequest | null {
    return this.#request;
  }

  /** Number of the last step that the plan under way, or the last one, has. */
  get plannedTo(): number {
    return this.#plannedTo;
  }

  /** null unless steps are being taken. */
  get progress(): ShownStep | null {
    return this.#progress;
  }

  /** What the step under way has voted for and is learning; null: it has not voted yet, or none is under way. */
  get preview(): VotedStep | null {
    return this.#preview;
  }

  get failure(): WorkerFailure | null {
    return this.#failure;
  }

  /** Learning of an earlier visit that can be taken up. */
  get kept(): KeptLearning | null {
    return this.#keeper.kept;
  }

  /** Whether the browser has kept the present state for the next visit. */
  get isSaved(): boolean {
    return this.#keeper.isSaved;
  }

  /** Why the files that were given last are no adapter of this model, in the reader's words. */
  get importFault(): string | null {
    return this.#importFault;
  }

  /** The base model that an imported adapter names, where it is another one. */
  get otherBase(): string | null {
    return this.#otherBase;
  }

  /** Whether the answers sampled again after an undo are those of the first time; null: none were. */
  get repeat(): 'same' | 'different' | null {
    return this.#repeat;
  }

  /** Whether there is anything to switch on, to export, or to forget. */
  get hasAdapter(): boolean {
    return currentPoint(this.#history).checkpoint !== null;
  }

  get canUndo(): boolean {
    return isReachable(this.#history, -1);
  }

  get canRedo(): boolean {
    return isReachable(this.#history, 1);
  }

  /** Whether sampling runs with what was learned. */
  get isOn(): boolean {
    return this.engine.adapter !== null;
  }

  /** Takes the steps that are asked for. Settles when they are taken, however it ended. */
  async learn(request: LearnRequest): Promise<void> {
    await this.#work('waiting', async (isLatest) => {
      const loaded = await this.engine.loaded();
      if (!isLatest() || !loaded.ok) return;
      const task = taskOf(request, this.#history);
      this.#request = request;
      this.#plannedTo = task.settings.steps;
      this.#status = 'learning';
      const clock = new PhaseClock(planOf(task));
      const listener: LearnListener = {
        onProgress: (progress) => this.#show(isLatest, clock, progress),
        onStep: (report, after) => {
          clock.stepDone(performance.now());
          return this.#takeStep(isLatest, report, after);
        },
        onEvaluation: (evaluation) => this.#takeEvaluation(isLatest, request, evaluation),
      };
      const result = await this.engine.learn(task, listener, this.#abort.signal);
      if (!isLatest()) return;
      this.#noteAdapter();
      this.#plannedTo = currentPoint(this.#history).step;
      this.#failIf(result);
    });
  }

  /** Ends what is under way: a step that is not finished leaves nothing. */
  stop(): void {
    if (this.#status === 'waiting') this.#settle();
    else this.#abort.abort();
  }

  /** Ends the plan with the step under way, and the answers that are sampled after it. */
  stopAfterStep(): void {
    if (this.#status === 'learning') this.#stopAfter = this.#progress?.step ?? currentPoint(this.#history).step + 1;
  }

  /** Whether the step under way will be the last. */
  get isStopping(): boolean {
    return this.#stopAfter !== null;
  }

  undo(): Promise<void> {
    return this.canUndo ? this.#goTo(this.#history.cursor - 1) : Promise.resolve();
  }

  redo(): Promise<void> {
    return this.canRedo ? this.#goTo(this.#history.cursor + 1) : Promise.resolve();
  }

  /** Back to the model alone; everything learned is forgotten. */
  reset(): Promise<void> {
    return this.#begin(NEW_HISTORY);
  }

  /** With or without the adapter from now on, here and in Solve. */
  async setOn(isOn: boolean): Promise<void> {
    await this.#work('switching', async () => {
      this.#failIf(await this.engine.setAdapter(isOn ? adapterOf(this.#history) : null));
    });
  }

  /** The adapter as PEFT's two files; none when there is no adapter. */
  files(): NamedFile[] {
    const { checkpoint } = currentPoint(this.#history);
    return checkpoint === null ? [] : writePeft(checkpoint.adapter, this.engine.model.id);
  }

  /** Goes on from an adapter in PEFT's format, in the place of what was learned here. */
  async takeFiles(files: readonly File[], name: string, settings: LearnSettings): Promise<void> {
    await this.#work('waiting', async (isLatest) => {
      const loaded = await this.engine.loaded();
      if (!isLatest() || !loaded.ok) return;
      const read = await this.engine.importAdapter(files);
      if (!isLatest()) return;
      if (!read.ok && read.code.startsWith('model-')) this.#importFault = read.message;
      else if (!this.#failIf(read) && read.ok) {
        const checkpoint = freshCheckpoint(this.engine.model.id, settings, read.value.weights);
        await this.#keep(importedHistory(name, checkpoint), read.value.otherBase);
      }
    });
  }

  /** Goes on where an earlier visit ended. */
  async restoreSaved(): Promise<void> {
    const { kept } = this.#keeper;
    if (kept === null) return;
    await this.#begin(kept.history);
  }

  discardKept(): Promise<void> {
    return this.#keeper.discard();
  }

  dismissFailure(): void {
    this.#failure = null;
  }

  /** The engine is being replaced: whatever was under way will not answer any more. */
  abandon(): void {
    if (this.busy) this.#settle();
  }

  /** One piece of work at a time; `isLatest` turns false when it has been given up. */
  async #work(status: LearnStatus, work: (isLatest: () => boolean) => Promise<void>): Promise<void> {
    if (this.busy) return;
    const call = ++this.#call;
    this.#abort = new AbortController();
    const isLatest = (): boolean => call === this.#call;
    this.#failure = null;
    this.#importFault = null;
    this.#repeat = null;
    this.#status = status;
    await work(isLatest);
    if (isLatest()) this.#settle();
  }

  #settle(): void {
    this.#call++;
    this.#status = 'idle';
    this.#progress = null;
    this.#preview = null;
    this.#stopAfter = null;
  }

  #show(isLatest: () => boolean, clock: PhaseClock, progress: LearnProgress): void {
    if (!isLatest()) return;
    const isTaken = this.#stopAfter !== null && currentPoint(this.#history).step >= this.#stopAfter;
    if (isTaken && progress.phase === 'sample') this.#abort.abort();
    const now = performance.now();
    clock.progress(progress, now);
    const step = currentPoint(this.#history).step + 1;
    if (progress.groups !== undefined) this.#preview = { step, groups: progress.groups };
    // A phase begins with nothing done, and ends with everything done: neither may be missed.
    const isEdge = progress.done === 0 || progress.done >= progress.total;
    if (!isEdge && now - this.#shownAt < TICK_MS) return;
    this.#shownAt = now;
    this.#progress = clock.shown(now);
  }

  async #takeStep(isLatest: () => boolean, report: StepReport, after: LearnCheckpoint): Promise<void> {
    if (!isLatest()) return;
    this.#preview = null;
    this.#history = trimmed(withStep(this.#history, report, after), UNDO_BYTES);
    this.#noteAdapter();
    await this.#keeper.save(this.#history);
  }

  async #takeEvaluation(isLatest: () => boolean, request: LearnRequest, evaluation: Evaluation): Promise<void> {
    if (!isLatest()) return;
    this.#history = withEvaluation(this.#history, { ...evaluation, key: evaluationKey(request, evaluation.set) });
    await this.#keeper.save(this.#history);
  }

  async #goTo(cursor: number): Promise<void> {
    await this.#work('switching', async (isLatest) => {
      if (!(await this.#put(isLatest, movedTo(this.#history, cursor), this.#otherBase))) return;
      const request = this.#request;
      // One problem is quickly answered again, which shows that the earlier answers are back; a set is not.
      if (request?.problems.length === 1) await this.#sampleAgain(isLatest, request);
    });
  }

  async #begin(history: LearnHistory): Promise<void> {
    await this.#work('waiting', async (isLatest) => {
      const loaded = await this.engine.loaded();
      if (isLatest() && loaded.ok) await this.#put(isLatest, history, null);
    });
  }

  /** Makes this the history, and its present adapter the engine's; false: the engine refused. */
  async #put(isLatest: () => boolean, history: LearnHistory, otherBase: string | null): Promise<boolean> {
    const result = await this.engine.setAdapter(adapterOf(history));
    if (!isLatest() || this.#failIf(result)) return false;
    await this.#keep(history, otherBase);
    return true;
  }

  async #keep(history: LearnHistory, otherBase: string | null): Promise<void> {
    this.#history = history;
    this.#otherBase = otherBase;
    await this.#keeper.save(this.#history);
  }

  async #sampleAgain(isLatest: () => boolean, request: LearnRequest): Promise<void> {
    const { step, evaluations } = currentPoint(this.#history);
    const key = evaluationKey(request, 'train');
    const { seed, temperature, maxTokens, entropyK } = request.settings;
    const settings = { paths: request.evalPaths, seed, temperature, topP: 1, maxTokens, entropyK };
    this.#status = 'sampling';
    const task = { problems: request.problems, settings, step };
    const result = await this.engine.evaluate(task, () => undefined, this.#abort.signal);
    if (!isLatest() || this.#failIf(result) || !result.ok) return;
    const before = evaluations.find((one) => one.key === key)?.report;
    if (before !== undefined) this.#repeat = haveSameAnswers(before, result.value) ? 'same' : 'different';
    await this.#takeEvaluation(isLatest, request, { set: 'train', report: result.value });
  }

  #noteAdapter(): void {
    this.engine.noteAdapter(adapterOf(this.#history));
  }

  /** True when there is nothing to go on with. Stopping is no failure. */
  #failIf(result: WorkerResult<unknown>): boolean {
    if (result.ok) return false;
    if (result.code !== 'aborted') this.#failure = result;
    return true;
  }
}
