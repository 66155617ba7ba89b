import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { learnDocument, savedStep } from '../../../src/cli/learn-document';
import { readProblems } from '../../../src/cli/problem-files';
import { problemsDigest } from '../../../src/evaluate/problem-file';
import { learnTable } from '../../../src/cli/learn-table';
import { DEFAULT_LEARN_SETTINGS } from '../../../src/learn/settings';
import type { Evaluation } from '../../../src/learn/plan';
import { start, take } from '../learn/toy-run';

const evaluation = (set: Evaluation['set'], step: number, pass1: number): Evaluation => ({
  set,
  report: { step, problems: [], pass1, majority: 0.9 },
});

async function toyDocument() {
  const steps = (await take(start().learner, 2)).map(savedStep);
  return learnDocument({
    model: 'toy',
    device: 'none',
    adapter: null,
    settings: DEFAULT_LEARN_SETTINGS,
    problems: 7,
    heldOut: 3,
    stopped: null,
    steps,
    evalPaths: 8,
    evaluations: [evaluation('train', 0, 0.5), evaluation('train', 1, 0.55), evaluation('train', 2, 0.625)],
  });
}

describe('what learn prints', () => {
  it('has the steps and the evaluations before and after them', async () => {
    const document = await toyDocument();
    expect(document.stepsDone).toBe(2);
    expect(document.steps[1]?.groups.map(({ id }) => id)).toHaveLength(3);
    expect(document.steps[1]).not.toHaveProperty('groups.0.paths');
    expect(document.eval.before).toEqual({ train: { step: 0, pass1: 0.5, majority: 0.9 }, heldOut: null });
    expect(document.eval.after.train?.pass1).toBe(0.625);
    expect(document.eval.all).toHaveLength(3);
  });

  it('has a table for people', async () => {
    const table = learnTable(await toyDocument());
    expect(table).toContain('Learned from: pass@1 50.0 % → 62.5 %, majority 90.0 % → 90.0 %');
    expect(table).not.toContain('Held out:');
    expect(table.split('\n').filter((line) => /^ +[12] /.test(line))).toHaveLength(2);
    expect(table).toContain('The adapter was not kept');
  });
});

describe('problems', () => {
  async function read(content: string) {
    const folder = await mkdtemp(join(tmpdir(), 'sasc-learn-'));
    try {
      await writeFile(join(folder, 'problems.jsonl'), content);
      return await readProblems(join(folder, 'problems.jsonl'));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('have an id, or their place, and an answer under either name, or none', async () => {
    const lines = ['{"id":"a","problem":"1+1","answer":"2"}', '{"problem":"2+2","gold":"4"}', '{"problem":"3"}'];
    expect(await read(lines.join('\n'))).toEqual([
      { id: 'a', problem: '1+1', gold: '2' },
      { id: '2', problem: '2+2', gold: '4' },
      { id: '3', problem: '3', gold: null },
    ]);
  });

  it('with the same id twice, or without text, are an error', async () => {
    await expect(read('{"id":"a","problem":"1"}\n{"id":"a","problem":"2"}')).rejects.toThrow(
      /an earlier problem has the id a too/,
    );
    await expect(read('{"id":"a"}')).rejects.toThrow(/line 1: no problem; one of problem/);
  });

  it('have a digest of their own', () => {
    const [a, b] = ['1', '2'].map((problem) => [{ id: 'x', problem, gold: null }]);
    expect(problemsDigest(a ?? [])).not.toBe(problemsDigest(b ?? []));
  });
});
