import type { PathTrace, RunTrace } from '../../run/trace';

type BranchStatus = 'running' | 'done' | 'stopped' | 'failed';

/** What a path might have become: sampled on from one of its tokens. */
export interface Branch {
  /** One path: what was copied, then what was sampled. */
  readonly trace: RunTrace;
  readonly path: PathTrace;
  readonly parent: PathTrace;
  /** 0-based step of the token that was exchanged, and what the parent has there. */
  readonly step: number;
  readonly token: number;
  readonly parentToken: number;
  readonly status: BranchStatus;
  /** It counts in the vote. */
  readonly votes: boolean;
}
