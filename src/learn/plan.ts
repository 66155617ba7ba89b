import type { Fall } from './flips';
import type { EvalReport, LearnCheckpoint, LearnProblem, LearnProgress, StepReport } from './types';

export type EvalSet = 'train' | 'held-out';

export interface Evaluation {
  readonly set: EvalSet;
  readonly report: EvalReport;
}

export interface LearnPlan {
  /** Learned from, and evaluated. */
  readonly problems: readonly LearnProblem[];
  /** Evaluated only; may be empty. */
  readonly heldOut: readonly LearnProblem[];
  /** Paths a problem in an evaluation; 0: no evaluation. */
  readonly evalPaths: number;
  /** Steps between evaluations; 0: before the first and after the last step only. */
  readonly evalEvery: number;
}

/** Awaited in order, so that what they keep is complete when the next piece of work begins. */
export interface LearnHooks {
  onProgress(progress: LearnProgress): void;
  onStep(report: StepReport): Promise<void>;
  onEvaluation(evaluation: Evaluation): Promise<void>;
  /** The state at the best evaluation so far, kept where `stopOnFall` may go back to it. */
  onBest?(checkpoint: LearnCheckpoint): Promise<void>;
}

/** The evaluated problems fell from their best: learning has stopped, and the learner is back at the best step. */
export interface Stopped extends Fall {
  readonly set: EvalSet;
}
