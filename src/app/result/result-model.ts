import type { GateInterval } from '../../method/gate-flips';
import type { VoteOptions } from '../../method/vote-types';
import type { Decision } from '../../run/decision';
import type { MeasuredModel } from './model-facts';
import type { PathRow } from './path-rows';
import type { RunSettings } from '../../run/settings';
import type { PathTrace, RunTrace } from '../../run/trace';
import type { Branch } from './branch';

/** queued: waits for the engine to load. playing: a recorded run is being written out again. */
export type RunStatus = 'idle' | 'queued' | 'running' | 'playing' | 'done' | 'aborted' | 'error';

/** What the reader is looking at: one path, and one of its steps. Shared by every chart of the result. */
interface ResultFocus {
  /** 0-based index of the path. */
  readonly path: number;
  /** 0-based step; null: the step where the path's entropy is highest. */
  readonly step: number | null;
  /** A pinned focus ignores the pointer passing over, so that it can travel; keys and clicks still move it. */
  readonly pinned: boolean;
}

/** Everything the result shows of one run. A new object whenever something has changed; `trace` itself stays the same. */
export interface ResultModel {
  readonly trace: RunTrace;
  /** The run's paths and its branches after them: what the decision is about. */
  readonly shown: RunTrace;
  /** Left out: the run can have none (it is a recorded one). */
  readonly branches?: readonly Branch[];
  /** The trace's version to be painted: what tells the charts to read the trace again. */
  readonly version: number;
  readonly settings: RunSettings;
  readonly decision: Decision;
  /** One a path of `shown`, branches last; a row that has not changed is the same object as before. */
  readonly rows: readonly PathRow[];
  /** The rules of that vote: the run's own, or others that the reader tries. */
  readonly voteOptions: VoteOptions;
  /** The vote by the run's own rules. */
  readonly own: { readonly decision: Decision; readonly voteOptions: VoteOptions };
  /** The paths were written one after another, not all at once: it decides in which order they finished. */
  readonly oneAfterAnother: boolean;
  /** Whom a gate elects, wherever it stands: gateFlips of the same votes. */
  readonly flips: readonly GateInterval[];
  /** What is measured of the model that wrote the run; null: nothing is. */
  readonly measured: MeasuredModel | null;
  /** The run is still being sampled. */
  readonly running: boolean;
  readonly focus: ResultFocus;
}

/** What can be done with branches. */
export interface BranchActions {
  /** The engine is free to sample on. */
  readonly ready: boolean;
  /** Samples on from a step of a path, by its index, as if this token had been drawn there. */
  begin(path: number, step: number, token: number): void;
  /** Ends the one that is being sampled. */
  stop(): void;
  remove(path: PathTrace): void;
  setVotes(path: PathTrace, votes: boolean): void;
}

export interface ResultActions {
  /** Left out: nothing can be sampled here. */
  readonly branches?: BranchActions;
  /** `step` null: the path's own peak. `pinned` left out: as it was. */
  setFocus(path: number, step: number | null, pinned?: boolean): void;
  /** A manual gate, in nats; null: back to the percentile. */
  setThreshold(nats: number | null): void;
  /** Takes the vote again by other rules, on the same paths. */
  tryRules(change: Partial<VoteOptions>): void;
  /** Back to the run's own rules. */
  resetRules(): void;
}
