import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fallFromBest, flipLedger } from '../../../src/learn/flips';
import { type LabelHistory, labelTrust, withLabel } from '../../../src/learn/label-history';
import { learn } from '../../../src/learn/learn';
import type { LearnHooks, LearnPlan } from '../../../src/learn/plan';
import type { EvalReport, LearnCheckpoint } from '../../../src/learn/types';
import { signedRewards } from '../../../src/method/grpo/rewards';
import { never, PROBLEMS, start, take } from './toy-run';

const headsOf =
  (groups: readonly (number | null)[]) =>
  (wanted: number): number =>
    groups.filter((group) => group === wanted).length;

describe('signed rewards', () => {
  it('pay the label, and as many of the rarest; what lies between is dropped', () => {
    const groups = [0, 0, 0, 1, 1, 1, 2, null];
    expect(signedRewards(groups, 0, headsOf(groups))).toEqual([1, 1, 1, -1, null, null, -1, -1]);
  });

  it('take no more of the label than there are others', () => {
    const groups = [0, 0, 0, 1];
    expect(signedRewards(groups, 0, headsOf(groups))).toEqual([1, null, null, -1]);
  });

  it('are balanced, and right in sign, whatever the answers are', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(3))), fc.option(fc.nat(3)), (groups, label) => {
        const rewards = signedRewards(groups, label, headsOf(groups));
        expect(rewards.reduce<number>((sum, reward) => sum + (reward ?? 0), 0)).toBe(0);
        rewards.forEach((reward, i) => {
          if (reward !== null) expect(reward === 1).toBe(label !== null && groups[i] === label);
        });
      }),
    );
  });
});

describe('labels that change', () => {
  const after = (labels: readonly (string | null)[]): LabelHistory =>
    labels.reduce<LabelHistory>((history, label) => withLabel(history, 'a', label), {});

  it('count as flips where they mean something else', () => {
    expect(after(['1/2', '0.5', '2', null, '2'])).toEqual({ a: { visits: 4, flips: 1, label: '2' } });
  });

  it('are trusted between a half and wholly', () => {
    expect(labelTrust(undefined)).toBe(1);
    expect(labelTrust(after(['1'])['a'])).toBe(1);
    expect(labelTrust(after(['1', '1', '1'])['a'])).toBe(1);
    expect(labelTrust(after(['1', '2', '2'])['a'])).toBe(0.75);
    expect(labelTrust(after(['1', '2', '1'])['a'])).toBe(0.5);
  });

  it('keep a problem of any name apart from what an object has by itself', () => {
    expect(labelTrust(withLabel({}, 'constructor', '1')['constructor'])).toBe(1);
    expect(withLabel(withLabel({}, 'toString', '1'), 'toString', '2')['toString']?.flips).toBe(1);
  });
});

describe('a narrow lead', () => {
  it('is skipped, and its paths get no advantage', async () => {
    const all = await take(start({ minMargin: 0, problemsPerStep: 7 }).learner, 1);
    const some = await take(start({ minMargin: 0.3, problemsPerStep: 7 }).learner, 1);
    const none = await take(start({ minMargin: 1, problemsPerStep: 7 }).learner, 1);
    const skipped = (reports: typeof all): number =>
      reports[0]?.groups.filter((group) => group.skipped === 'narrow-margin').length ?? NaN;
    expect(skipped(all)).toBe(0);
    expect(skipped(some)).toBeGreaterThan(0);
    expect(skipped(none)).toBeGreaterThanOrEqual(skipped(some));
    for (const group of some[0]?.groups ?? []) {
      const answers = group.paths.flatMap(({ answer }) => answer ?? []);
      const counts = [...new Set(answers)].map((answer) => ({
        answer,
        n: answers.filter((one) => one === answer).length,
      }));
      const label = counts.find(({ answer }) => answer === group.label)?.n ?? 0;
      const next = Math.max(0, ...counts.flatMap(({ answer, n }) => (answer === group.label ? [] : [n])));
      expect(group.skipped === 'narrow-margin').toBe((label - next) / answers.length < 0.3);
    }
  });
});

function evaluated(
  step: number,
  right: readonly (readonly boolean[] | null)[],
  majority: readonly (boolean | null)[] = [],
): EvalReport {
  const shares = right.flatMap((one) => (one === null ? [] : [one.filter(Boolean).length / one.length]));
  return {
    step,
    problems: right.map((one, i) => ({ id: `p${i}`, answers: [], right: one, majorityIsRight: majority[i] })),
    pass1: shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length,
    majority: null,
  };
}

