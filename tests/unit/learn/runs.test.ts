import { describe, expect, it } from 'vitest';
import type { LearnSettings } from '../../../src/learn/settings';
import type { StepReport } from '../../../src/learn/types';
import { never, PROBLEMS, quiet, start, take, untimed } from './toy-run';

describe('resuming and going back', () => {
  it.each([
    { labels: 'majority' },
    { labels: 'sasc' },
    { labels: 'slip', flipWeight: true },
    { labels: 'auto', rewards: 'signed', minMargin: 0.2 },
    { labels: 'random', flipWeight: true },
    { labels: 'random-reward', rewards: 'signed' },
  ] satisfies Partial<LearnSettings>[])('takes the steps of an uninterrupted run, bit for bit (%o)', async (change) => {
    const settings = { ...change, steps: 6, beta: 0.01 };
    const whole = start(settings);
    const all = await take(whole.learner, 6);
    const interrupted = start(settings);
    await take(interrupted.learner, 3);
    const checkpoint = await interrupted.learner.checkpoint();
    const resumed = start(settings);
    resumed.learner.restore(checkpoint);
    expect(resumed.learner.stepsDone).toBe(3);
    expect(untimed(await take(resumed.learner, 3))).toEqual(untimed(all.slice(3)));
    expect(resumed.policy.theta).toEqual(whole.policy.theta);
    expect(await resumed.learner.checkpoint()).toEqual(await whole.learner.checkpoint());
  });

  it('undoes a step: the same step again gives the same', async () => {
    const { learner } = start();
    await take(learner, 1);
    const before = await learner.checkpoint();
    const [second] = await take(learner, 1);
    learner.restore(before);
    expect(await learner.checkpoint()).toEqual(before);
    const [again] = await take(learner, 1);
    expect(untimed([again as StepReport])).toEqual(untimed([second as StepReport]));
  });

  it.each(['sample', 'figures', 'accumulate'] as const)('stopped in %s it is as after the last step', async (where) => {
    const { policy, learner } = start({ beta: 0.01 });
    await take(learner, 1);
    const before = await learner.checkpoint();
    const abort = new AbortController();
    let calls = 0;
    policy.onWork = (work) => {
      if (work === where && ++calls === 2) {
        abort.abort();
        throw new Error('torn down');
      }
    };
    await expect(learner.step(quiet, abort.signal)).rejects.toMatchObject({ code: 'aborted' });
    expect(calls).toBe(2);
    expect(await learner.checkpoint()).toEqual(before);
    expect(policy.gradient.every((value) => value === 0)).toBe(true);
  });

  it('refuses a checkpoint of another model', async () => {
    const { learner } = start();
    const checkpoint = await learner.checkpoint();
    expect(() => learner.restore({ ...checkpoint, modelId: 'other' })).toThrow(/other, not of toy/);
  });
});

describe('evaluation', () => {
  it('is paired: the same policy gives the same answers, at any step, in any company', async () => {
    const { policy, learner } = start();
    const before = await learner.evaluate(PROBLEMS, 8, quiet, never);
    await take(learner, 1);
    policy.theta.fill(0);
    const after = await learner.evaluate(PROBLEMS.slice(3), 8, quiet, never);
    expect(after.problems).toEqual(before.problems.slice(3));
    expect([before.step, after.step]).toEqual([0, 1]);
  });

  it('counts right paths and right majorities, of problems with a gold answer', async () => {
    const { learner } = start();
    const problems = PROBLEMS.map((problem, i) => (i === 0 ? { ...problem, gold: null } : problem));
    const { problems: rows, pass1, majority } = await learner.evaluate(problems, 16, quiet, never);
    expect(rows[0]?.right).toBeNull();
    const shares = rows.slice(1).map(({ right, answers }, i) => {
      const gold = problems[i + 1]?.gold;
      expect(right).toEqual(answers.map((answer) => answer === gold));
      return (right ?? []).filter(Boolean).length / 16;
    });
    expect(pass1).toBeCloseTo(shares.reduce((a, b) => a + b, 0) / shares.length, 12);
    expect(majority).toBeGreaterThan(0);
    const blind = await learner.evaluate(problems.slice(0, 1), 2, quiet, never);
    expect([blind.pass1, blind.majority]).toEqual([null, null]);
  });

  it('rises while the toy learns what its majority says', async () => {
    const { learner } = start({ schedule: 'constant' });
    const ones = PROBLEMS.map((problem) => ({ ...problem, gold: '1' }));
    const before = await learner.evaluate(ones, 16, quiet, never);
    await take(learner, 10);
    const after = await learner.evaluate(ones, 16, quiet, never);
    expect(after.pass1).toBeGreaterThan((before.pass1 ?? NaN) + 0.2);
  });
});

describe('the plan', () => {
  it('takes every problem once before any of them again, in a new order', async () => {
    const { learner } = start({ problemsPerStep: 1 });
    const ids = (await take(learner, 14)).flatMap(({ groups }) => groups.map(({ problem }) => problem.id));
    expect(ids.slice(0, 7).sort()).toEqual(PROBLEMS.map(({ id }) => id));
    expect(ids.slice(7).sort()).toEqual(ids.slice(0, 7).sort());
    expect(ids.slice(7)).not.toEqual(ids.slice(0, 7));
  });

  it('never has a problem twice in a step, and takes a small set whole', async () => {
    const { learner } = start({ problemsPerStep: 3 });
    for (const { groups } of await take(learner, 5)) {
      expect(new Set(groups.map(({ problem }) => problem.id)).size).toBe(3);
    }
    const small = start({ problemsPerStep: 30 });
    expect((await take(small.learner, 1))[0]?.groups).toHaveLength(7);
  });
});
