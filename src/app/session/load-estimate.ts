import type { LoadPhase, LoadProgress } from '../../policy/types';

/** Phases that take time, in the order in which they run (the tokenizer is read with the other files). */
export const LOAD_PHASES: readonly LoadPhase[] = ['device', 'download', 'weights', 'pipelines', 'warm-up'];

/** A phase as it was when it began and as it is now. */
interface PhaseClock {
  readonly phase: LoadPhase;
  readonly startedMs: number;
  readonly startedDone: number;
}

/** Time left in a phase, from its own rate since it began: phases differ too much for one rate over all of them. */
export class LoadEstimate {
  #clock: PhaseClock | null = null;

  /** Milliseconds left in the phase of `progress`; null while nothing can be said. `nowMs`: any monotonic clock. */
  remainingMs(progress: LoadProgress, nowMs: number): number | null {
    if (this.#clock?.phase !== progress.phase) {
      this.#clock = { phase: progress.phase, startedMs: nowMs, startedDone: progress.done };
      return null;
    }
    const done = progress.done - this.#clock.startedDone;
    const elapsedMs = nowMs - this.#clock.startedMs;
    if (done <= 0 || elapsedMs <= 0 || progress.total <= 0) return null;
    return (elapsedMs / done) * Math.max(0, progress.total - progress.done);
  }
}
