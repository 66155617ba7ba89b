import { describe, expect, it } from 'vitest';
import type { TrainingGroup } from '../../../src/learn/label';
import { trainOn } from '../../../src/learn/train';
import { LOSS_TYPES, type LossType } from '../../../src/method/grpo/loss';
import { decideRun } from '../../../src/run/decide-run';
import { DEFAULT_VOTE_SETTINGS } from '../../../src/run/settings';
import { FLAG_LENGTH, FLAG_STOPPED } from '../../../src/run/step-batch';
import { RunTrace } from '../../../src/run/trace';
import { stepBatch } from '../../fixtures/step-batch';
import { ToyPolicy } from './toy';
import { never, quiet, SETTINGS } from './toy-run';

interface Path {
  readonly tokens: number;
  readonly truncated?: boolean;
  readonly advantage?: number;
}

function groupOf(paths: readonly Path[], skipped: TrainingGroup['skipped']): TrainingGroup {
  const trace = new RunTrace(paths.length, 32);
  const rows = paths.flatMap(({ tokens, truncated }, path) =>
    Array.from({ length: tokens }, (_, step) => {
      const flags = step < tokens - 1 ? 0 : truncated === true ? FLAG_LENGTH : FLAG_STOPPED;
      return { path, step, tokens: 0, logprob: -1, entropy: 0.1, flags };
    }),
  );
  trace.append(stepBatch(rows.sort((a, b) => a.step - b.step || a.path - b.path)));
  return {
    promptIds: [1],
    trace,
    decision: decideRun(trace, DEFAULT_VOTE_SETTINGS),
    label: 0,
    chosen: paths.map((_, i) => i),
    rewards: paths.map(() => 0),
    advantages: paths.map(({ advantage }) => advantage ?? 0),
    weight: 1,
    labelFlips: 0,
    skipped,
  };
}

/**
 * By hand, from TRL's formulas with `mask_truncated_completions`: the mask of a truncated completion is 0 throughout, and
 * with A its advantage (old policy = policy, so that every ratio is 1 and d l / d logp = −A):
 *
 *   dapo, bnpo  −A / Σ mask          over all completions of the batch
 *   grpo        −A / (B · |mask_i|)  B: completions, masked ones included
 *   dr_grpo     −A / (B · L)
 *
 * Live group: 4 tokens with A = 1, 6 tokens with A = −1, 9 truncated ones with A = 0.5. Skipped group: 5 tokens and 7
 * truncated ones. Unmasked tokens 4 + 6 + 5 = 15; all tokens 31; B = 5; L = 32.
 */
describe('masked truncated paths', () => {
  const groups = [
    groupOf(
      [
        { tokens: 4, advantage: 1 },
        { tokens: 6, advantage: -1 },
        { tokens: 9, truncated: true, advantage: 0.5 },
      ],
      null,
    ),
    groupOf([{ tokens: 5 }, { tokens: 7, truncated: true }], 'unanimous'),
  ];
  const coefficientsOf = async (lossType: LossType, maskTruncated: boolean): Promise<number[][]> => {
    const policy = new ToyPolicy();
    const seen: Float32Array[] = [];
    const { accumulate } = policy;
    policy.accumulate = (group, coefficients) => {
      seen.push(...coefficients);
      return accumulate.call(policy, group, coefficients);
    };
    await trainOn(policy, groups, { ...SETTINGS, lossType, maskTruncated }, 1, 32, quiet, never);
    return seen.map((values) => [...values]);
  };
  const expected: Record<LossType, [masked: number[], all: number[]]> = {
    dapo: [
      [-1 / 15, 1 / 15, 0],
      [-1 / 31, 1 / 31, -0.5 / 31],
    ],
    bnpo: [
      [-1 / 15, 1 / 15, 0],
      [-1 / 31, 1 / 31, -0.5 / 31],
    ],
    grpo: [
      [-1 / 20, 1 / 30, 0],
      [-1 / 20, 1 / 30, -0.5 / 45],
    ],
    dr_grpo: [
      [-1 / 160, 1 / 160, 0],
      [-1 / 160, 1 / 160, -0.5 / 160],
    ],
  };

  it.each(LOSS_TYPES)('weigh nothing and are in no denominator of tokens: %s', async (lossType) => {
    const [masked, all] = expected[lossType];
    for (const [isMasked, values] of [
      [true, masked],
      [false, all],
    ] as const) {
      const found = await coefficientsOf(lossType, isMasked);
      expect(found.map(({ length }) => length)).toEqual([4, 6, 9]);
      found.forEach((path, i) => path.forEach((value) => expect(value).toBeCloseTo(values[i] ?? NaN, 7)));
    }
  });
});
