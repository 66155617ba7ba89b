import type { LearnedGroup, LearnedPath } from '../../src/learn/types';

/** A path of a step, trained on without effect unless told otherwise. */
export function learnedPath(answer: string | null, part: Partial<LearnedPath> = {}): LearnedPath {
  return {
    ...{ text: '', tokens: 5, answer, finish: 'stop', status: answer === null ? 'no-answer' : 'kept' },
    ...{ stability: 0.1, weight: null, reward: 0, advantage: 0, kl: null },
    ...part,
  };
}

/** A problem's group in which the first answer is label and majority: its paths earn 1. */
export function learnedGroup(answers: readonly (string | null)[], part: Partial<LearnedGroup> = {}): LearnedGroup {
  const [label = null] = answers;
  const answered = answers.filter((answer) => answer !== null);
  return {
    problem: { id: '1', problem: '1 + 2', gold: null },
    label,
    majority: label,
    majorityRatio: answered.filter((answer) => answer === label).length / Math.max(1, answered.length),
    labelIsRight: null,
    skipped: null,
    labelFlips: 0,
    weight: 1,
    paths: answers.map((answer) => learnedPath(answer, { reward: answer === label ? 1 : 0 })),
    ...part,
  };
}
