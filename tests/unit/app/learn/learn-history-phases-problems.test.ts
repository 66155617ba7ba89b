import { describe, expect, it } from 'vitest';
import { DEFAULT_LEARN_SETTINGS } from '../../../../src/learn/settings';
import type { LearnCheckpoint, LearnProgress, StepReport } from '../../../../src/learn/types';
import {
  currentPoint,
  movedTo,
  NEW_HISTORY,
  reportsOf,
  trimmed,
  withStep,
} from '../../../../src/app/learn/learn-history';
import { PhaseClock } from '../../../../src/app/learn/learn-phases';
import { exampleSet, parseProblems, splitProblems } from '../../../../src/app/learn/learn-problems';
import { evaluationKey, learnRequest } from '../../../../src/app/learn/learn-request';
import { LearnSettingsState } from '../../../../src/app/learn/learn-settings.svelte';

const KB = 1024;
const report = (step: number): StepReport => ({ step, groups: [], metrics: {}, warnings: [], updated: true });

/** Takes 3 KB: an adapter of 1 KB and its moments. */
function checkpoint(stepsDone: number): LearnCheckpoint {
  const values = new Float32Array(KB / 4);
  const weights = {
    config: { rank: 1, alpha: 1, targets: ['q' as const] },
    tensors: [{ layer: 0, target: 'q' as const, part: 'A' as const, shape: [1, KB / 4] as const, values }],
  };
  return {
    version: 1,
    modelId: 'm',
    settings: DEFAULT_LEARN_SETTINGS,
    stepsDone,
    adapter: weights,
    firstMoments: weights,
    secondMoments: weights,
    updates: stepsDone,
    tokensSeen: 0,
    baseline: null,
    labelHistory: {},
  };
}

describe('the history', () => {
  const steps = (count: number) =>
    Array.from({ length: count }, (_, i) => i + 1).reduce(
      (h, step) => withStep(h, report(step), checkpoint(step)),
      NEW_HISTORY,
    );

  it('drops the oldest adapters first, never the start, the present or the newest', () => {
    const history = trimmed(steps(4), 7 * KB, null);
    expect(history.points.map(({ dropped }) => dropped)).toEqual([false, true, true, false, false]);
    expect(trimmed(movedTo(steps(4), 1), KB, null).points.map(({ dropped }) => dropped)).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
    expect(trimmed(steps(2), 100 * KB, null).points.some(({ dropped }) => dropped)).toBe(false);
  });

  it('keeps the adapter that learning may go back to', () => {
    const history = trimmed(steps(4), KB, 2);
    expect(history.points.map(({ dropped }) => dropped)).toEqual([false, true, false, true, false]);
  });

  it('goes only where there is something to go back to', () => {
    const history = trimmed(steps(3), KB, null);
    expect(currentPoint(movedTo(history, 0)).step).toBe(0);
    expect(() => movedTo(history, 1)).toThrow(RangeError);
    expect(() => movedTo(history, 9)).toThrow(RangeError);
  });

  it('tells of the steps that led to the present point only', () => {
    expect(reportsOf(movedTo(steps(3), 2)).map(({ step }) => step)).toEqual([1, 2]);
  });
});

describe('the phases of a step', () => {
  const plan = {
    firstStep: 1,
    lastStep: 2,
    hasReference: false,
    hasBefore: true,
    evaluated: 1,
    isEvaluated: () => true,
  };
  const at = (phase: LearnProgress['phase'], done: number, total: number): LearnProgress => ({
    phase,
    done,
    total,
    unit: 'items',
  });

  it('are timed, and what is left is told from their own rate and from the last step', () => {
    const clock = new PhaseClock(plan);
    clock.progress(at('evaluate', 0, 1), 0);
    expect(clock.shown(0).stepRemainingMs).toBeNull();
    clock.progress(at('sample', 0, 16), 1000);
    clock.progress(at('sample', 8, 16), 1500);
    const sampling = clock.shown(1500);
    expect(sampling.phases.map(({ phase, state }) => `${phase} ${state}`)).toEqual([
      'before done',
      'sample now',
      'vote waiting',
      'gradient waiting',
      'optimiser waiting',
      'after waiting',
    ]);
    expect(sampling.phases[1]?.share).toBe(0.5);
    clock.progress(at('vote', 0, 1), 2000);
    clock.progress(at('gradient', 0, 10), 2100);
    clock.progress(at('gradient', 5, 10), 3100);
    // The other half of the gradient, an update of about 50 ms, and answering as long as it took before.
    expect(clock.shown(3100).stepRemainingMs).toBe(1000 + 50 + 1000);
    clock.progress(at('optimiser', 0, 1), 4100);
    clock.stepDone(4200);
    clock.progress(at('evaluate', 0, 1), 4200);
    expect(clock.shown(4300).step).toBe(1);
    clock.progress(at('sample', 0, 16), 5200);
    const second = clock.shown(5200);
    expect(second.step).toBe(2);
    expect(second.phases.map(({ phase }) => phase)).not.toContain('before');
    // As the first step took: sampling 1000, vote 100, gradient 2000, update 100, answering 1000.
    expect(second.stepRemainingMs).toBe(4200);
    expect(second.allRemainingMs).toBe(4200);
  });
});

