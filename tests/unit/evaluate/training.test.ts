import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { trainingFile } from '../../../src/evaluate/training/file';
import { trainingGroup } from '../../../src/evaluate/training/groups';
import { byId, problem, sampled } from './sampled';

const problems = [problem('a', '9'), problem('b', null), problem('c', '1')];
const all = byId([sampled('a', ['1', '1', '2', null]), sampled('b', ['3', '3']), sampled('c', [null, null])]);

const lines = async (kind: 'preferences' | 'groups'): Promise<unknown[]> => {
  const bytes = await trainingFile(kind, 'jsonl', problems, all, 'majority', null);
  return new TextDecoder()
    .decode(bytes)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
};

describe('a training group', () => {
  it('has the label of the vote, never the known answer, and what each path is worth', () => {
    const one = all.get('a');
    if (one === undefined) throw new Error('There is no such problem.');
    const group = trainingGroup(problem('a', '9'), one, 'majority', null);
    expect(group).toMatchObject({
      prompt: [{ role: 'user', content: 'problem a' }],
      reward_model: { style: 'rule', ground_truth: '1' },
      extra_info: { id: 'a', rule: 'majority', agreement: 0.5 },
      answers: ['1', '1', '2', null],
      rewards: [1, 1, 0, 0],
    });
    // (1 − ½) / (√(1/3) + 1e-4)
    const size = 0.5 / (Math.sqrt(1 / 3) + 1e-4);
    expect(group?.advantages).toEqual([size, size, -size, -size].map((value) => expect.closeTo(value, 12)));
    expect(group?.kept.at(-1)).toBe(false);
    expect(group?.w.at(-1)).toBeNull();
  });

  it('is not made where no path has an answer', async () => {
    expect((await lines('groups')).map((row) => (row as { extra_info: { id: string } }).extra_info.id)).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('a training file', () => {
  it.each(['preferences', 'groups'] as const)('of %s says the same as Parquet', async (kind) => {
    const bytes = await trainingFile(kind, 'parquet', problems, all, 'majority', null);
    const rows = await lines(kind);
    expect(rows.length).toBeGreaterThan(0);
    expect(await parquetReadObjects({ file: bytes.buffer })).toEqual(rows);
  });

  it.each(['preferences', 'groups'] as const)('of %s without any label is empty, and still Parquet', async (kind) => {
    const bytes = await trainingFile(kind, 'parquet', [], all, 'majority', null);
    expect(await parquetReadObjects({ file: bytes.buffer })).toEqual([]);
  });
});
