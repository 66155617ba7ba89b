import type { CommandRecorder } from '../../gpu/recorder';
import type { TokenRange } from '../decode/linear';
import { LARGEST_TILE_TOKENS } from '../ops/tiling';

/** How long a submit should take: short enough for a responsive page and far below the system's GPU watchdog. */
const TARGET_MS = 100;
/** Most submits in flight: one runs, one waits, so that the GPU never idles and an abort is quick. */
const MOST_IN_FLIGHT = 2;
/** The first guess of what takes TARGET_MS, in multiply-adds; later budgets follow from the measured time. */
const FIRST_BUDGET = { software: 2e8, gpu: 5e9 } as const;
/**
 * A submit's measured rate may change the budget by this factor at most, since clocks and other work disturb the
 * measurement.
 */
const MOST_CHANGE = 2;

interface Submitted {
  readonly work: number;
  readonly at: number;
  readonly done: Promise<void>;
  readonly onDone: () => void;
}

/** Cuts recorded work into submits of about TARGET_MS and limits how many are in flight. */
export class Pacer {
  #recorded = 0;
  #budget: number;
  #lastDone = 0;
  readonly #inFlight: Submitted[] = [];

  constructor(
    readonly recorder: CommandRecorder,
    readonly signal: AbortSignal,
  ) {
    this.#budget = recorder.gpu.isSoftwareAdapter ? FIRST_BUDGET.software : FIRST_BUDGET.gpu;
  }

  /** Splits a product over `tokens`, of `perToken` multiply-adds each, so that no range exceeds a submit's budget. */
  *slices(tokens: number, perToken: number): Generator<TokenRange> {
    const fitting = Math.floor(this.#budget / perToken / LARGEST_TILE_TOKENS) * LARGEST_TILE_TOKENS;
    const most = Math.max(LARGEST_TILE_TOKENS, fitting);
    for (let tokenBase = 0; tokenBase < tokens; tokenBase += most) {
      yield { tokenBase, tokenEnd: Math.min(tokens, tokenBase + most) };
    }
  }

  /** Call it after `work` multiply-adds have been recorded. */
  record(work: number): void {
    this.#recorded += work;
  }

  /**
   * Call it between dispatches: submits what is recorded once the budget is used up. Rejects with the signal's reason.
   */
  async submitIfFull(): Promise<void> {
    if (this.#recorded >= this.#budget) await this.submit();
  }

  /** Submits what is recorded; `onDone` is called when the GPU has finished it. Rejects with the signal's reason. */
  async submit(onDone: () => void = () => undefined): Promise<void> {
    this.signal.throwIfAborted();
    const { recorder } = this;
    recorder.submit();
    const done = recorder.gpu.settle(recorder.gpu.device.queue.onSubmittedWorkDone());
    // It is awaited later, or never after an abort: its rejection must not count as unhandled.
    done.catch(() => undefined);
    this.#inFlight.push({ work: this.#recorded, at: performance.now(), done, onDone });
    this.#recorded = 0;
    while (this.#inFlight.length >= MOST_IN_FLIGHT) await this.#finishOldest();
    this.signal.throwIfAborted();
  }

  /** Resolves when all work is done. */
  async drain(): Promise<void> {
    await this.submit();
    while (this.#inFlight.length > 0) await this.#finishOldest();
  }

  async #finishOldest(): Promise<void> {
    const oldest = this.#inFlight.shift();
    if (oldest === undefined) return;
    await oldest.done;
    const now = performance.now();
    const elapsed = Math.max(1, now - Math.max(oldest.at, this.#lastDone));
    this.#lastDone = now;
    // With little work, overheads dominate and the rate means nothing.
    if (oldest.work > this.#budget / 10) {
      const fitting = (oldest.work * TARGET_MS) / elapsed;
      this.#budget = Math.min(this.#budget * MOST_CHANGE, Math.max(this.#budget / MOST_CHANGE, fitting));
    }
    oldest.onDone();
  }
}
