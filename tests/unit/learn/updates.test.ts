import { describe, expect, it } from 'vitest';
import { grpoLoss, type LossOptions } from '../../../src/method/grpo/loss';
import { quiet, start, take, untimed } from './toy-run';

describe('several updates a batch', () => {
  it('change nothing at one update: the ratio is 1, whatever importance and clipping', async () => {
    const usual = start();
    const other = start({ importance: 'sequence', epsilonLow: 0.01, epsilonHigh: 0.01 });
    const reports = await take(usual.learner, 3);
    expect(untimed(await take(other.learner, 3))).toEqual(untimed(reports));
    expect(other.policy.theta).toEqual(usual.policy.theta);
    expect(reports[0]?.metrics['clip_ratio/region_mean']).toBe(0);
    expect(reports[0]?.metrics).not.toHaveProperty('ratio/mean');
  });

  it('update as often as asked, and report the ratio', async () => {
    const { policy, learner } = start({ updatesPerBatch: 3, epsilonLow: 1, epsilonHigh: 100 });
    const [report] = await take(learner, 1);
    expect(policy.updates).toBe(3);
    expect(report?.metrics['ratio/max']).toBeGreaterThan(1);
    expect(learner.stepsDone).toBe(1);
  });

  it('clip from the second update on', async () => {
    const wide = start({ updatesPerBatch: 2, epsilonLow: 1, epsilonHigh: 100 });
    const narrow = start({ updatesPerBatch: 2, epsilonLow: 0.001, epsilonHigh: 0.001 });
    const [free] = await take(wide.learner, 1);
    const [clipped] = await take(narrow.learner, 1);
    expect(free?.metrics['clip_ratio/region_mean']).toBe(0);
    expect(clipped?.metrics['clip_ratio/region_mean']).toBeGreaterThan(0);
    expect(narrow.policy.theta).not.toEqual(wide.policy.theta);
  });

  it('differ between token and sequence importance', async () => {
    const token = start({ updatesPerBatch: 2 });
    const sequence = start({ updatesPerBatch: 2, importance: 'sequence' });
    await take(token.learner, 1);
    await take(sequence.learner, 1);
    expect(sequence.policy.theta).not.toEqual(token.policy.theta);
  });

  it('leave the adapter at the last finished step when aborted between them', async () => {
    const { policy, learner } = start({ updatesPerBatch: 2, schedule: 'constant' });
    await take(learner, 1);
    const before = { theta: policy.theta.slice(), first: policy.first.slice(), updates: policy.updates };
    const abort = new AbortController();
    policy.onWork = () => {
      if (policy.updates > before.updates) abort.abort();
    };
    await expect(learner.step(quiet, abort.signal)).rejects.toMatchObject({ code: 'aborted' });
    expect(abort.signal.aborted).toBe(true);
    expect({ theta: policy.theta, first: policy.first, updates: policy.updates }).toEqual(before);
    expect(learner.stepsDone).toBe(1);
  });
});

/**
 * Written out by hand from docs/METHOD.md#grpo, l = −min(ρA, clip(ρ, 1 − ε_low, 1 + ε_high) A) with ρ = exp(logp − logp_old),
 * for one path of T = 2 tokens whose probabilities went from 0.4 to 0.6 and from 0.5 to 0.5, and ε = 0.2 on both sides:
 *
 *   ratio of tokens     ρ₁ = 0.6 / 0.4 = 1.5, ρ₂ = 0.5 / 0.5 = 1, their mean 1.25
 *   ratio of the path   ρ = exp((ln 1.5 + ln 1) / 2) = √1.5 ≈ 1.2247, for both tokens
 *
 * A = 1, tokens: min(1.5, 1.2) = 1.2 is clipped, min(1, 1) = 1 is not; one token of two. loss = −(1.2 + 1) / 2.
 *   d l₁ / d logp₁ = 0, for 1.2 is a constant. d l₂ / d logp₂ = −ρ₂A = −1, times the token's weight 1 / T.
 * A = 1, path: min(1.2247, 1.2) = 1.2, clipped at both tokens. loss = −(1.2 + 1.2) / 2.
 * A = −1, tokens: min(−1.5, −1.2) = −1.5 and min(−1, −1) = −1: a rise is not clipped. loss = (1.5 + 1) / 2.
 *   d l₁ / d logp₁ = −ρ₁A = 1.5 and d l₂ / d logp₂ = 1, times 1 / T.
 * A = −1, from 0.6 to 0.4: ρ₁ = 2/3, min(−2/3, −0.8) = −0.8 is clipped below. loss = (0.8 + 1) / 2.
 */
describe('the ratio of a loss', () => {
  const options: LossOptions = {
    lossType: 'grpo',
    importance: 'token',
    epsilonLow: 0.2,
    epsilonHigh: 0.2,
    beta: 0,
    maxLength: 2,
  };
  const path = { logp: [Math.log(0.6), Math.log(0.5)], logpOld: [Math.log(0.4), Math.log(0.5)], logpRef: null };

  it('is clipped token by token: ratios 1.5 and 1, advantage 1', () => {
    const { loss, ratio, clip, coefficients } = grpoLoss([{ ...path, advantage: 1, active: true }], options);
    expect(loss).toBeCloseTo(-(1.2 + 1) / 2, 12);
    expect(ratio.mean).toBeCloseTo(1.25, 12);
    expect(ratio.max).toBeCloseTo(1.5, 12);
    expect(clip.high).toBe(0.5);
    expect(coefficients[0]?.[0]).toBe(0);
    expect(coefficients[0]?.[1]).toBeCloseTo(-0.5, 12);
  });

  it('of a path is the geometric mean: √1.5, clipped as a whole', () => {
    const terms = [{ ...path, advantage: 1, active: true }];
    const { loss, ratio, clip, coefficients } = grpoLoss(terms, { ...options, importance: 'sequence' });
    expect(ratio.mean).toBeCloseTo(Math.sqrt(1.5), 12);
    expect(ratio.max).toBeCloseTo(Math.sqrt(1.5), 12);
    expect(clip.high).toBe(1);
    expect(loss).toBeCloseTo(-1.2, 12);
    expect([...(coefficients[0] ?? [])]).toEqual([0, 0]);
  });

  it('that rises under a negative advantage is not clipped, one that falls is', () => {
    const risen = grpoLoss([{ ...path, advantage: -1, active: true }], options);
    expect(risen.loss).toBeCloseTo(1.25, 12);
    expect(risen.clip).toEqual({ low: 0, high: 0, region: 0 });
    expect(risen.coefficients[0]?.[0]).toBeCloseTo(0.75, 12);
    expect(risen.coefficients[0]?.[1]).toBeCloseTo(0.5, 12);
    const back = { ...path, logp: path.logpOld, logpOld: path.logp };
    const fallen = grpoLoss([{ ...back, advantage: -1, active: true }], options);
    expect(fallen.loss).toBeCloseTo(0.9, 12);
    expect(fallen.clip).toEqual({ low: 0.5, high: 0, region: 0.5 });
    expect(fallen.coefficients[0]?.[0]).toBe(0);
    expect(fallen.coefficients[0]?.[1]).toBeCloseTo(0.5, 12);
  });
});
