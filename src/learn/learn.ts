import type { MeasuredRules } from '../method/auto-rule';
import { initialLora } from '../model/initial-lora';
import type { TrainablePolicy, Trainer } from '../policy/training';
import { toEngineError } from '../policy/errors';
import { Learner } from './learner';
import { checkLearnSettings, type LearnSettings } from './settings';
import { FallGuard } from './fall-guard';
import type { Evaluation, LearnHooks, LearnPlan, Stopped } from './plan';
import type { LearnCheckpoint, LearnProblem } from './types';

export interface LearningEngine {
  readonly learner: Learner;
  readonly trainer: Trainer;
}

/**
 * Gives the policy a fresh adapter, which changes nothing yet, and a learner that trains it. Rejects with EngineError:
 * 'bad-settings', 'out-of-memory', 'shader-failed', and what `checkedPrompt` says of a problem that cannot be solved.
 * @param measured rules of the model, for labels by `auto`; null: nothing is measured
 */
export async function startLearning(
  policy: TrainablePolicy,
  problems: readonly LearnProblem[],
  settings: LearnSettings,
  measured: MeasuredRules | null,
): Promise<LearningEngine> {
  checkLearnSettings(settings);
  const trainer = await policy.startTraining(initialLora(policy.files.config, settings.lora, settings.seed));
  try {
    return { learner: new Learner(policy, trainer, problems, settings, measured), trainer };
  } catch (error) {
    trainer.dispose();
    throw toEngineError(error);
  }
}

/**
 * Takes the steps that the settings plan and the learner has not taken yet, with the evaluations that are due and not
 * among `known`. Rejects with EngineError; what the hooks have received stays valid.
 * @param best the state at the best evaluation among `known`, where `onBest` has kept it
 * @returns why it ended before the plan did; null: it did not
 */
export async function learn(
  learner: Learner,
  plan: LearnPlan,
  known: readonly Evaluation[],
  hooks: LearnHooks,
  signal: AbortSignal,
  best: LearnCheckpoint | null = null,
): Promise<Stopped | null> {
  const onProgress = hooks.onProgress.bind(hooks);
  const guard = new FallGuard(learner, plan, known, hooks, best);
  const evaluateWhereDue = async (): Promise<Stopped | null> => {
    if (!isEvaluationDue(learner, plan)) return null;
    await evaluateUnknown(learner, plan, known, guard, signal);
    return guard.check();
  };
  let stopped = await evaluateWhereDue();
  while (stopped === null && learner.stepsDone < learner.settings.steps) {
    await hooks.onStep(await learner.step(onProgress, signal));
    stopped = await evaluateWhereDue();
  }
  return stopped;
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
