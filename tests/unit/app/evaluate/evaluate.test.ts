import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EvaluateState } from '../../../../src/app/evaluate/evaluate.svelte';
import { evaluatedProblem, filtered, problemRows } from '../../../../src/app/evaluate/problem-rows';
import { evaluationFigures } from '../../../../src/evaluate/document';
import type { Problem } from '../../../../src/evaluate/problem-file';
import { DEFAULT_RUN_SETTINGS } from '../../../../src/run/settings';
import { AnswersService } from '../../../../workers/answers-service';
import { MemoryEvaluationStore } from './memory-evaluation-store';
import { failure, ScriptedEngine } from './scripted-engine';

const PROBLEMS: readonly Problem[] = ['1 + 1', '2 + 3', '4 + 4'].map((problem, i) => ({
  id: String(i),
  problem,
  gold: ['2', '5', '9'][i] ?? null,
}));
const SET = { name: 'set', problems: PROBLEMS };
const SETTINGS = { ...DEFAULT_RUN_SETTINGS, paths: 3, seed: 7 };

const service = new AnswersService();
const judge = {
  evaluation: vi.fn(async (...args: Parameters<AnswersService['evaluation']>) => service.evaluation(...args)),
  trainingFile: (...args: Parameters<AnswersService['trainingFile']>) => service.trainingFile(...args),
};

