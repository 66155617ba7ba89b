import type { VoteOptions } from '../method/vote-types';
import type { RunEngine } from './engine-kind';
import type { RunSettings } from './settings';
import type { RunTrace } from './trace';
import type { SavedVerdict } from './verdict';

/** What wrote the paths of a run. */
interface RunModel {
  readonly id: string;
  readonly engine: RunEngine;
  /** Name of the LoRA adapter in use; null: none. */
  readonly adapter: string | null;
  /** Name of the GPU adapter as WebGPU tells it. */
  readonly device: string;
}

interface RunTiming {
  readonly prefillMs: number;
  readonly decodeMs: number;
  readonly tokensPerSecond: number;
}

/**
 * A run as it is saved: the request, what sampled it, and everything that was sampled. The same whether it comes from a
 * file, from the history, from the gallery or (with `detail` 'outline') from a link.
 */
export interface RunRecord {
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly problem: string;
  /** The known answer; null: there is none. */
  readonly gold: string | null;
  readonly settings: RunSettings;
  readonly model: RunModel;
  /** The rules of the vote as they were set, a gate chosen by the user included. */
  readonly voteOptions: VoteOptions;
  /** What was decided, and by which rule; null: the run is older than rules that decide, and SASC did. */
  readonly verdict: SavedVerdict | null;
  readonly timing: RunTiming | null;
  readonly trace: RunTrace;
  /**
   * full: every token with its figures. outline: entropies are samples of each path's course, with the tokens between them
   * filled in; texts may be missing, answers and stability are those of the run itself.
   */
  readonly detail: 'full' | 'outline';
}
