import { describe, expect, it } from 'vitest';
import type { LearnSettings } from '../../../src/learn/settings';
import type { LearnProblem, LearnProgress } from '../../../src/learn/types';
import { never, PROBLEMS, start, take } from './toy-run';

describe('a step', () => {
  it('rewards the paths that agree with the majority, and makes them likelier', async () => {
    const { policy, learner } = start({ trainPaths: 8 });
    const [report] = await take(learner, 1);
    expect(report?.updated).toBe(true);
    expect(report?.groups).toHaveLength(3);
    for (const { paths, majority, label, majorityRatio } of report?.groups ?? []) {
      expect(label).toBe(majority);
      expect(paths.slice(8).every(({ reward, advantage }) => reward === null && advantage === null)).toBe(true);
      for (const { reward, advantage, answer } of paths.slice(0, 8)) {
        expect(reward).toBe(answer === label ? 1 : 0);
        expect(Math.sign(advantage ?? NaN)).toBe(reward === 1 ? 1 : -1);
      }
      const answered = paths.filter(({ answer }) => answer !== null);
      const heads = answered.filter(({ answer }) => answer === majority).length;
      expect(majorityRatio).toBeCloseTo(heads / answered.length, 12);
    }
    expect(policy.theta[1]).toBeGreaterThan(Math.max(...policy.theta.filter((_, a) => a !== 1)));
    expect(policy.gradient.every((value) => value === 0)).toBe(true);
  });

  it('tells what it is about to learn as soon as it has voted', async () => {
    const { policy, learner } = start({ beta: 0.01 });
    const told: LearnProgress[] = [];
    let works = 0;
    policy.onWork = (work) => (works += Number(work !== 'sample'));
    const onProgress = (progress: LearnProgress): void => {
      if (progress.groups === undefined) return;
      expect(works).toBe(0);
      told.push(progress);
    };
    const report = await learner.step(onProgress, never);
    expect(told.map(({ phase, done, total }) => [phase, done, total])).toEqual([['vote', 3, 3]]);
    const withoutKl = report.groups.map((group) => ({
      ...group,
      paths: group.paths.map((path) => ({ ...path, kl: null })),
    }));
    expect(told[0]?.groups).toEqual(withoutKl);
  });

  it('reports its figures under the usual names', async () => {
    const { learner } = start({ beta: 0.01 });
    const [first, second] = await take(learner, 2);
    expect(Object.keys(first?.metrics ?? {}).sort()).toEqual(
      [
        ...['answer_diversity', 'clip_ratio/high_mean', 'clip_ratio/low_mean', 'clip_ratio/region_mean'],
        ...['completions/clipped_ratio', 'completions/max_length', 'completions/mean_length', 'completions/min_length'],
        ...['entropy', 'entropy_top_k', 'frac_reward_zero_std', 'grad_norm', 'ground_truth_ratio', 'kl'],
        ...['label_accuracy', 'learning_rate', 'loss', 'majority_ratio', 'num_tokens', 'reward', 'reward_accuracy'],
        ...['reward_std', 'sampling/sampling_logp_difference/max', 'sampling/sampling_logp_difference/mean'],
        ...['step_time'],
      ].sort(),
    );
    expect(first?.metrics['loss']).toBeCloseTo(0, 6);
    expect(first?.metrics['kl']).toBe(0);
    expect(second?.metrics['kl']).toBeGreaterThan(0);
    expect(first?.metrics['sampling/sampling_logp_difference/max']).toBeLessThan(1e-6);
    const rights =
      first?.groups.flatMap(({ paths, problem }) => paths.map(({ answer }) => answer === problem.gold)) ?? [];
    expect(first?.metrics['ground_truth_ratio']).toBeCloseTo(rights.filter(Boolean).length / rights.length, 12);
    const perPath = second?.groups.flatMap(({ paths }) => paths.map(({ kl }) => kl ?? 0)) ?? [];
    expect(second?.metrics['kl']).toBeCloseTo(perPath.reduce((a, b) => a + b, 0) / perPath.length, 9);
  });

  it('pulls back towards the reference when beta is above 0', async () => {
    const free = start({ schedule: 'constant' });
    const held = start({ schedule: 'constant', beta: 1 });
    await take(free.learner, 8);
    await take(held.learner, 8);
    expect(Math.hypot(...held.policy.theta)).toBeLessThan(Math.hypot(...free.policy.theta));
  });

  it('passes over a unanimous group, and takes no update when every group is one', async () => {
    const { policy, learner } = start({ problemsPerStep: 1, votes: 2, trainPaths: 2 });
    policy.answersAlways = true;
    policy.theta = Float32Array.of(0, 50, 0, 0, 0);
    const [report] = await take(learner, 1);
    expect(report?.updated).toBe(false);
    expect(report?.groups[0]?.skipped).toBe('unanimous');
    expect(report?.groups[0]?.paths.map(({ advantage }) => advantage)).toEqual([0, 0]);
    expect(policy.accumulated).toHaveLength(0);
    expect(policy.updates).toBe(0);
    expect(learner.stepsDone).toBe(1);
    expect(report?.metrics['grad_norm']).toBeUndefined();
    expect(report?.metrics['frac_reward_zero_std']).toBe(1);
  });

  it('says so when no path has an answer', async () => {
    const { policy, learner } = start({ problemsPerStep: 1 });
    policy.theta = Float32Array.of(0, 0, 0, 0, 50);
    const [report] = await take(learner, 1);
    expect(report?.groups[0]).toMatchObject({ skipped: 'no-label', label: null, majority: null, majorityRatio: 0 });
    expect(report?.updated).toBe(false);
  });

  it('reports a step that was not finite, and goes on', async () => {
    const { policy, learner } = start();
    policy.gradNorm = NaN;
    const [report] = await take(learner, 1);
    expect(report?.updated).toBe(false);
    expect(report?.warnings).toMatchObject([{ code: 'step-skipped' }]);
    expect(Array.from(policy.theta)).toEqual([0, 0, 0, 0, 0]);
  });

  it('trains on survivors only, on request', async () => {
    const { learner } = start({ trainOn: 'survivors', trainPaths: 5 });
    const [report] = await take(learner, 1);
    for (const { paths } of report?.groups ?? []) {
      const kept = paths.filter(({ status }) => status === 'kept').slice(0, 5);
      expect(paths.filter(({ reward }) => reward !== null)).toEqual(kept);
    }
  });

  it('counts its work honestly', async () => {
    const { learner } = start();
    const seen: LearnProgress[] = [];
    await learner.step((progress) => seen.push(progress), never);
    expect(seen.filter(({ phase }) => phase === 'sample').at(-1)).toMatchObject({ done: 48, total: 48, unit: 'items' });
    expect(seen.every(({ done, total }) => done <= total)).toBe(true);
    expect(seen.at(-1)).toMatchObject({ phase: 'optimiser', done: 1, total: 1 });
  });
});

