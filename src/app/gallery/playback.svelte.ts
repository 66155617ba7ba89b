import { RunningStability } from '../../method/stability';
import type { RunRecord } from '../../run/saved-run';
import { type PathTrace, RunTrace } from '../../run/trace';
import type { RunState } from '../session/run.svelte';

/** How many times faster than STEPS_PER_SECOND. */
export const SPEEDS = [1, 2, 5] as const;
export type Speed = (typeof SPEEDS)[number];

/** Slow enough to follow a path with the eye. */
const STEPS_PER_SECOND = 12;
const TICK_MS = 100;

/** A recorded run and the trace that shows it as far as it has come. */
interface Played {
  readonly record: RunRecord;
  /** Its paths share the record's arrays: only how much of them counts changes. */
  readonly trace: RunTrace;
  /** One a path: the step at which its first token was sampled, and its stability after each token. */
  readonly courses: readonly {
    readonly start: number;
    readonly stability: Float32Array;
    readonly mean: Float32Array;
  }[];
  /** Steps in all. */
  readonly steps: number;
}

/** Where a recorded run is shown: its problem goes into the sidebar as well. */
export interface RunStage {
  show(record: RunRecord, status: 'playing'): void;
  /** Back to what was there before. */
  leave(): void;
}

/** Plays a recorded run as it was sampled: on Solve, in the place of a live one. */
export class Playback {
  #played = $state.raw<Played | null>(null);
  #step = $state.raw(0);
  #isPlaying = $state.raw(false);
  #speed = $state.raw<Speed>(1);
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Steps, with fractions, at the last tick, and when that was. */
  #at = 0;
  #since = 0;

  constructor(
    private readonly run: RunState,
    private readonly stage: RunStage,
  ) {}

  /** The recording on the page; null: something else is shown. */
  get record(): RunRecord | null {
    const played = this.#played;
    return played !== null && this.run.view?.trace === played.trace ? played.record : null;
  }

  /** Steps shown, of `steps`: at each, every path that goes on writes one token. */
  get step(): number {
    return this.#step;
  }

  get steps(): number {
    return this.#played?.steps ?? 0;
  }

  get isPlaying(): boolean {
    return this.#isPlaying && this.record !== null;
  }

  get speed(): Speed {
    return this.#speed;
  }

  set speed(speed: Speed) {
    this.#resetClock();
    this.#speed = speed;
  }

  /** Shows a recording in place of what is on the page: from its beginning, or finished. */
  open(record: RunRecord, from: 'beginning' | 'end'): void {
    if (this.run.busy) return;
    this.pause();
    const played = prepared(record);
    this.#played = played;
    this.stage.show({ ...record, trace: played.trace }, 'playing');
    this.seek(from === 'end' ? played.steps : 0);
    if (from === 'beginning') this.play();
  }

  /** Puts the recording away; what was there before is back. */
  close(): void {
    if (this.record === null) return;
    this.pause();
    this.stage.leave();
  }

  /** From where it stands; from the beginning again where it has ended. */
  play(): void {
    if (this.record === null || this.#isPlaying) return;
    if (this.#step >= this.steps) this.seek(0);
    this.#isPlaying = true;
    this.#resetClock();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#isPlaying = false;
  }

  /** Shows the run as it was after `step` steps. */
  seek(step: number): void {
    const played = this.#played;
    if (played === null || this.record === null) return;
    this.#step = Math.min(Math.max(0, Math.round(step)), played.steps);
    this.#resetClock();
    showUntil(played, this.#step);
    const isOver = this.#step >= played.steps;
    if (isOver) this.pause();
    this.run.follow(isOver ? endOf(played.record) : 'playing');
  }

  #tick(): void {
    // A live run, or another recorded one, has taken its place.
    if (this.record === null) return this.pause();
    const now = performance.now();
    this.#at += ((now - this.#since) / 1000) * STEPS_PER_SECOND * this.#speed;
    this.#since = now;
    const at = this.#at;
    if (Math.floor(at) > this.#step) this.seek(Math.floor(at));
    this.#at = at;
  }

  #resetClock(): void {
    this.#at = this.#step;
    this.#since = performance.now();
  }
}

function endOf({ trace }: RunRecord): 'done' | 'aborted' {
  return trace.paths.some(({ finish }) => finish === 'aborted') ? 'aborted' : 'done';
}

function prepared(record: RunRecord): Played {
  const paths = record.trace.paths.map((path): PathTrace => ({ ...path }));
  const trace = new RunTrace(paths.length, record.trace.capacity, paths, record.trace.pieces);
  // WebLLM writes one path after another.
  const isSequential = record.model.engine === 'webllm';
  let written = 0;
  const courses = paths.map((path) => {
    const start = isSequential ? written : 0;
    written += path.length;
    return { start, ...courseOf(path) };
  });
  const steps = Math.max(1, ...paths.map(({ length }, i) => (courses[i]?.start ?? 0) + length));
  return { record, trace, courses, steps };
}

function courseOf({ entropy, length }: PathTrace): { stability: Float32Array; mean: Float32Array } {
  const running = new RunningStability();
  const stability = new Float32Array(length);
  const mean = new Float32Array(length);
  for (let t = 0; t < length; t++) {
    running.add(entropy[t] ?? 0);
    stability[t] = running.stability ?? 0;
    mean[t] = running.mean ?? 0;
  }
  return { stability, mean };
}

function showUntil({ record, trace, courses }: Played, step: number): void {
  trace.paths.forEach((path, i) => {
    const whole = record.trace.paths[i];
    const course = courses[i];
    if (whole === undefined || course === undefined) return;
    const length = Math.min(Math.max(0, step - course.start), whole.length);
    const isWhole = length === whole.length;
    path.length = length;
    path.finish = isWhole ? whole.finish : null;
    // At its end the path has the figures that it was recorded with, to the last bit.
    path.stability = isWhole ? whole.stability : (course.stability[length - 1] ?? null);
    path.meanEntropy = isWhole ? whole.meanEntropy : (course.mean[length - 1] ?? null);
  });
  trace.version++;
}
