import type { LearnBaseline, LearnWarning } from '../method/grpo/warnings';
import type { LoraWeights } from '../model/lora';
import type { TrainPhase } from '../policy/training';
import type { LabelHistory } from './label-history';
import type { LearnSettings } from './settings';

export interface LearnProblem {
  readonly id: string;
  readonly problem: string;
  /** Only for figures (label accuracy, evaluation); never reaches a reward. */
  readonly gold: string | null;
}

/** One path of a step, as the page lists it. */
export interface LearnedPath {
  readonly text: string;
  readonly tokens: number;
  readonly answer: string | null;
  readonly finish: 'stop' | 'length';
  readonly status: 'kept' | 'gated' | 'no-answer';
  readonly stability: number | null;
  readonly weight: number | null;
  /** null: not trained on. */
  readonly reward: number | null;
  readonly advantage: number | null;
  /** Mean k3 KL of its tokens against the reference; null when beta is 0 or it was not trained on. */
  readonly kl: number | null;
}

export interface LearnedGroup {
  readonly problem: LearnProblem;
  readonly label: string | null;
  readonly majority: string | null;
  /** Largest answer group / paths with an answer. */
  readonly majorityRatio: number;
  /** Whether the label is the gold answer; null without one. */
  readonly labelIsRight: boolean | null;
  /** Why there was nothing to learn here; null: it was trained on. */
  readonly skipped: 'unanimous' | 'no-label' | 'narrow-margin' | null;
  /** How often its label has changed from one visit to the next. */
  readonly labelFlips: number;
  /** What its advantages were multiplied with, 0.5 … 1. */
  readonly weight: number;
  readonly paths: readonly LearnedPath[];
}

/** Numbers of a step under TRL's and TTRL's names, e.g. reward, kl, grad_norm, 'completions/mean_length'; absent where they do not exist. */
type StepMetrics = Readonly<Record<string, number>>;

export interface StepReport {
  /** 1-based. */
  readonly step: number;
  readonly groups: readonly LearnedGroup[];
  readonly metrics: StepMetrics;
  readonly warnings: readonly LearnWarning[];
  /** False when every group was skipped or the norm was not finite. */
  readonly updated: boolean;
}

export interface LearnProgress {
  readonly phase: 'sample' | 'vote' | TrainPhase | 'evaluate';
  readonly done: number;
  readonly total: number;
  readonly unit: 'tokens' | 'layers' | 'problems' | 'items';
  /** With the last message of 'vote': what the step is about to learn, long before its report. */
  readonly groups?: readonly LearnedGroup[];
}

/** Answers of a problem set, sampled again with fixed seeds: the same before and after. */
export interface EvalReport {
  readonly step: number;
  readonly problems: readonly {
    readonly id: string;
    readonly answers: readonly (string | null)[];
    /** null without gold. */
    readonly right: readonly boolean[] | null;
    /** Whether most paths' answer is the known one; null without gold; undefined: evaluated before this was kept. */
    readonly majorityIsRight?: boolean | null | undefined;
  }[];
  /** Mean share of right paths over problems with a gold answer; null without any. */
  readonly pass1: number | null;
  readonly majority: number | null;
}

/** What makes learning resumable. */
export interface LearnCheckpoint {
  readonly version: 1;
  readonly modelId: string;
  readonly settings: LearnSettings;
  readonly stepsDone: number;
  readonly adapter: LoraWeights;
  readonly firstMoments: LoraWeights;
  readonly secondMoments: LoraWeights;
  readonly updates: number;
  /** Prompt and path tokens sampled since the first step: num_tokens goes on from here. */
  readonly tokensSeen: number;
  /** What collapse is measured against; null before the first step. */
  readonly baseline: LearnBaseline | null;
  readonly labelHistory: LabelHistory;
}
