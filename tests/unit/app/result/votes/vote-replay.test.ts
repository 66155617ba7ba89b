import { describe, expect, it } from 'vitest';
import { answerOf } from '../../../../../src/app/result/path-rows';
import {
  decisionAt,
  replayLines,
  replayMoments,
  rowsAt,
  spread,
} from '../../../../../src/app/result/votes/vote-replay';
import { latestText, momentText, replaySummary } from '../../../../../src/app/result/votes/text';
import { runOf } from '../run-of';

/** Path 2 comes in first and says 7; then two say 5, the last has no answer. */
const run = runOf([
  ['5', 0.2],
  ['7', 0.3],
  ['5', 0.25],
  [null, 0.4],
]);
const moments = replayMoments(run.decision, [1, 0, 2, 3], run.voteOptions);
const nameOf = (group: number) => answerOf(run.decision, group);

describe('the vote as paths came in', () => {
  it('has a moment a path, the last of them the whole vote', () => {
    expect(moments.map(({ count, path, group }) => [count, path, group])).toEqual([
      [1, 1, 1],
      [2, 0, 0],
      [3, 2, 0],
      [4, 3, null],
    ]);
    expect(moments.at(-1)?.outcome).toEqual(run.decision.vote);
  });

  it('shows who had not finished as still being written', () => {
    const then = decisionAt(run.decision, moments, 2);
    expect(then.vote.poolSize).toBe(2);
    const rows = rowsAt(run.rows, then, new Set([1, 0]));
    expect(rows.map(({ status, group }) => [status, group])).toEqual([
      ['kept', 0],
      ['kept', 1],
      ['running', null],
      ['running', null],
    ]);
    expect(decisionAt(run.decision, moments, 4).vote).toBe(moments[3]?.outcome);
  });

  it('draws every answer from the path with which it comes in; shares of a moment make up the whole', () => {
    const lines = replayLines(moments);
    expect(lines.map(({ group, points }) => [group, points[0]?.count])).toEqual([
      [0, 2],
      [1, 1],
    ]);
    for (const count of [2, 3, 4]) {
      const shares = lines.map(({ points }) => points.find((point) => point.count === count)?.share ?? 0);
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1);
    }
  });

  it('draws the four answers that weigh most in the end, whoever led at first', () => {
    // The first to come in has all the weight there is, and the least when all are in.
    const many = runOf(['1', '2', '3', '4', '5'].map((answer, i) => [answer, 0.9 - 0.15 * i]));
    const all = replayMoments(many.decision, [0, 1, 2, 3, 4], { ...many.voteOptions, gatePercentile: null });
    expect(replayLines(all).map(({ group }) => group)).toEqual([1, 2, 3, 4]);
  });

  it('keeps the names at the ends of lines apart', () => {
    const labels = spread([{ y: 10 }, { y: 4 }, { y: 6 }], 5);
    expect(labels.map(({ y }) => y)).toEqual([4, 9, 14]);
  });

  it('is told in words', () => {
    const [first, , , last] = moments;
    if (first === undefined || last === undefined) throw new Error('The run has four paths.');
    expect(momentText(first, 4, nameOf)).toBe('After ⟦1 of 4⟧ finished paths 7 leads with ⟦100 %⟧ of the vote weight.');
    expect(latestText(last, nameOf)).toBe('Path 4 just finished without an answer.');
    expect(replaySummary(moments, nameOf)).toBe('The lead changed once; 5 has led since 2 of 4 paths had finished.');
    expect(replaySummary(moments.slice(1), nameOf)).toBe('5 led from the first answer on.');
    expect(replaySummary([], nameOf)).toBe('There was never an answer.');
  });
});
