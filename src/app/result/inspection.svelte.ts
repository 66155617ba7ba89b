import type { RowFilter, RowOrder } from './overview/row-order';
import { rangeBetween, windowAt, windowWith, zoomedWindow, type StepRange } from './path/step-range';
import type { TintKind } from './path/token-tint';
import { SignalChoice } from './signal-choice.svelte';

/** How the reader has set up the result: which rows, which steps, which colours, which two paths. */
export class Inspection {
  order = $state<RowOrder>('sampled');
  filter = $state<RowFilter>('all');
  reading = $state<'tokens' | 'text'>('tokens');
  tint = $state<TintKind>('entropy');
  whitespace = $state(false);
  readonly signals = new SignalChoice();
  /** Index of the path that the one in focus is read beside; null: none. */
  compared = $state<number | null>(null);
  /** Steps that are marked. */
  #range = $state.raw<StepRange | null>(null);
  /** The part of the axis that the trace shows; null: all of it. */
  #window = $state.raw<StepRange | null>(null);
  /** Where marking by keyboard began. */
  #anchor: number | null = null;

  get range(): StepRange | null {
    return this.#range;
  }

  /** The part of an axis of `extent` steps that the trace shows. */
  window(extent: number): StepRange {
    return this.#window === null ? { from: 0, to: extent } : windowAt(this.#window.from, this.#steps, extent);
  }

  /** true: a part of the axis, or marked steps, that a reset would let go of. */
  get isNarrowed(): boolean {
    return this.#range !== null || this.#window !== null;
  }

  setRange(range: StepRange | null): void {
    this.#range = range;
    this.#anchor = null;
  }

  setWindow(window: StepRange, extent: number): void {
    this.#window = window.from === 0 && window.to >= extent ? null : window;
  }

  /** Twice as close (2), or half (0.5), about a step. */
  zoom(factor: number, about: number, extent: number): void {
    this.setWindow(zoomedWindow(this.window(extent), factor, about + 0.5, extent), extent);
  }

  /** Moves the part shown so that a step lies in it. */
  reveal(step: number, extent: number): void {
    if (this.#window !== null) this.setWindow(windowWith(this.window(extent), step, extent), extent);
  }

  /** Marks the steps from where the marking began up to `to`; it begins at `from`. */
  extendRange(from: number, to: number): void {
    this.#anchor ??= from;
    this.#range = rangeBetween(this.#anchor, to);
  }

  /** Shows the whole axis, and marks nothing. */
  showAll(): void {
    this.setRange(null);
    this.#window = null;
  }

  /** Another run: what was said of the paths and steps of the last one says nothing of it. */
  forgetRun(): void {
    this.showAll();
    this.compared = null;
    this.filter = 'all';
  }

  get #steps(): number {
    return this.#window === null ? 0 : this.#window.to - this.#window.from;
  }
}
