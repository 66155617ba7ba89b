import type { LearnTask } from '../../../workers/protocol';
import type { EvalReport } from '../../learn/types';
import type { EngineAdapter } from '../session/engine.svelte';
import { bestPoint, currentPoint, type LearnHistory } from './learn-history';
import type { PhasePlan } from './learn-phases';
import { evaluationKey, type LearnRequest, watchedKey } from './learn-request';

/** The steps that follow the present one. An adapter that is there keeps its shape. @param measured the model's rules */
export function taskOf(request: LearnRequest, history: LearnHistory, measured: LearnTask['measured']): LearnTask {
  const { problems, heldOut, settings, evalPaths, evalEvery } = request;
  const { checkpoint, step } = currentPoint(history);
  const lora = checkpoint?.adapter.config ?? settings.lora;
  // A plan that is made anew for every single step would always be at the end of its cosine, where nothing moves.
  const schedule = settings.steps === 1 ? 'constant' : settings.schedule;
  const past = history.points.slice(0, history.cursor + 1).flatMap(({ evaluations }) => evaluations);
  const known = past.filter(({ set, key }) => key === evaluationKey(request, set));
  return {
    plan: { problems, heldOut, evalPaths, evalEvery },
    settings: { ...settings, steps: step + settings.steps, lora, schedule },
    checkpoint,
    known: known.map(({ set, report }) => ({ set, report })),
    measured,
    best: settings.stopOnFall ? bestState(request, history) : null,
  };
}

/** What the guard of learning may go back to. */
function bestState(request: LearnRequest, history: LearnHistory): LearnTask['best'] {
  const best = history.points[bestPoint(history, watchedKey(request)) ?? -1];
  return best === undefined || best.dropped ? null : { checkpoint: best.checkpoint };
}

/** What the phases of a task are. */
export function planOf({ settings, plan, checkpoint, known }: LearnTask): PhasePlan {
  const { evalPaths, evalEvery, problems, heldOut } = plan;
  const sets = heldOut.length > 0 ? 2 : 1;
  const stepsDone = checkpoint?.stepsDone ?? 0;
  return {
    firstStep: stepsDone + 1,
    lastStep: settings.steps,
    hasReference: settings.beta > 0,
    hasBefore: evalPaths > 0 && known.filter(({ report }) => report.step === stepsDone).length < sets,
    evaluated: evalPaths > 0 ? problems.length + heldOut.length : 0,
    isEvaluated: (step) => step >= settings.steps || (evalEvery > 0 && step % evalEvery === 0),
  };
}

/** Whether the point before the present one, or after it, can be gone to. */
export function isReachable({ points, cursor }: LearnHistory, by: 1 | -1): boolean {
  return points[cursor + by]?.dropped === false;
}

/** The present adapter as the engine takes it; null: the model alone. */
export function adapterOf(history: LearnHistory): EngineAdapter | null {
  const { checkpoint, step } = currentPoint(history);
  return checkpoint === null ? null : { steps: step, weights: checkpoint.adapter };
}

/** Path by path. */
export function haveSameAnswers(a: EvalReport, b: EvalReport): boolean {
  const answersOf = ({ problems }: EvalReport): string => JSON.stringify(problems.map(({ answers }) => answers));
  return answersOf(a) === answersOf(b);
}