describe('the flip ledger', () => {
  it('tells what was learned from what was unlearned', () => {
    const none = [null, null, null, null, null];
    const before = evaluated(0, none, [false, true, false, true, null]);
    const after = evaluated(5, none, [true, false, false, true, null]);
    expect(flipLedger(before, after)).toEqual({
      learned: ['p0'],
      unlearned: ['p1'],
      keptWrong: ['p2'],
      keptRight: ['p3'],
    });
  });

  it('says nothing of evaluations that did not keep it', () => {
    expect(flipLedger(evaluated(0, [[true]]), evaluated(1, [[true]]))).toBeNull();
  });
});

describe('a fall', () => {
  const problems = (count: number, rightOfFour: number): boolean[][] =>
    Array.from({ length: count }, () => [0, 1, 2, 3].map((i) => i < rightOfFour));

  it('is one that chance does not explain', () => {
    const [best, slightly] = [evaluated(2, problems(20, 3)), problems(20, 3)];
    slightly[0] = [false, false, false, false];
    expect(fallFromBest([evaluated(0, problems(20, 2)), best, evaluated(4, slightly)])).toBeNull();
    const last = evaluated(4, problems(20, 2));
    expect(fallFromBest([evaluated(0, problems(20, 2)), best, last])).toEqual({ best, last });
  });

  it('of few problems has to be a far one', () => {
    expect(fallFromBest([evaluated(0, problems(1, 4)), evaluated(1, problems(1, 3))])).not.toBeNull();
    expect(
      fallFromBest([
        evaluated(0, problems(2, 3)),
        evaluated(1, [
          [true, true, true, false],
          [true, true, false, false],
        ]),
      ]),
    ).toBeNull();
  });

  it('is nothing without known answers, or with one evaluation', () => {
    expect(fallFromBest([])).toBeNull();
    expect(fallFromBest([evaluated(0, [[true]])])).toBeNull();
    expect(fallFromBest([evaluated(0, [null]), evaluated(1, [null])])).toBeNull();
  });
});

describe('learning that is guarded', () => {
  /** Enough of them for an interval. */
  const problems = [...PROBLEMS, ...PROBLEMS.map((problem) => ({ ...problem, id: `again-${problem.id}` }))];
  const plan: LearnPlan = { problems, heldOut: [], evalPaths: 16, evalEvery: 1 };
  /** Held-out answers are what most paths do not say: the better it learns its labels, the worse it gets. */
  const wrongly = problems.map((problem) => ({ ...problem, gold: '3' }));

  function watch() {
    const evaluations: EvalReport[] = [];
    const kept: LearnCheckpoint[] = [];
    const hooks: LearnHooks = {
      onProgress: () => undefined,
      onStep: async () => undefined,
      onEvaluation: async ({ report }) => void evaluations.push(report),
      onBest: async (checkpoint) => void kept.push(checkpoint),
    };
    return { evaluations, kept, hooks };
  }

  it('goes back to the best step when evaluated problems fall, and stops', async () => {
    const { evaluations, kept, hooks } = watch();
    const { learner, policy } = start({ stopOnFall: true, steps: 12, learningRate: 1 });
    const stopped = await learn(learner, { ...plan, problems: wrongly }, [], hooks, never);
    if (stopped === null) throw new Error('It did not stop.');
    expect(learner.stepsDone).toBe(stopped.best.step);
    expect(stopped.last).toBe(evaluations.at(-1));
    expect(stopped.last.step).toBeLessThan(12);
    expect(stopped.last.pass1).toBeLessThan(stopped.best.pass1 ?? NaN);
    expect(kept.at(-1)?.stepsDone).toBe(stopped.best.step);
    expect(await learner.checkpoint()).toEqual(kept.at(-1));
    expect(policy.updates).toBe(kept.at(-1)?.updates);
  });

  it('takes all its steps unless asked to stop', async () => {
    const { kept, hooks } = watch();
    const { learner } = start({ steps: 12, learningRate: 1 });
    expect(await learn(learner, { ...plan, problems: wrongly }, [], hooks, never)).toBeNull();
    expect(learner.stepsDone).toBe(12);
    expect(kept).toEqual([]);
  });

  it('stops where an uninterrupted run stops, with the best state from outside', async () => {
    const settings = { stopOnFall: true, steps: 12, learningRate: 1 };
    const whole = watch();
    const first = start(settings);
    const stopped = await learn(first.learner, { ...plan, problems: wrongly }, [], whole.hooks, never);
    const again = watch();
    const second = start(settings);
    const known = whole.evaluations.slice(0, 1).map((report) => ({ set: 'train' as const, report }));
    const resumed = await learn(
      second.learner,
      { ...plan, problems: wrongly },
      known,
      again.hooks,
      never,
      whole.kept[0],
    );
    expect(stopped).not.toBeNull();
    expect(resumed?.best.step).toBe(stopped?.best.step);
    expect(await second.learner.checkpoint()).toEqual(await first.learner.checkpoint());
  });
});