describe('a problem set', () => {
  it('is read from plain lines and JSON Lines alike', () => {
    const text = '2 + 3\t5\n\n{"problem": "4 + 4", "answer": 8, "id": "b"}\nopen question';
    expect(parseProblems(text).problems).toEqual([
      { id: '1', problem: '2 + 3', gold: '5' },
      { id: 'b', problem: '4 + 4', gold: '8' },
      { id: '4', problem: 'open question', gold: null },
    ]);
  });

  it.each([
    ['ok\n{"problem": ', 2, 'not-json'],
    ['{"question": "?"}', 1, 'no-problem'],
    ['ok\n\n\tgold alone', 3, 'no-problem'],
    ['{"id": "1", "problem": "a"}\n{"id": 1, "problem": "b"}', 2, 'same-id'],
    ['x\n'.repeat(513), null, 'too-many'],
  ])('%j is refused at its line', (text, line, reason) => {
    expect(parseProblems(text)).toEqual({ problems: [], fault: { line, reason } });
  });

  it('holds out a share, evenly, and never the first', () => {
    const { problems } = parseProblems(Array.from({ length: 8 }, (_, i) => `p${i}`).join('\n'));
    const ids = (share: number) => splitProblems(problems, share).heldOut.map(({ problem }) => problem);
    expect(ids(0)).toEqual([]);
    expect(ids(0.25)).toEqual(['p3', 'p7']);
    expect(ids(0.5)).toEqual(['p1', 'p3', 'p5', 'p7']);
    expect(splitProblems(problems, 0.25).learned).toHaveLength(6);
  });

  it('is made of the problems of a kind, as they can be read again', () => {
    const example = (id: string, family: string) => ({ id, problem: `p${id}`, answer: id, family });
    const text = exampleSet([example('1', 'a'), example('2', 'b'), example('3', 'a')], 'a', 9);
    expect(parseProblems(text).problems.map(({ problem, gold }) => [problem, gold])).toEqual([
      ['p1', '1'],
      ['p3', '3'],
    ]);
  });
});

describe('what the page asks for', () => {
  const memory = (stored?: string) => {
    const items = new Map(stored === undefined ? [] : [['sasc-lab.learn', stored]]);
    return {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    };
  };

  it('is one step on the problem of Solve, with as many paths, unless told otherwise', () => {
    const settings = new LearnSettingsState('tiny-math', () => 12, memory());
    const { request } = learnRequest({ problem: '2 + 3', gold: ' 5 ' }, settings);
    expect(request?.problems).toEqual([{ id: '1', problem: '2 + 3', gold: '5' }]);
    expect([request?.settings.steps, request?.settings.votes, request?.settings.trainPaths]).toEqual([1, 12, 12]);
    expect([request?.evalPaths, request?.evalEvery]).toEqual([12, 1]);
    expect(learnRequest({ problem: '  ', gold: '' }, settings).fault).toEqual({ reason: 'empty' });
  });

  it('keeps what was changed, and only that; what is damaged falls back alone', () => {
    const store = memory();
    new LearnSettingsState('tiny-math', () => 16, store).change({ learningRate: 1e-4, votes: 32 });
    const again = new LearnSettingsState('tiny-math', () => 16, store);
    expect([again.settings.learningRate, again.settings.votes]).toEqual([1e-4, 32]);
    const damaged = '{"from": "set", "set": "a", "changed": {"learningRate": "x", "votes": 8, "lora": {"rank": 999}}}';
    const rescued = new LearnSettingsState('tiny-math', () => 16, memory(damaged));
    expect(rescued.choices.from).toBe('set');
    expect(rescued.settings).toEqual({ ...rescued.defaults, votes: 8, trainPaths: 8 });
  });

  it('evaluations are compared only where problems, paths and sampling are the same', () => {
    const settings = new LearnSettingsState('tiny-math', () => 16, memory());
    const keyOf = (problem: string) => {
      const { request } = learnRequest({ problem, gold: '' }, settings);
      return request === null ? '' : evaluationKey(request, 'train');
    };
    const first = keyOf('2 + 3');
    expect(keyOf('2 + 4')).not.toBe(first);
    settings.change({ learningRate: 1e-3 });
    expect(keyOf('2 + 3')).toBe(first);
    settings.change({ seed: 7 });
    expect(keyOf('2 + 3')).not.toBe(first);
  });
});
