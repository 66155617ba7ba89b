import { describe, expect, it } from 'vitest';
import { ProblemAnswers } from '../../../../src/app/learn/problem-answers';
import { advantageDomain, rewardRows } from '../../../../src/app/learn/reward-rows';
import type { LearnedGroup, LearnedPath } from '../../../../src/learn/types';
import { NEW_HISTORY, withEvaluation } from '../../../../src/app/learn/learn-history';
import { learnedGroup, learnedPath } from '../../learned';

describe("a problem's answers", () => {
  const report = (groups: readonly LearnedGroup[]) =>
    ({ step: 1, groups, metrics: {}, warnings: [], updated: true }) as const;
  const evaluated = (answers: readonly (string | null)[], id = '1') => ({
    set: 'train' as const,
    key: 'k',
    report: { step: 0, problems: [{ id, answers, right: null }], pass1: null, majority: null },
  });

  it('have one look each, the most frequent of the first round first, whatever comes later', () => {
    let history = withEvaluation(NEW_HISTORY, evaluated(['7', '1/2', null, '0.5']));
    const first = new ProblemAnswers(history, '1');
    expect(['1/2', '0.5', '7', '8', null].map((answer) => first.groupOf(answer))).toEqual([0, 0, 1, null, null]);
    const group = learnedGroup(['8', '8', '8', '7']);
    const under = new ProblemAnswers(history, '1', group.paths);
    expect(['1/2', '7', '8'].map((answer) => under.groupOf(answer))).toEqual([0, 1, 2]);
    const step = { step: 1, checkpoint: null, dropped: false, report: report([group]), evaluations: [] };
    history = { ...history, points: [...history.points, step], cursor: 1 };
    const after = new ProblemAnswers(history, '1');
    expect(['1/2', '7', '8'].map((answer) => after.groupOf(answer))).toEqual([0, 1, 2]);
    expect(after.groups).toHaveLength(3);
  });

  it('of a few paths do not take the colours from those of many', () => {
    const history = withEvaluation(NEW_HISTORY, evaluated(['9', '9']));
    const answers = new ProblemAnswers(history, '1', learnedGroup(['3', '3', '9']).paths);
    expect(['3', '9'].map((answer) => answers.groupOf(answer))).toEqual([0, 1]);
  });

  it("are not another problem's", () => {
    const history = withEvaluation(NEW_HISTORY, evaluated(['7'], '2'));
    expect(new ProblemAnswers(history, '1').groups).toEqual([]);
  });
});

describe('the rows of a step', () => {
  const cut: Partial<LearnedPath> = { answer: null, status: 'no-answer', finish: 'length' };
  const group: LearnedGroup = {
    ...learnedGroup(['3', '4', '3', null]),
    paths: [
      learnedPath('3', { reward: 1, advantage: 0.6 }),
      learnedPath('4', { reward: 0, advantage: -1.2, status: 'gated', kl: 0.002 }),
      learnedPath('3', { reward: null, advantage: null }),
      learnedPath(null, { ...cut, reward: 0, advantage: -1.2 }),
    ],
  };
  const rows = rewardRows(group, new ProblemAnswers(NEW_HISTORY, '1', group.paths));

  it('number the paths from 1, and tell what became of each', () => {
    expect(rows.map(({ path, look, group: of, reward }) => [path, look, of, reward])).toEqual([
      [1, 'kept', 0, 1],
      [2, 'gated', 1, 0],
      [3, 'kept', 0, null],
      [4, 'truncated', null, 0],
    ]);
  });

  it('stand on an axis of whole halves around 0', () => {
    expect(advantageDomain(rows)).toEqual([-1.5, 1]);
    expect(advantageDomain([])).toEqual([-0.5, 0.5]);
  });
});
