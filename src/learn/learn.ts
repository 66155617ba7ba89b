import { initialLora } from '../model/initial-lora';
import type { TrainablePolicy, Trainer } from '../policy/training';
import { toEngineError } from '../policy/errors';
import { Learner } from './learner';
import { checkLearnSettings, type LearnSettings } from './settings';
import type { EvalReport, LearnProblem, LearnProgress, StepReport } from './types';

export interface LearningEngine {
  readonly learner: Learner;
  readonly trainer: Trainer;
}

/**
 * Gives the policy a fresh adapter, which changes nothing yet, and a learner that trains it. Rejects with EngineError:
 * 'bad-settings', 'out-of-memory', 'shader-failed', and what `checkedPrompt` says of a problem that cannot be solved.
 */
export async function startLearning(
  policy: TrainablePolicy,
  problems: readonly LearnProblem[],
  settings: LearnSettings,
): Promise<LearningEngine> {
  checkLearnSettings(settings);
  const trainer = await policy.startTraining(initialLora(policy.files.config, settings.lora, settings.seed));
  try {
    return { learner: new Learner(policy, trainer, problems, settings), trainer };
  } catch (error) {
    trainer.dispose();
    throw toEngineError(error);
  }
}

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
}

/**
 * Takes the steps that the settings plan and the learner has not taken yet, with the evaluations that are due and not
 * among `known`. Rejects with EngineError; what the hooks have received stays valid.
 */
export async function learn(
  learner: Learner,
  plan: LearnPlan,
  known: readonly Evaluation[],
  hooks: LearnHooks,
  signal: AbortSignal,
): Promise<void> {
  const onProgress = hooks.onProgress.bind(hooks);
  const evaluateWhereDue = async (): Promise<void> => {
    if (isEvaluationDue(learner, plan)) await evaluateUnknown(learner, plan, known, hooks, signal);
  };
  await evaluateWhereDue();
  while (learner.stepsDone < learner.settings.steps) {
    await hooks.onStep(await learner.step(onProgress, signal));
    await evaluateWhereDue();
  }
}

/** Evaluates both sets of problems with the learner's adapter as it is, but for what is among `known`. */
export async function evaluateUnknown(
  learner: Learner,
  plan: LearnPlan,
  known: readonly Evaluation[],
  hooks: Pick<LearnHooks, 'onProgress' | 'onEvaluation'>,
  signal: AbortSignal,
): Promise<void> {
  const sets = [
    ['train', plan.problems],
    ['held-out', plan.heldOut],
  ] as const;
  for (const [set, problems] of sets) {
    const isKnown = known.some((one) => one.set === set && one.report.step === learner.stepsDone);
    if (problems.length === 0 || isKnown) continue;
    const report = await learner.evaluate(problems, plan.evalPaths, hooks.onProgress.bind(hooks), signal);
    await hooks.onEvaluation({ set, report });
  }
}

function isEvaluationDue({ stepsDone, settings }: Learner, { evalPaths, evalEvery }: LearnPlan): boolean {
  if (evalPaths === 0) return false;
  return stepsDone === 0 || stepsDone >= settings.steps || (evalEvery > 0 && stepsDone % evalEvery === 0);
}
