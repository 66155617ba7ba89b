import type { RunTrace } from '../../run/trace';
import { mark } from './marks';
import { estimateRun, type RunEstimate } from './run-estimate';

/** The page follows a run at most this often: painting is expensive, and tokens come faster than anyone reads. */
const TICK_MS = 100;

/** How often the page follows the run that is being sampled, and about how long that will take. */
export class RunPace {
  #estimate = $state.raw<RunEstimate | null>(null);
  #firstTokenMs: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param show hands what has arrived to the charts */
  constructor(private readonly show: () => void) {}

  /** null: not known, or nothing is being sampled. */
  get estimate(): RunEstimate | null {
    return this.#estimate;
  }

  /** Tokens have arrived, which will soon be shown. */
  arrived(): void {
    if (this.#firstTokenMs === null) {
      this.#firstTokenMs = performance.now();
      mark('first-token');
    }
    this.#timer ??= setTimeout(() => this.show(), TICK_MS);
  }

  /** What has arrived is being shown. @param trace null: there is no run */
  shown(trace: RunTrace | null): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (trace === null) return;
    const elapsedMs = this.#firstTokenMs === null ? 0 : performance.now() - this.#firstTokenMs;
    this.#estimate = estimateRun(trace, elapsedMs);
  }

  /** Nothing is being sampled, or has arrived yet. */
  reset(): void {
    this.#estimate = null;
    this.#firstTokenMs = null;
  }
}
