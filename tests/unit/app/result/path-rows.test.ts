import { describe, expect, it } from 'vitest';
import { alternativesAt } from '../../../../src/app/result/path/alternatives';
import { keepRows, pathRows, stabilityDigits, steadiestOf } from '../../../../src/app/result/path-rows';
import { focusAfterKey } from '../../../../src/app/result/focus-keys';
import { syntheticRun } from '../../../fixtures/synthetic-run';
import { runOf } from './run-of';

describe('path rows', () => {
  const { rows } = runOf([
    ['12', 0.3],
    ['12', 0.35],
    ['18', 0.4],
    ['18', 0.5, 'length'],
    ['18', 0.9],
    [null, 0.2, 'length'],
    [null, 0.2, 'aborted'],
    [null, 0.1, null],
  ]);

  it('stay in the order of the paths', () => {
    expect(rows.map((row) => row.path)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('have a look for every state', () => {
    expect(rows.map((row) => row.look)).toEqual([
      'kept',
      'kept',
      'kept',
      'kept',
      'gated',
      'truncated',
      'no-answer',
      'running',
    ]);
    expect(rows.map((row) => row.status).slice(4)).toEqual(['gated', 'no-answer', 'no-answer', 'running']);
  });

  it('have z and weight for survivors alone', () => {
    expect(rows.map((row) => row.weight !== null && row.z !== null)).toEqual([
      ...[true, true, true, true],
      ...[false, false, false, false],
    ]);
  });

  it('show enough decimals to tell stabilities apart', () => {
    const digitsOf = (...stabilities: number[]) => stabilityDigits(runOf(stabilities.map((s) => ['1', s])).rows);
    expect(stabilityDigits(rows)).toBe(2);
    expect(digitsOf(0.013, 0.021, 0.4)).toBe(3);
    expect(digitsOf(0.0013, 0.0021)).toBe(4);
    expect(digitsOf(0.2, 0.203, 0.21, 0.214)).toBe(3);
    expect(digitsOf(0.5, 0.5, 0.5)).toBe(2);
    expect(stabilityDigits([])).toBe(2);
  });

  it('show enough decimals to tell a filtered path from the survivor next to it, four at most', () => {
    const digitsOf = (gated: number) =>
      stabilityDigits(runOf([0.1, 0.2, 0.3, 0.4142, gated].map((s) => ['1', s])).rows);
    expect(digitsOf(0.6)).toBe(2);
    expect(digitsOf(0.4149)).toBe(3);
    expect(digitsOf(0.4144)).toBe(4);
    expect(digitsOf(0.41420001)).toBe(4);
  });

  it('name the steadiest survivor of an answer', () => {
    expect(steadiestOf(rows, 0)?.path).toBe(0);
    expect(steadiestOf(rows, 1)?.path).toBe(2);
    expect(steadiestOf(rows, 9)).toBeNull();
  });
});

describe('vote rows', () => {
  const spec = [
    ['1', 0.5],
    ['2', 0.5],
    ['3', 0.5],
    ['4', 0.5],
    ['5', 0.1],
    ['6', 0.5],
    ['6', 0.6],
    [null, 0.4],
  ] as const;

  it('are the answers with most heads, both winners among them, and count the rest', () => {
    const { table } = runOf(spec);
    expect(table.rows.map((row) => row.answer)).toEqual(['6', '5', '1', '2']);
    expect(table.rows.map((row) => [row.isMajority, row.isElected]).slice(0, 2)).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(table.others).toMatchObject({ answers: 2, heads: 2 });
    expect(table.withoutAnswer).toHaveLength(1);
  });

  it('stand in order of first sight while the run goes on', () => {
    const { table } = runOf([...spec, [null, 0.2, null]]);
    expect(table.rows.map((row) => row.group)).toEqual([...table.rows.map((row) => row.group)].sort());
    expect(table.withoutAnswer).toHaveLength(1);
  });

  it('split a sum of weights into the paths behind it', () => {
    const { table } = runOf(spec);
    for (const { segments, weight, heads } of table.rows) {
      expect(segments.reduce((sum, segment) => sum + (segment.weight ?? 0), 0)).toBeCloseTo(weight);
      expect(segments).toHaveLength(heads);
    }
  });
});

describe('alternatives', () => {
  const { trace } = syntheticRun({ paths: 1, seed: 4, capacity: 200, sentences: 3 });
  const path = trace.paths[0];
  if (path === undefined) throw new Error('A run of one path has a path.');

  it('are the likeliest five, likeliest first, with the written one among them', () => {
    const list = alternativesAt(trace, path, 3);
    expect(list).toHaveLength(5);
    expect(list.map(({ probability }) => probability)).toEqual(
      list.map(({ probability }) => probability).sort((a, b) => b - a),
    );
    expect(list.filter(({ chosen }) => chosen).map(({ token }) => token)).toEqual([path.tokens[3]]);
  });

  it('add a written token that was less likely than all five', () => {
    const rare = { ...path, tokens: path.tokens.slice(), logprob: path.logprob.slice() };
    rare.tokens[3] = 999;
    rare.logprob[3] = Math.log(0.001);
    expect(alternativesAt(trace, rare, 3).at(-1)).toMatchObject({ token: 999, chosen: true });
    expect(alternativesAt(trace, rare, 3).at(-1)?.probability).toBeCloseTo(0.001);
  });
});

describe('keys', () => {
  const { trace } = runOf([
    ['1', 0.1],
    ['2', 0.2],
  ]);
  const order = [0, 1];

  it('move along the path and stay within it', () => {
    expect(focusAfterKey('ArrowRight', { path: 0, step: 1 }, trace, order)).toEqual({ path: 0, step: 2 });
    expect(focusAfterKey('ArrowRight', { path: 0, step: 2 }, trace, order)).toEqual({ path: 0, step: 2 });
    expect(focusAfterKey('Home', { path: 0, step: 2 }, trace, order)).toEqual({ path: 0, step: 0 });
    expect(focusAfterKey('End', { path: 0, step: null }, trace, order)).toEqual({ path: 0, step: 2 });
  });

  it('move between paths and stay within the run', () => {
    expect(focusAfterKey('ArrowDown', { path: 0, step: 1 }, trace, order)).toEqual({ path: 1, step: 1 });
    expect(focusAfterKey('ArrowDown', { path: 1, step: 1 }, trace, order)).toEqual({ path: 1, step: 1 });
    expect(focusAfterKey('ArrowUp', { path: 0, step: 1 }, trace, order)).toEqual({ path: 0, step: 1 });
  });

  it('follow the rows as they stand, and enter them at the first one', () => {
    expect(focusAfterKey('ArrowDown', { path: 1, step: 1 }, trace, [1, 0])).toEqual({ path: 0, step: 1 });
    expect(focusAfterKey('ArrowUp', { path: 0, step: 1 }, trace, [1])).toEqual({ path: 1, step: 1 });
    expect(focusAfterKey('ArrowDown', { path: 0, step: 1 }, trace, [])).toEqual({ path: 0, step: 1 });
  });

  it('leave other keys to others', () => {
    expect(focusAfterKey('a', { path: 0, step: 0 }, trace, order)).toBeNull();
  });
});

describe('vote rows', () => {
  it('list the forms of an answer that were counted as one', () => {
    const { table } = runOf([
      ['12', 0.3],
      ['\\frac{24}{2}', 0.3],
      ['\\dfrac{24}{2}', 0.4],
      ['12.0', 0.4],
      ['7', 0.4],
    ]);
    expect(table.rows.map(({ forms }) => forms)).toEqual([['12', '24/2', '12.0'], ['7']]);
  });
});

describe('rows that are kept', () => {
  const before = runOf([
    ['5', 0.2],
    ['7', 0.3],
  ]);

  it('are the same objects while nothing of them has changed, and so is the list', () => {
    expect(keepRows(before.rows, pathRows(before.trace, before.decision))).toBe(before.rows);
  });

  it('give way one by one', () => {
    const [first, second] = before.rows;
    const after = runOf([
      ['5', 0.2],
      ['7', 0.4],
    ]).rows.map((row, i) => (i === 0 ? { ...row, z: first?.z ?? null, weight: first?.weight ?? null } : row));
    const kept = keepRows(before.rows, after);
    expect(kept[0]).toBe(first);
    expect(kept[1]).not.toBe(second);
    expect(kept[1]?.stability).toBe(0.4);
    expect(keepRows(before.rows, after.slice(0, 1))).toHaveLength(1);
  });
});
