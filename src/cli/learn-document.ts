import type { Evaluation, EvalSet } from '../learn/learn';
import { type StoredLearnSettings, writeLearnSettings } from '../learn/schema';
import type { LearnSettings } from '../learn/settings';
import type { EvalReport, StepReport } from '../learn/types';
import type { SavedStep } from './learn-folder';

/** What `learn --json` prints; docs/CLI.md is its contract. */
export interface LearnDocument {
  readonly model: string;
  /** Name of the GPU adapter. */
  readonly device: string;
  /** Folder that the trained adapter was written to; null: it was not kept. */
  readonly adapter: string | null;
  readonly settings: StoredLearnSettings;
  readonly problems: number;
  readonly heldOut: number;
  readonly stepsDone: number;
  readonly steps: readonly SavedStep[];
  readonly eval: {
    /** Paths a problem. */
    readonly paths: number;
    readonly before: EvalPair;
    readonly after: EvalPair;
    /** Every evaluation, problem by problem. */
    readonly all: readonly Evaluation[];
  };
}

/** null: there was no such evaluation. */
export type EvalPair = Readonly<Record<'train' | 'heldOut', EvalSummary | null>>;
type EvalSummary = Pick<EvalReport, 'step' | 'pass1' | 'majority'>;

export type LearnOutcome = Omit<LearnDocument, 'eval' | 'settings' | 'stepsDone'> & {
  readonly settings: LearnSettings;
  readonly evalPaths: number;
  readonly evaluations: readonly Evaluation[];
};

export function learnDocument({ evalPaths, evaluations, ...rest }: LearnOutcome): LearnDocument {
  const at = (set: EvalSet, step: number): EvalSummary | null => {
    const report = evaluations.find((one) => one.set === set && one.report.step === step)?.report;
    return report === undefined ? null : { step, pass1: report.pass1, majority: report.majority };
  };
  const pair = (step: number): EvalPair => ({ train: at('train', step), heldOut: at('held-out', step) });
  const stepsDone = rest.steps.length;
  const none: EvalPair = { train: null, heldOut: null };
  return {
    ...rest,
    settings: writeLearnSettings(rest.settings),
    stepsDone,
    eval: {
      paths: evalPaths,
      before: pair(0),
      after: stepsDone === 0 ? none : pair(stepsDone),
      all: evaluations,
    },
  };
}

/** A step as it is kept and printed: without its paths. */
export function savedStep({ step, groups, metrics, warnings, updated }: StepReport): SavedStep {
  return {
    step,
    updated,
    metrics,
    warnings,
    groups: groups.map(({ problem, label, majority, majorityRatio, labelIsRight, skipped }) => ({
      id: problem.id,
      label,
      majority,
      majorityRatio,
      labelIsRight,
      skipped,
    })),
  };
}
