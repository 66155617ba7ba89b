import { describe, expect, it } from 'vitest';
import { answerOf } from '../../../../src/app/result/path-rows';
import { replayMoments } from '../../../../src/app/result/votes/vote-replay';
import { pathInfluences } from '../../../../src/method/influence';
import type { TableData } from '../../../../src/app/kit/table-data';
import { curvesTable, shiftTable } from '../../../../src/app/learn/learn-tables';
import { overviewTable, pathTable } from '../../../../src/app/result/path/path-tables';
import { reliabilityTable } from '../../../../src/app/result/reliability/reliability-table';
import { replayTable, stripTable, votesTable } from '../../../../src/app/result/votes/vote-tables';
import { syntheticRun } from '../../../fixtures/synthetic-run';
import { runOf } from './run-of';

const run = runOf([
  ['5', 0.3],
  ['7', 0.1],
  [null, 0.4, 'length'],
]);
const nameOf = (group: number) => answerOf(run.decision, group);
const influences = pathInfluences(run.decision.inputs, run.voteOptions);
const { trace } = syntheticRun({ paths: 2, seed: 3, capacity: 80, sentences: 2 });

const estimate = (value: number) => ({ value, low: value - 0.02, high: value + 0.02 });

const tables: Record<string, TableData> = {
  overview: overviewTable('3 paths', run.rows, run.trace, 2),
  strip: stripTable(run.rows, 2),
  votes: votesTable(run.rows, influences, run.decision, 2),
  reliability: reliabilityTable([
    { signal: 'slip', figures: { discrimination: null, rightByRank: [estimate(0.94), estimate(0.5)] } },
    { signal: 'stability', figures: { discrimination: null, rightByRank: [estimate(0.32)] } },
  ]),
  replay: replayTable(replayMoments(run.decision, [1, 0, 2], run.voteOptions), nameOf),
  shift: shiftTable('Answers', {
    rows: [{ answer: '5', group: 0, before: 3, now: 9 }],
    others: { answers: 0, before: 0, now: 0 },
    paths: 16,
    right: null,
  }),
  curves: curvesTable('Curves', [
    {
      id: 'reward',
      isShare: true,
      bound: null,
      lines: [
        { id: 'reward', isSecond: false, points: [0.25, 0.5].map((value, step) => ({ step: step + 1, value })) },
        { id: 'truth', isSecond: true, points: [{ step: 2, value: 0.75 }] },
      ],
    },
  ]),
};

describe('a chart as a table', () => {
  it.each(Object.entries(tables))('%s has a cell a column in every row', (_, { columns, rows }) => {
    expect(rows.length).toBeGreaterThan(0);
    for (const cells of rows) expect(cells).toHaveLength(columns.length);
  });

  it('has the figures of the chart', () => {
    expect(tables.overview?.rows[2]).toEqual(['3', 'cut at the limit', '3', '0.40', '–', '–', 'none', '–']);
    // The steadiest first; without an answer there is no dot.
    expect(tables.strip?.rows.map(([path, s]) => [path, s])).toEqual([
      ['2', '0.10'],
      ['1', '0.30'],
    ]);
    expect(tables.reliability?.rows).toEqual([
      ['1', '94 % (92 %–96 %)', '32 % (30 %–34 %)'],
      ['2', '50 % (48 %–52 %)', '–'],
    ]);
    // Two survivors lie one standard deviation either side: e to 1/e.
    expect(tables.votes?.rows[1]).toEqual(['2', '7', '0.10', '2.72', '88 %', '5', '0.00', 'decides']);
    expect(tables.votes?.rows[2]?.slice(4)).toEqual(['–', '–', '–', '']);
    expect(tables.replay?.rows.map(([, path, answer]) => [path, answer])).toEqual([
      ['2', '7'],
      ['1', '5'],
      ['3', 'none'],
    ]);
    expect(tables.curves?.rows).toEqual([
      ['1', '0.25', '–'],
      ['2', '0.50', '0.75'],
    ]);
  });

  it('has every token of a path', () => {
    const [path] = trace.paths;
    if (path === undefined) throw new Error('The run has paths.');
    const { rows, columns } = pathTable('Path 1', trace, path);
    expect(rows).toHaveLength(path.length);
    expect(rows.every((cells) => cells.length === columns.length)).toBe(true);
    expect(rows[0]?.[2]).toBe((path.entropy[0] ?? NaN).toFixed(3));
  });
});