describe('an evaluation on the page', () => {
  let engine: ScriptedEngine;
  let store: MemoryEvaluationStore;
  const open = (): EvaluateState => new EvaluateState({ engine, judge, store, adapter: () => null, version: '0.1.0' });

  beforeEach(() => {
    engine = new ScriptedEngine();
    store = new MemoryEvaluationStore();
    judge.evaluation.mockClear();
  });

  it('samples every problem once, each with its own seed, and judges what there is', async () => {
    const evaluate = open();
    await evaluate.begin(SET, SETTINGS, false);
    expect(evaluate.busy).toBe(false);
    expect(evaluate.missing).toBe(0);
    expect(engine.asked.map(({ problem }) => problem)).toEqual(PROBLEMS.map(({ problem }) => problem));
    expect(new Set(engine.asked.map(({ settings }) => settings.seed)).size).toBe(3);
    await vi.waitFor(() => expect(evaluate.figures.isBehind).toBe(false));
    const { document, outcomes } = evaluate.figures.current ?? {};
    // Two of three paths are right, but for the last problem, whose known answer is what one path says.
    expect(document?.rules.majority?.accuracy).toBeCloseTo(2 / 3, 12);
    expect(outcomes?.map(({ rightShare }) => rightShare)).toEqual([2 / 3, 2 / 3, 1 / 3]);
  });

  it('with the greedy path asks for it too', async () => {
    const evaluate = open();
    await evaluate.begin(SET, SETTINGS, true);
    expect(engine.asked.map(({ settings }) => settings.paths)).toEqual([3, 1, 3, 1, 3, 1]);
  });

  it('paused, closed and continued samples only what is missing, and has the log of an uninterrupted one', async () => {
    const whole = open();
    await whole.begin(SET, SETTINGS, false);
    const undated = (lines: readonly string[] = []): string => lines.join('').replace(/"startedAt":"[^"]*"/, '');
    const expected = undated(whole.shown?.lines);
    store = new MemoryEvaluationStore();
    const first = open();
    engine.asked.length = 0;
    engine.onAsk = (problem) => {
      if (problem === '2 + 3') first.pause();
    };
    await first.begin(SET, SETTINGS, false);
    expect([first.busy, first.missing, first.failure]).toEqual([false, 2, null]);
    engine.onAsk = () => undefined;
    const second = open();
    await vi.waitFor(() => expect(second.shown).not.toBeNull());
    expect(second.missing).toBe(2);
    await second.resume();
    expect(second.missing).toBe(0);
    expect(engine.asked.map(({ problem }) => problem)).toEqual(['1 + 1', '2 + 3', '2 + 3', '4 + 4']);
    expect(undated(second.shown?.lines)).toBe(expected);
    expect(undated([...store.lines.values()][0])).toBe(expected);
  });

  it('leaves out a problem that cannot be sampled, and tries it again when it goes on', async () => {
    engine.failures.set('2 + 3', failure('problem-too-long'));
    const evaluate = open();
    await evaluate.begin(SET, SETTINGS, false);
    expect([evaluate.failure, evaluate.missing, engine.asked.length]).toEqual([null, 1, 3]);
    engine.failures.clear();
    await evaluate.resume();
    expect([evaluate.missing, engine.asked.length]).toEqual([0, 4]);
  });

  it('ends with the failure of the engine, and keeps what was sampled', async () => {
    engine.failures.set('2 + 3', failure('device-lost'));
    const evaluate = open();
    await evaluate.begin(SET, SETTINGS, false);
    expect([evaluate.failure?.code, evaluate.missing, evaluate.busy]).toEqual(['device-lost', 2, false]);
  });

  it('does not go on with another model', async () => {
    const evaluate = open();
    engine.onAsk = () => evaluate.pause();
    await evaluate.begin(SET, SETTINGS, false);
    engine.info = { ...engine.info, modelId: 'another' };
    engine.asked.length = 0;
    await evaluate.resume();
    expect([evaluate.difference, engine.asked.length]).toEqual(['model', 0]);
  });

  it('says where the browser keeps nothing, and goes on', async () => {
    store.accepts = false;
    const evaluate = open();
    await evaluate.begin(SET, SETTINGS, false);
    expect([evaluate.isSaved, evaluate.missing, evaluate.kept.length]).toEqual([false, 0, 0]);
  });

  it('abandoned while the engine is replaced, it can be continued at once', async () => {
    const evaluate = open();
    let isFirst = true;
    engine.onAsk = () => {
      if (isFirst) evaluate.abandon();
      isFirst = false;
    };
    await evaluate.begin(SET, SETTINGS, false);
    expect([evaluate.busy, evaluate.failure, evaluate.missing]).toEqual([false, null, 3]);
    await evaluate.resume();
    expect(evaluate.missing).toBe(0);
  });

  it('is compared with an earlier one of the same problems, and can be deleted', async () => {
    const evaluate = open();
    await evaluate.begin(SET, SETTINGS, false);
    await evaluate.begin(SET, { ...SETTINGS, seed: 8 }, false);
    const [, earlier] = evaluate.kept;
    if (earlier === undefined) throw new Error('The first evaluation was not kept.');
    await evaluate.compareWith(earlier);
    await vi.waitFor(() => expect(evaluate.figures.current?.document.against?.problems).toBe(3));
    await evaluate.remove(earlier);
    expect([evaluate.against, evaluate.kept.length, evaluate.shown === null]).toEqual([null, 1, false]);
    await vi.waitFor(() => expect(evaluate.figures.current?.document.against).toBeNull());
  });

  it('has the preference pairs that the command line writes', async () => {
    const evaluate = open();
    await evaluate.begin(SET, SETTINGS, false);
    const lines = new TextDecoder().decode((await evaluate.trainingFile('preferences', 'jsonl', null)) ?? undefined);
    const pairs = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { label: string; rule: string });
    expect(pairs.map(({ label }) => label)).toEqual(['2', '5', '8']);
  });
});

describe('the problems of an evaluation', () => {
  it('are found by who is right and who is wrong, and sampled again with their own seed', async () => {
    const engine = new ScriptedEngine();
    const evaluate = new EvaluateState({ engine, judge, store: null, adapter: () => null, version: '0.1.0' });
    await evaluate.begin(SET, SETTINGS, false);
    const { shown } = evaluate;
    if (shown === null || shown.head === null) throw new Error('Nothing was sampled.');
    const { outcomes } = evaluationFigures(PROBLEMS, { head: shown.head, ...shown.log }, null, 1);
    const rows = problemRows(shown.task, outcomes);
    expect(filtered(rows, { right: 'majority', wrong: 'any' }).map(({ id }) => id)).toEqual(['0', '1']);
    expect(filtered(rows, { right: 'any', wrong: 'majority' }).map(({ id }) => id)).toEqual(['2']);
    expect(filtered(rows, { right: 'oracle', wrong: 'majority' }).map(({ id }) => id)).toEqual(['2']);
    const [row] = rows;
    if (row === undefined) throw new Error('There is no row.');
    expect(evaluatedProblem(row, shown.task)).toEqual({
      problem: '1 + 1',
      gold: '2',
      settings: engine.asked[0]?.settings,
    });
  });
});
