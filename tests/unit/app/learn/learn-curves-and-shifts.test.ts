import { describe, expect, it } from 'vitest';
import { pairedShares } from '../../../../src/learn/flips';
import { answerShift, comparisonOf, largestMove } from '../../../../src/app/learn/answer-shift';
import { curveTop, learnCurves } from '../../../../src/app/learn/learn-curves';
import { ProblemAnswers } from '../../../../src/app/learn/problem-answers';
import type { EvalReport, StepReport } from '../../../../src/learn/types';
import { type KeyedEvaluation, type LearnHistory, type LearnPoint } from '../../../../src/app/learn/learn-history';

function evaluation(
  step: number,
  answers: readonly (string | null)[],
  right: readonly boolean[] | null = null,
  key = 'k',
): KeyedEvaluation {
  const pass1 = right === null ? null : right.filter(Boolean).length / right.length;
  const report: EvalReport = { step, problems: [{ id: '1', answers, right }], pass1, majority: null };
  return { set: 'train', key, report };
}

function point(step: number, metrics: StepReport['metrics'], evaluations: readonly KeyedEvaluation[]): LearnPoint {
  const report = step === 0 ? null : { step, groups: [], metrics, warnings: [], updated: true };
  return { step, checkpoint: null, dropped: false, report, evaluations };
}

const history = (points: readonly LearnPoint[], cursor = points.length - 1): LearnHistory => ({
  origin: null,
  points,
  cursor,
});

describe('before and now', () => {
  const moved = history([
    point(0, {}, [evaluation(0, ['8', '4', '4', null], [true, false, false, false])]),
    point(1, {}, [evaluation(1, ['8', '8.0', '4', '5'], [true, true, false, false])]),
  ]);

  it('compares the present point with the first answers to the same question', () => {
    expect(comparisonOf(moved, 'train')).toMatchObject({ before: { step: 0 }, now: { step: 1 } });
    expect(comparisonOf({ ...moved, cursor: 0 }, 'train')).toMatchObject({ before: { step: 0 }, now: { step: 0 } });
    expect(comparisonOf(moved, 'held-out')).toBeNull();
    const other = history([...moved.points, point(2, {}, [evaluation(2, ['1'], null, 'other')])]);
    expect(comparisonOf(other, 'train')).toMatchObject({ before: { step: 2 }, now: { step: 2 } });
  });

  it('counts equal answers as one, whatever their form, and paths without an answer apart', () => {
    const comparison = comparisonOf(moved, 'train');
    const shift = comparison === null ? null : answerShift(comparison, new ProblemAnswers(moved, '1'));
    expect(shift?.rows.map(({ answer, before, now }) => [answer, before, now])).toEqual([
      ['4', 2, 1],
      ['8', 1, 2],
      ['5', 0, 1],
      [null, 1, 0],
    ]);
    expect(shift?.right).toEqual({ before: 1, now: 2 });
    expect(shift === null ? null : largestMove(shift)?.answer).toBe('4');
  });

  it('adds up the answers that have no row of their own', () => {
    const many = history([point(0, {}, [evaluation(0, ['1', '1', '2', '3', '4', '5', '6', '7'])])]);
    const comparison = comparisonOf(many, 'train');
    const shift = comparison === null ? null : answerShift(comparison, new ProblemAnswers(many, '1'));
    expect(shift?.rows).toHaveLength(5);
    expect(shift?.others).toEqual({ answers: 2, before: 2, now: 2 });
    expect(shift === null ? null : largestMove(shift)).toBeNull();
  });

  it('takes the share of right paths only where the answer is known', () => {
    const comparison = comparisonOf(moved, 'train');
    expect(comparison === null ? [] : pairedShares(comparison.before, comparison.now)).toEqual([
      { before: 0.25, now: 0.5 },
    ]);
    const unknown = history([point(0, {}, [evaluation(0, ['1'])])]);
    const without = comparisonOf(unknown, 'train');
    expect(without === null ? null : pairedShares(without.before, without.now)).toEqual([]);
  });
});

describe('the curves', () => {
  it('have a line for what the steps have, up to the present point', () => {
    const course = history(
      [
        point(0, {}, [evaluation(0, ['8'], [false])]),
        point(1, { reward: 0.5, grad_norm: 1.2 }, []),
        point(2, { reward: 0.75, grad_norm: 0.6 }, [evaluation(2, ['8'], [true])]),
        point(3, { reward: 1 }, []),
      ],
      2,
    );
    const lines = learnCurves(course).flatMap(({ id, lines: own }) => own.map((one) => [id, one.id, one.points]));
    expect(lines).toEqual([
      [
        'reward',
        'reward',
        [
          { step: 1, value: 0.5 },
          { step: 2, value: 0.75 },
        ],
      ],
      [
        'pass1',
        'trained',
        [
          { step: 0, value: 0 },
          { step: 2, value: 1 },
        ],
      ],
      [
        'gradient',
        'gradient',
        [
          { step: 1, value: 1.2 },
          { step: 2, value: 0.6 },
        ],
      ],
    ]);
  });

  it('have an axis that holds data and bound, even where the data is not finite', () => {
    const curve = (values: readonly number[], bound: number | null) =>
      curveTop({
        id: 'gradient',
        isShare: false,
        bound,
        lines: [{ id: 'gradient', isSecond: false, points: values.map((value, step) => ({ step, value })) }],
      });
    expect(curve([0.5, 2], 1)).toBeGreaterThan(2);
    expect(curve([0.5], 1)).toBeGreaterThan(1);
    expect(curve([0.03], 1)).toBeLessThan(0.1);
    expect(curve([NaN], null)).toBe(1);
    expect(curve([0], null)).toBe(1);
  });
});
