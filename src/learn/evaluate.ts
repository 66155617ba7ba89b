import { areEquivalent } from '../answers/equivalence';
import { decideRun } from '../run/decide-run';
import { seedOf } from '../method/random';
import type { RunSettings } from '../run/settings';
import type { TokenPolicy } from '../policy/training';
import { samplePaths } from './policy';
import type { EvalReport, LearnProblem, LearnProgress } from './types';

type EvaluatedProblem = EvalReport['problems'][number];

/**
 * Answers a set with the policy as it is. Each problem's seed follows from the settings' and its id: the same at every
 * step, so that two evaluations are paired. Rejects with EngineError.
 */
export async function evaluate(
  policy: TokenPolicy,
  problems: readonly LearnProblem[],
  settings: RunSettings,
  step: number,
  onProgress: (progress: LearnProgress) => void,
  signal: AbortSignal,
): Promise<EvalReport> {
  const evaluated: EvaluatedProblem[] = [];
  const elected: boolean[] = [];
  const total = problems.length;
  for (const [done, { id, problem, gold }] of problems.entries()) {
    onProgress({ phase: 'evaluate', done, total, unit: 'problems' });
    const seed = seedOf(settings.seed, 'evaluate', id);
    const { trace } = await samplePaths(policy, problem, { ...settings, seed }, () => undefined, signal);
    const { answers, groups, vote } = decideRun(trace);
    const isRight = (answer: string | null): boolean => gold !== null && answer !== null && areEquivalent(answer, gold);
    const majorityIsRight = gold === null ? null : isRight(groups[vote.majority?.group ?? -1]?.answer ?? null);
    evaluated.push({ id, answers, right: gold === null ? null : answers.map(isRight), majorityIsRight });
    if (majorityIsRight !== null) elected.push(majorityIsRight);
  }
  onProgress({ phase: 'evaluate', done: total, total, unit: 'problems' });
  const shares = evaluated.flatMap(({ right }) => (right === null ? [] : [meanOf(right.map(Number))]));
  return {
    step,
    problems: evaluated,
    pass1: shares.length === 0 ? null : meanOf(shares),
    majority: elected.length === 0 ? null : meanOf(elected.map(Number)),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
