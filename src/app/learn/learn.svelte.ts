import type { LearnListener, WorkerFailure, WorkerResult } from '../../../workers/protocol';
import { freshCheckpoint } from '../../learn/fresh-checkpoint';
import type { Stopped } from '../../learn/plan';
import type { LearnSettings } from '../../learn/settings';
import type { LearnProgress } from '../../learn/types';
import type { MeasuredRules } from '../../method/auto-rule';
import type { EngineState } from '../session/engine.svelte';
import { currentPoint, importedHistory, type LearnHistory, movedTo, NEW_HISTORY } from './learn-history';
import { PhaseClock } from './learn-phases';
import { evaluationKey, type LearnRequest } from './learn-request';
import { adapterOf, haveSameAnswers, planOf, taskOf } from './learn-task';
import type { LearnStore } from './learn-store';
import { Learned } from './learned.svelte';
import { StepUnderWay } from './step-under-way.svelte';

/** waiting: for the engine; sampling: answering again after an undo; switching: the engine changes its adapter. */
type LearnStatus = 'idle' | 'waiting' | 'learning' | 'sampling' | 'switching';

type LearnEngine = Pick<
  EngineState,
  'model' | 'loaded' | 'adapter' | 'learn' | 'evaluate' | 'setAdapter' | 'noteAdapter' | 'importAdapter'
>;

/** Learning: what is asked for and done, with the step under way and what has been learned. The only writer of all that. */
export class LearnState {
  #status = $state.raw<LearnStatus>('idle');
  #request = $state.raw<LearnRequest | null>(null);
  #plannedTo = $state.raw(0);
  #failure = $state.raw<WorkerFailure | null>(null);
  #importFault = $state.raw<string | null>(null);
  #repeat = $state.raw<'same' | 'different' | null>(null);
  #stopped = $state.raw<Stopped | null>(null);
  /** Number of the latest piece of work: one that has been overtaken changes nothing any more. */
  #call = 0;
  /** Ends the piece of work under way. */
  #abort = new AbortController();
  readonly step = new StepUnderWay();
  readonly learned: Learned;

  constructor(
    private readonly engine: LearnEngine,
    store: LearnStore | null,
    /** Rules of the present model, for labels by `auto`. */
    private readonly measured: () => MeasuredRules | null = () => null,
  ) {
    this.learned = new Learned(engine, store);
  }

  get status(): LearnStatus {
    return this.#status;
  }

  get busy(): boolean {
    return this.#status !== 'idle';
  }

  /** What was last learned from; null: nothing yet. */
  get request(): LearnRequest | null {
    return this.#request;
  }

  /** Number of the last step that the plan under way, or the last one, has. */
  get plannedTo(): number {
    return this.#plannedTo;
  }

  get failure(): WorkerFailure | null {
    return this.#failure;
  }

  /** Why the files that were given last are no adapter of this model, in the reader's words. */
  get importFault(): string | null {
    return this.#importFault;
  }

  /** Whether the answers sampled again after an undo are those of the first time; null: none were. */
  get repeat(): 'same' | 'different' | null {
    return this.#repeat;
  }

  /** Why learning ended before its plan, and went back; null: it did not. */
  get stopped(): Stopped | null {
    return this.#stopped;
  }

  /** Takes the steps that are asked for. Settles when they are taken, however it ended. */
  async learn(request: LearnRequest): Promise<void> {
    await this.#work('waiting', async (isLatest) => {
      const loaded = await this.engine.loaded();
      if (!isLatest() || !loaded.ok) return;
      const task = taskOf(request, this.learned.history, this.measured());
      this.#request = request;
      this.#plannedTo = task.settings.steps;
      this.#status = 'learning';
      const clock = new PhaseClock(planOf(task));
      const listener: LearnListener = {
        onProgress: (progress) => this.#show(isLatest, clock, progress),
        onStep: async (report, after) => {
          clock.stepDone(performance.now());
          if (!isLatest()) return;
          this.step.finish();
          await this.learned.takeStep(request, report, after);
        },
        onEvaluation: async (evaluation) => {
          if (isLatest()) await this.learned.takeEvaluation(request, evaluation);
        },
      };
      const result = await this.engine.learn(task, listener, this.#abort.signal);
      if (!isLatest()) return;
      if (result.ok && result.value !== null) {
        this.#stopped = result.value;
        await this.learned.goneBackTo(result.value.best.step);
      }
      this.learned.noteAdapter();
      this.#plannedTo = this.learned.step;
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
    if (this.#status === 'learning') this.step.stopAfter(this.learned.step);
  }

  undo(): Promise<void> {
    const { canUndo, history } = this.learned;
    return canUndo ? this.#goTo(history.cursor - 1) : Promise.resolve();
  }

  redo(): Promise<void> {
    const { canRedo, history } = this.learned;
    return canRedo ? this.#goTo(history.cursor + 1) : Promise.resolve();
  }

  /** Back to the model alone; everything learned is forgotten. */
  reset(): Promise<void> {
    return this.#begin(NEW_HISTORY);
  }

  /** With or without the adapter from now on, here and in Solve. */
  async setOn(isOn: boolean): Promise<void> {
    await this.#work('switching', async () => {
      this.#failIf(await this.engine.setAdapter(isOn ? adapterOf(this.learned.history) : null));
    });
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
        await this.learned.replace(importedHistory(name, checkpoint), read.value.otherBase);
      }
    });
  }

  /** Goes on where an earlier visit ended. */
  async restoreSaved(): Promise<void> {
    const { kept } = this.learned.keeper;
    if (kept === null) return;
    await this.#begin(kept.history);
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
    this.#stopped = null;
    this.#status = status;
    await work(isLatest);
    if (isLatest()) this.#settle();
  }

  #settle(): void {
    this.#call++;
    this.#status = 'idle';
    this.step.clear();
  }

  #show(isLatest: () => boolean, clock: PhaseClock, progress: LearnProgress): void {
    if (!isLatest()) return;
    if (this.step.isPastEnd(progress, this.learned.step)) this.#abort.abort();
    this.step.show(clock, progress, this.learned.step, performance.now());
  }

  async #goTo(cursor: number): Promise<void> {
    await this.#work('switching', async (isLatest) => {
      if (!(await this.#put(isLatest, movedTo(this.learned.history, cursor), this.learned.otherBase))) return;
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
    await this.learned.replace(history, otherBase);
    return true;
  }

  async #sampleAgain(isLatest: () => boolean, request: LearnRequest): Promise<void> {
    const { step, evaluations } = currentPoint(this.learned.history);
    const key = evaluationKey(request, 'train');
    const { seed, temperature, maxTokens, entropyK } = request.settings;
    const settings = { paths: request.evalPaths, seed, temperature, topP: 1, maxTokens, entropyK };
    this.#status = 'sampling';
    const task = { problems: request.problems, settings, step };
    const result = await this.engine.evaluate(task, () => undefined, this.#abort.signal);
    if (!isLatest() || this.#failIf(result) || !result.ok) return;
    const before = evaluations.find((one) => one.key === key)?.report;
    if (before !== undefined) this.#repeat = haveSameAnswers(before, result.value) ? 'same' : 'different';
    await this.learned.takeEvaluation(request, { set: 'train', report: result.value });
  }

  /** True when there is nothing to go on with. Stopping is no failure. */
  #failIf(result: WorkerResult<unknown>): boolean {
    if (result.ok) return false;
    if (result.code !== 'aborted') this.#failure = result;
    return true;
  }
}
