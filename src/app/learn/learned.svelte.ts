import type { Evaluation } from '../../learn/plan';
import type { LearnCheckpoint, StepReport } from '../../learn/types';
import { type NamedFile, writePeft } from '../../model/peft';
import type { EngineState } from '../session/engine.svelte';
import {
  bestPoint,
  currentPoint,
  type LearnHistory,
  movedTo,
  NEW_HISTORY,
  trimmed,
  withEvaluation,
  withStep,
} from './learn-history';
import { LearnKeeper } from './learn-keeper.svelte';
import { evaluationKey, type LearnRequest, watchedKey } from './learn-request';
import type { LearnStore } from './learn-store';
import { adapterOf, isReachable } from './learn-task';

/** Adapters and moments that are kept for undo. */
const UNDO_BYTES = 384 * 2 ** 20;

/** What has been learned: the adapter's history, and what the browser keeps of it. Only `LearnState` changes it. */
export class Learned {
  #history = $state.raw<LearnHistory>(NEW_HISTORY);
  #otherBase = $state.raw<string | null>(null);
  /** What the browser keeps for the next visit, and has from the last. */
  readonly keeper: LearnKeeper;

  constructor(
    private readonly engine: Pick<EngineState, 'model' | 'adapter' | 'noteAdapter'>,
    store: LearnStore | null,
  ) {
    this.keeper = new LearnKeeper(engine.model.id, store);
  }

  get history(): LearnHistory {
    return this.#history;
  }

  /** The base model that an imported adapter names, where it is another one. */
  get otherBase(): string | null {
    return this.#otherBase;
  }

  /** Steps of the present adapter. */
  get step(): number {
    return currentPoint(this.#history).step;
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

  /** The adapter as PEFT's two files; none when there is no adapter. */
  files(): NamedFile[] {
    const { checkpoint } = currentPoint(this.#history);
    return checkpoint === null ? [] : writePeft(checkpoint.adapter, this.engine.model.id);
  }

  /** Resolves when the browser has kept it, or refused to. */
  async replace(history: LearnHistory, otherBase: string | null): Promise<void> {
    this.#history = history;
    this.#otherBase = otherBase;
    await this.keeper.save(history);
  }

  /** A step that the engine has taken, with the adapter that is now the engine's. */
  async takeStep(request: LearnRequest, report: StepReport, after: LearnCheckpoint): Promise<void> {
    const best = bestPoint(this.#history, watchedKey(request));
    this.#history = trimmed(withStep(this.#history, report, after), UNDO_BYTES, best);
    this.noteAdapter();
    await this.keeper.save(this.#history);
  }

  async takeEvaluation(request: LearnRequest, evaluation: Evaluation): Promise<void> {
    this.#history = withEvaluation(this.#history, { ...evaluation, key: evaluationKey(request, evaluation.set) });
    await this.keeper.save(this.#history);
  }

  /** The engine went back to the adapter of an earlier step. */
  async goneBackTo(step: number): Promise<void> {
    const { points, cursor } = this.#history;
    const index = points.slice(0, cursor + 1).findLastIndex((point) => point.step === step && !point.dropped);
    if (index >= 0) await this.replace(movedTo(this.#history, index), this.#otherBase);
  }

  /** The engine has the present adapter. */
  noteAdapter(): void {
    this.engine.noteAdapter(adapterOf(this.#history));
  }
}
