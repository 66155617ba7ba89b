import type { CommandRecorder } from '../../gpu/recorder';
import type { TokenRange } from '../decode/linear';
import { LARGEST_TILE_TOKENS } from '../ops/tiling';

/** How long a submit should take: half of what keeps the page calm and the system's watchdog away. */
const TARGET_MS = 100;
/** Submits that may be under way at once: one runs, one waits, so that the GPU never idles and an abort is quick. */
const MOST_IN_FLIGHT = 2;
/** The first guess of what takes TARGET_MS, in multiply-adds; later submits go by what the earlier ones took. */
const FIRST_BUDGET = { software: 2e8, gpu: 5e9 } as const;
/** A submit's measured rate may change the budget by this factor at most, since clocks and other work disturb it. */
const MOST_CHANGE = 2;

interface Submitted {
  readonly work: number;
  readonly at: number;
  readonly done: Promise<void>;
  readonly onDone: () => void;
}

/** Cuts recorded work into submits of about TARGET_MS and keeps few of them under way. */
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

  /** Cuts a product over `tokens` so that no part exceeds a submit; `perToken` multiply-adds each. */
  *slices(tokens: number, perToken: number): Generator<TokenRange> {
    const fitting = Math.floor(this.#budget / perToken / LARGEST_TILE_TOKENS) * LARGEST_TILE_TOKENS;
    const most = Math.max(LARGEST_TILE_TOKENS, fitting);
    for (let tokenBase = 0; tokenBase < tokens; tokenBase += most) {
      yield { tokenBase, tokenEnd: Math.min(tokens, tokenBase + most) };
    }
  }

  /** Tells of `work` multiply-adds just recorded. */
  record(work: number): void {
    this.#recorded += work;
  }

  /** To be called between dispatches: submits what is recorded when it is enough. Rejects with the signal's reason. */
  async breathe(): Promise<void> {
    if (this.#recorded >= this.#budget) await this.submit();
  }

  /** Submits what is recorded; `onDone` is called when the GPU has finished it. Rejects with the signal's reason. */
  async submit(onDone: () => void = () => undefined): Promise<void> {
    this.signal.throwIfAborted();
    const { recorder } = this;
    recorder.submit();
    const done = recorder.gpu.settle(recorder.gpu.device.queue.onSubmittedWorkDone());
    // Awaited later, or never after an abort: until then a rejection must not count as unheard.
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
    // Little work says little of the rate: overheads rule it.
    if (oldest.work > this.#budget / 10) {
      const fitting = (oldest.work * TARGET_MS) / elapsed;
      this.#budget = Math.min(this.#budget * MOST_CHANGE, Math.max(this.#budget / MOST_CHANGE, fitting));
    }
    oldest.onDone();
  }
}