describe('the label', () => {
  it('draws a random one from the answers there are, by the seed', async () => {
    const drawn = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const { learner } = start({ labels: 'random', seed, problemsPerStep: 7 });
        const [report] = await take(learner, 1);
        return report?.groups ?? [];
      }),
    );
    const labels = drawn.map((groups) => groups.map(({ label }) => label));
    expect(labels[0]).toEqual(labels[1]);
    expect(labels[0]).not.toEqual(labels[2]);
    for (const { label, paths } of drawn.flat()) expect(paths.map(({ answer }) => answer)).toContain(label);
    expect(drawn.flat().some(({ label, majority }) => label !== majority)).toBe(true);
  });

  it('rewards by a seeded coin for random-reward, whatever the answers', async () => {
    const { learner } = start({ labels: 'random-reward', problemsPerStep: 7 });
    const [report] = await take(learner, 1);
    const rewards = report?.groups.flatMap(({ paths }) => paths.map(({ reward }) => reward ?? NaN)) ?? [];
    const share = rewards.reduce((a, b) => a + b, 0) / rewards.length;
    expect(rewards).toHaveLength(7 * 16);
    expect(Math.abs(share - 0.5)).toBeLessThan(0.15);
    expect(report?.groups.every(({ label, skipped }) => label === null && skipped === null)).toBe(true);
    expect(report?.metrics['label_accuracy']).toBeUndefined();
  });

  it('follows the weights for sasc, softer with τ', async () => {
    const weights = await Promise.all(
      [1, 4].map(async (softness) => {
        const { learner } = start({ labels: 'sasc', softness });
        const [report] = await take(learner, 1);
        for (const { paths, label } of report?.groups ?? []) {
          const sums = new Map<string, number>();
          for (const { answer, weight } of paths) {
            if (answer !== null && weight !== null) sums.set(answer, (sums.get(answer) ?? 0) + weight);
          }
          expect(sums.get(label ?? '')).toBe(Math.max(...sums.values()));
        }
        return report?.groups[0]?.paths.map(({ weight }) => weight) ?? [];
      }),
    );
    weights[0]?.forEach((weight, i) => {
      if (weight !== null) expect(weights[1]?.[i]).toBeCloseTo(weight ** 0.25, 9);
    });
  });

  it('never hears of gold answers: with others, or none, the same policy is learned', async () => {
    const golds: ((problem: LearnProblem) => string | null)[] = [({ gold }) => gold, () => '3', () => null];
    const thetas = await Promise.all(
      golds.map(async (goldOf) => {
        const problems = PROBLEMS.map((problem) => ({ ...problem, gold: goldOf(problem) }));
        const { policy, learner } = start({ beta: 0.01 }, problems);
        await take(learner, 4);
        return Array.from(policy.theta);
      }),
    );
    expect(thetas[1]).toEqual(thetas[0]);
    expect(thetas[2]).toEqual(thetas[0]);
  });
});

describe('wrong settings', () => {
  it.each<Partial<LearnSettings>>([
    { trainPaths: 17 },
    { votes: 65 },
    { softness: 0 },
    { beta: -1 },
    { learningRate: NaN },
    { problemsPerStep: 0 },
    { steps: 1.5 },
    { warmup: 2 },
    { maxGradNorm: 0 },
    { entropyK: 0 },
    { temperature: 0 },
    { lora: { rank: 0, alpha: 1, targets: ['q'] } },
  ])('%o are refused by name', (change) => {
    const [name] = Object.keys(change);
    expect(() => start(change)).toThrow(
      expect.objectContaining({
        code: 'bad-settings',
        details: expect.objectContaining({ setting: name }),
      }),
    );
  });

  it('a set without problems, with two of one id, or with one that cannot be read', () => {
    expect(() => start({}, [])).toThrow(/no problem/);
    expect(() => start({}, [...PROBLEMS, ...PROBLEMS])).toThrow(/same id/);
    expect(() => start({}, [{ id: 'x', problem: 'π?', gold: null }])).toThrow(/cannot read/);
  });
});
