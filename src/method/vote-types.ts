import { GATE_PERCENT } from './gate';

/** The vote over one problem's paths: inputs and outcome. Formulas: docs/METHOD.md#vote */

export interface VoteInput {
  /** Group of the path's answer (a small integer, the same for equivalent answers, numbered in order of first sight); null: no answer. */
  readonly group: number | null;
  /** Population standard deviation of the path's entropies, in nats; null: no tokens. */
  readonly stability: number | null;
  /** Generated tokens, the end token included; needed for a length adjustment. */
  readonly tokens?: number | undefined;
}

export const Z_VARIANTS = ['survivors', 'pool'] as const;

export interface VoteOptions {
  /** Mean and sd of z over the survivors of the gate (default), or over the whole pool. */
  readonly zVariant: (typeof Z_VARIANTS)[number];
  /** Gate percentile, default 80; null: no gate. */
  readonly gatePercentile: number | null;
  /** A threshold set by the user (nats), which replaces the percentile; applies to a pool of any size. */
  readonly threshold: number | null;
  /** Softness τ: w = exp(−z/τ), default 1; Infinity: every survivor weighs 1. */
  readonly softness: number;
  /** Gate and weights use stability without its regression on length within the pool. */
  readonly lengthAdjusted: boolean;
  /** K of the entropies behind the stabilities; null: the run's own. Applied by the caller (`decideRun`). */
  readonly entropyK: number | null;
}

export const DEFAULT_VOTE_OPTIONS: VoteOptions = {
  zVariant: 'survivors',
  gatePercentile: GATE_PERCENT,
  threshold: null,
  softness: 1,
  lengthAdjusted: false,
  entropyK: null,
};

export type PathStatus = 'kept' | 'gated' | 'no-answer';

export interface PathVote {
  readonly status: PathStatus;
  /** What gate and weight used, in nats: stability as given, or adjusted for length (then null outside the pool). */
  readonly stability: number | null;
  /** null outside the survivors. */
  readonly z: number | null;
  readonly weight: number | null;
}

export interface GroupTally {
  readonly group: number;
  /** Paths of the pool with this answer, before the gate. */
  readonly heads: number;
  readonly keptHeads: number;
  /** Sum of the survivors' weights. */
  readonly weight: number;
}

export interface VoteOutcome {
  /** One for each path, in the order given. */
  readonly paths: readonly PathVote[];
  /** Groups in order of first sight. */
  readonly groups: readonly GroupTally[];
  /** Gate in nats; null: no gate was applied. */
  readonly threshold: number | null;
  readonly poolSize: number;
  readonly keptCount: number;
  /** null: empty pool. Ties go to the group seen first. */
  readonly majority: { readonly group: number; readonly count: number } | null;
  readonly sasc: { readonly group: number; readonly share: number } | null;
}
