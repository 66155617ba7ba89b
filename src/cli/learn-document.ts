import { flipLedger, type FlipLedger } from '../learn/flips';
import type { Evaluation, EvalSet, Stopped } from '../learn/plan';
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
  /** Of the adapter: fewer than `steps` where learning went back to an earlier one. */
  readonly stepsDone: number;
  /** Why learning ended before its plan; null: it did not. */
  readonly stopped: StoppedSummary | null;
  readonly steps: readonly SavedStep[];
  readonly eval: {
    /** Paths a problem. */
    readonly paths: number;
    readonly before: EvalPair;
    readonly after: EvalPair;
    /** What became of the problems from `before` to `after`; null: not both were evaluated, or nothing is known of them. */
    readonly flips: Readonly<Record<'train' | 'heldOut', FlipLedger | null>>;
    /** Every evaluation, problem by problem. */
    readonly all: readonly Evaluation[];
  };
}

/** null: there was no such evaluation. */
export type EvalPair = Readonly<Record<'train' | 'heldOut', EvalSummary | null>>;
type EvalSummary = Pick<EvalReport, 'step' | 'pass1' | 'majority'>;

/** The evaluated problems fell: the last step taken, and the one that learning went back to. */
interface StoppedSummary {
  readonly set: EvalSet;
  readonly after: Pick<EvalReport, 'step' | 'pass1'>;
  readonly backTo: Pick<EvalReport, 'step' | 'pass1'>;
}

export type LearnOutcome = Omit<LearnDocument, 'eval' | 'settings' | 'stepsDone' | 'stopped'> & {
  readonly stopped: Stopped | null;
  readonly settings: LearnSettings;
  readonly evalPaths: number;
  readonly evaluations: readonly Evaluation[];
};

export function learnDocument({ evalPaths, evaluations, stopped, ...rest }: LearnOutcome): LearnDocument {
  const reportAt = (set: EvalSet, step: number): EvalReport | undefined =>
    evaluations.find((one) => one.set === set && one.report.step === step)?.report;
  const at = (set: EvalSet, step: number): EvalSummary | null => {
    const report = reportAt(set, step);
    return report === undefined ? null : { step, pass1: report.pass1, majority: report.majority };
  };
  const flips = (set: EvalSet): FlipLedger | null => {
    const [before, after] = [reportAt(set, 0), reportAt(set, stepsDone)];
    return before === undefined || after === undefined || stepsDone === 0 ? null : flipLedger(before, after);
  };
  const pair = (step: number): EvalPair => ({ train: at('train', step), heldOut: at('held-out', step) });
  const stepsDone = stopped?.best.step ?? rest.steps.length;
  const none: EvalPair = { train: null, heldOut: null };
  return {
    ...rest,
    settings: writeLearnSettings(rest.settings),
    stepsDone,
    stopped: stopped === null ? null : stoppedSummary(stopped),
    eval: {
      paths: evalPaths,
      before: pair(0),
      after: stepsDone === 0 ? none : pair(stepsDone),
      flips: { train: flips('train'), heldOut: flips('held-out') },
      all: evaluations,
    },
  };
}

function stoppedSummary({ set, best, last }: Stopped): StoppedSummary {
  return { set, after: { step: last.step, pass1: last.pass1 }, backTo: { step: best.step, pass1: best.pass1 } };
}

/** A step as it is kept and printed: without its paths. */
export function savedStep({ step, groups, metrics, warnings, updated }: StepReport): SavedStep {
  return {
    step,
    updated,
    metrics,
    warnings,
    groups: groups.map(({ problem, label, majority, majorityRatio, labelIsRight, skipped, labelFlips, weight }) => ({
      id: problem.id,
      label,
      majority,
      majorityRatio,
      labelIsRight,
      skipped,
      labelFlips,
      weight,
    })),
  };
}
