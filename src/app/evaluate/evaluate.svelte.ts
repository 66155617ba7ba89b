import type { AnswersClient } from '../../../workers/answers-client';
import type { WorkerFailure } from '../../../workers/protocol';
import { evaluationHead } from '../../evaluate/head';
import { differenceOf, type EvaluationHead, type EvaluationLog, logLine } from '../../evaluate/log';
import { type EvaluationProgress, sampleMissing } from '../../evaluate/sampling';
import type { TrainingFormat, TrainingKind } from '../../evaluate/training/file';
import type { MeasuredRules } from '../../method/auto-rule';
import { EngineError, type Policy } from '../../policy/types';
import type { RunSettings } from '../../run/settings';
import type { EngineState } from '../session/engine.svelte';
import { keptEvaluation, newEvaluation, type OpenEvaluation, type ProblemSet } from './evaluation';
import type { EvaluationStore, StoredEvaluation } from './evaluation-store';
import { EvaluateChoicesState } from './evaluate-choices.svelte';
import { LiveFigures } from './figures.svelte';

/** waiting: for the engine. */
type EvaluateStatus = 'idle' | 'waiting' | 'sampling';

interface EvaluateParts {
  readonly engine: Pick<EngineState, 'loaded' | 'sample'>;
  readonly judge: Pick<AnswersClient, 'evaluation' | 'trainingFile'>;
  /** null: nothing can be kept. */
  readonly store: EvaluationStore | null;
  /** Name of the adapter that the engine runs with; null: the model alone. */
  readonly adapter: () => string | null;
  /** Of this program. */
  readonly version: string;
}

export interface ShownProgress extends EvaluationProgress {
  /** null: not known yet. */
  readonly remainingMs: number | null;
}

/** Evaluations: the one under way or shown, and those that are kept. The only writer of all that. */
export class EvaluateState {
  #status = $state.raw<EvaluateStatus>('idle');
  #shown = $state.raw<OpenEvaluation | null>(null);
  #kept = $state.raw<readonly StoredEvaluation[]>([]);
  #progress = $state.raw<ShownProgress | null>(null);
  #failure = $state.raw<WorkerFailure | null>(null);
  /** In what the engine is not that which began the evaluation. */
  #difference = $state.raw<keyof EvaluationHead | null>(null);
  #isSaved = $state.raw(true);
  #sampled = $state.raw(0);
  #against = $state.raw<StoredEvaluation | null>(null);
  #earlier: EvaluationLog['sampled'] | null = null;
  #abort = new AbortController();
  /** Number of the latest sampling: one that has been abandoned changes nothing any more. */
  #call = 0;
  readonly figures = new LiveFigures();
  readonly choices = new EvaluateChoicesState();

  constructor(private readonly parts: EvaluateParts) {
    void this.#restore();
  }

  get status(): EvaluateStatus {
    return this.#status;
  }

  get busy(): boolean {
    return this.#status !== 'idle';
  }

  get shown(): OpenEvaluation | null {
    return this.#shown;
  }

  /** Evaluations of this and earlier visits, the latest first. */
  get kept(): readonly StoredEvaluation[] {
    return this.#kept;
  }

  get progress(): ShownProgress | null {
    return this.#progress;
  }

  get failure(): WorkerFailure | null {
    return this.#failure;
  }

  get difference(): keyof EvaluationHead | null {
    return this.#difference;
  }

  /** Whether the browser keeps what is sampled. */
  get isSaved(): boolean {
    return this.#isSaved;
  }

  /** Problems of the evaluation shown that are not sampled; those that cannot be are tried again. */
  get missing(): number {
    return this.#shown === null ? 0 : this.#shown.task.problems.length - this.#sampled;
  }

  /** The evaluation that the one shown is compared with. */
  get against(): StoredEvaluation | null {
    return this.#against;
  }

  /** Samples a set. Settles when it is sampled, however it ended. */
  async begin(set: ProblemSet, settings: RunSettings, withGreedy: boolean): Promise<void> {
    if (this.busy) return;
    this.#show(newEvaluation(set, settings, withGreedy));
    await this.resume();
  }

