import { Learner } from '../../../src/learn/learner';
import { DEFAULT_LEARN_SETTINGS, type LearnSettings } from '../../../src/learn/settings';
import type { LearnProblem, StepReport } from '../../../src/learn/types';
import { ToyPolicy } from './toy';

export const PROBLEMS: readonly LearnProblem[] = Array.from({ length: 7 }, (_, i) => ({
  id: `p${i}`,
  problem: `What is ${i} + 1?`,
  gold: i % 2 === 0 ? '1' : '2',
}));

export const SETTINGS: LearnSettings = {
  ...DEFAULT_LEARN_SETTINGS,
  labels: 'majority',
  learningRate: 0.5,
  problemsPerStep: 3,
  beta: 0,
};

export const never = new AbortController().signal;
export const quiet = (): void => undefined;

export function start(change: Partial<LearnSettings> = {}, problems = PROBLEMS) {
  const policy = new ToyPolicy();
  return { policy, learner: new Learner(policy, policy, problems, { ...SETTINGS, ...change }) };
}

export async function take(learner: Learner, count: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (let i = 0; i < count; i++) reports.push(await learner.step(quiet, never));
  return reports;
}

/** All that a step says but how long it took. */
export function untimed(reports: readonly StepReport[]): StepReport[] {
  return reports.map((report) => ({ ...report, metrics: { ...report.metrics, step_time: 0 } }));
}
