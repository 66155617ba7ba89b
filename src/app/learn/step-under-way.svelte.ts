import type { LearnProgress, StepReport } from '../../learn/types';
import type { PhaseClock, ShownStep } from './learn-phases';

/** The page follows progress at most this often; a new phase is shown at once. */
const TICK_MS = 80;

/** The part of a step's report that is known once it has voted. */
type VotedStep = Pick<StepReport, 'step' | 'groups'>;

/** The step that is being taken, as the page shows it. Only `LearnState` changes it. */
export class StepUnderWay {
  #progress = $state.raw<ShownStep | null>(null);
  #preview = $state.raw<VotedStep | null>(null);
  /** The step that is to be the last; null: as planned. */
  #stopAfter = $state.raw<number | null>(null);
  #shownAt = 0;

  /** null unless steps are being taken. */
  get progress(): ShownStep | null {
    return this.#progress;
  }

  /** What it has voted for and is learning; null: it has not voted yet, or none is under way. */
  get preview(): VotedStep | null {
    return this.#preview;
  }

  /** Whether it will be the last. */
  get isStopping(): boolean {
    return this.#stopAfter !== null;
  }

  /** @param taken the last step that was finished */
  stopAfter(taken: number): void {
    this.#stopAfter = this.#progress?.step ?? taken + 1;
  }

  /** Whether this progress belongs to a step after the last one. @param taken the last step that was finished */
  isPastEnd({ phase }: LearnProgress, taken: number): boolean {
    return this.#stopAfter !== null && taken >= this.#stopAfter && phase === 'sample';
  }

  /** @param taken the last step that was finished @param now in ms, as of `performance.now()` */
  show(clock: PhaseClock, progress: LearnProgress, taken: number, now: number): void {
    clock.progress(progress, now);
    if (progress.groups !== undefined) this.#preview = { step: taken + 1, groups: progress.groups };
    // A phase begins with nothing done, and ends with everything done: neither may be missed.
    const isEdge = progress.done === 0 || progress.done >= progress.total;
    if (!isEdge && now - this.#shownAt < TICK_MS) return;
    this.#shownAt = now;
    this.#progress = clock.shown(now);
  }

  /** It is finished: its report takes the place of its preview. */
  finish(): void {
    this.#preview = null;
  }

  /** No step is under way. */
  clear(): void {
    this.#progress = null;
    this.#preview = null;
    this.#stopAfter = null;
  }
}