  /** Samples what the evaluation shown lacks. */
  async resume(): Promise<void> {
    if (this.busy || this.#shown === null) return;
    this.#failure = null;
    this.#difference = null;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#status = 'waiting';
    const call = ++this.#call;
    const loaded = await this.parts.engine.loaded();
    if (!signal.aborted && loaded.ok) {
      const head = evaluationHead(this.#shown.task, loaded.value, this.parts.adapter(), this.parts.version);
      this.#difference = this.#shown.head === null ? null : differenceOf(this.#shown.head, head);
      if (this.#difference === null) await this.#sample(head, signal);
    }
    if (call === this.#call) this.#settle();
  }

  /** Ends the sampling; the problem under way is sampled anew when it goes on. */
  pause(): void {
    this.#abort.abort();
  }

  /** The engine is being replaced: the sampling under way will not answer any more. */
  abandon(): void {
    this.#call++;
    this.pause();
    this.#settle();
  }

  dismissFailure(): void {
    this.#failure = null;
  }

  /** Shows an evaluation that was kept. */
  async open(evaluation: StoredEvaluation): Promise<void> {
    if (this.busy) return;
    this.#show(await keptEvaluation(evaluation, this.parts.store));
    this.#judge();
  }

  /** Back to an empty page; what was sampled is kept. */
  close(): void {
    if (!this.busy) this.#show(null);
  }

  async remove(evaluation: StoredEvaluation): Promise<void> {
    if (this.busy && this.#shown?.id === evaluation.id) return;
    await this.parts.store?.remove(evaluation.id);
    this.#kept = this.#kept.filter(({ id }) => id !== evaluation.id);
    if (this.#against?.id === evaluation.id) await this.compareWith(null);
    if (this.#shown?.id === evaluation.id) this.close();
  }

  /** Compares with an evaluation of the same problems; null: with none. */
  async compareWith(evaluation: StoredEvaluation | null): Promise<void> {
    const stored = evaluation === null ? null : ((await this.parts.store?.readLog(evaluation.id)) ?? null);
    this.#against = stored === null ? null : evaluation;
    this.#earlier = stored?.log.sampled ?? null;
    this.#judge();
  }

  #settle(): void {
    this.#status = 'idle';
    this.#progress = null;
  }

  /** A file of what is sampled, for training elsewhere; null: that failed. @param measured rules of the model, for labels */
  trainingFile(
    kind: TrainingKind,
    format: TrainingFormat,
    measured: MeasuredRules | null,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#shown === null) return Promise.resolve(null);
    const { task, log } = this.#shown;
    return this.parts.judge.trainingFile(kind, format, task.problems, log.sampled, measured);
  }

  async #restore(): Promise<void> {
    this.#kept = (await this.parts.store?.list()) ?? [];
    const [latest] = this.#kept;
    if (latest !== undefined && this.#shown === null) await this.open(latest);
  }

  #show(shown: OpenEvaluation | null): void {
    this.#shown = shown;
    this.#against = null;
    this.#earlier = null;
    this.#failure = null;
    this.#difference = null;
    this.#isSaved = true;
    this.#sampled = 0;
    this.figures.clear();
  }

  async #sample(head: EvaluationHead, signal: AbortSignal): Promise<void> {
    const shown = this.#shown;
    if (shown === null) return;
    this.#status = 'sampling';
    const call = this.#call;
    const started = performance.now();
    try {
      if (shown.head === null) await this.#begun(shown, head);
      await sampleMissing(shown.task, shown.log, {
        policy: throwing(this.parts.engine),
        append: (line) => this.#append(line),
        onProgress: (progress) => {
          const { done, missing } = progress;
          if (done !== this.#progress?.done) this.#judge();
          const elapsed = performance.now() - started;
          this.#progress = { ...progress, remainingMs: done === 0 ? null : (elapsed / done) * (missing - done) };
        },
        signal,
      });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (call !== this.#call) return;
      const { code, message, details } = error;
      this.#failure = { ok: false, code, message, details };
    }
    this.#judge();
  }

  async #begun(shown: OpenEvaluation, head: EvaluationHead): Promise<void> {
    this.#shown = { ...shown, head };
    const { id, name, createdAt, task } = shown;
    this.#isSaved = (await this.parts.store?.begin({ id, name, createdAt, task })) ?? false;
    if (this.#isSaved) this.#kept = [{ id, name, createdAt, task }, ...this.#kept];
    await this.#append(logLine(head));
  }

  async #append(line: string): Promise<void> {
    if (this.#shown === null) return;
    const { id, lines } = this.#shown;
    lines.push(line);
    const isSafe = (await this.parts.store?.append(id, lines.length - 1, line)) ?? false;
    this.#isSaved &&= isSafe;
  }

  #judge(): void {
    const { shown } = this;
    if (shown === null || shown.head === null) return;
    this.#sampled = shown.log.sampled.size;
    this.figures.refresh(() => {
      const { task, head, log } = this.#shown ?? shown;
      if (head === null) return Promise.resolve(null);
      return this.parts.judge.evaluation(task.problems, { head, ...log }, this.#earlier, task.settings.seed);
    });
  }
}

/** The engine of the page reports its failures; the sampling of a set expects them thrown. */
function throwing(engine: Pick<EngineState, 'sample'>): Pick<Policy, 'sample'> {
  return {
    sample: async (request, listener, signal) => {
      const result = await engine.sample(request, listener, signal);
      if (result.ok) return result.value;
      throw new EngineError(result.code, result.message, result.details);
    },
  };
}
