import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { advantagesOf } from '../../../src/method/grpo/advantages';
import { grpoLoss, LOSS_TYPES, type LossOptions, type LossType, type PathTerms } from '../../../src/method/grpo/loss';
import { learningRateAt } from '../../../src/method/grpo/schedule';
import { mulberry32 } from '../../../src/method/random';

const OPTIONS: LossOptions = {
  lossType: 'dapo',
  importance: 'token',
  epsilonLow: 0.2,
  epsilonHigh: 0.2,
  beta: 0.02,
  maxLength: 24,
};

interface Golden {
  readonly logprobs: number[][];
  readonly old_logprobs: number[][];
  readonly ref_logprobs: number[][];
  readonly rewards: number[];
  readonly advantages: number[];
  readonly beta: number;
  readonly epsilon: number;
  readonly losses: Record<LossType, { readonly loss: number; readonly mean_kl: number; readonly max_length: number }>;
}

function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(`tests/fixtures/golden/${name}/expected.json`, 'utf8')) as Golden;
}

function goldenPaths({ logprobs, old_logprobs, ref_logprobs, advantages }: Golden): PathTerms[] {
  return logprobs.map((logp, i) => ({
    logp,
    logpOld: old_logprobs[i] ?? [],
    logpRef: ref_logprobs[i] ?? [],
    advantage: advantages[i] ?? NaN,
    active: true,
  }));
}

/** Paths whose ratios leave the clip range on either side, for both signs of the advantage. */
function randomPaths(seed: number): PathTerms[] {
  const random = mulberry32(seed);
  const around = (centre: number[], spread: number) => centre.map((x) => x + spread * (2 * random() - 1));
  return [3, 1, 7, 5].map((length, i) => {
    const logp = Array.from({ length }, () => -3 * random());
    const advantage = i % 2 === 0 ? 0.9 : -1.3;
    return { logp, logpOld: around(logp, 0.9), logpRef: around(logp, 1), advantage, active: i !== 0 };
  });
}

describe('advantages', () => {
  const golden = JSON.parse(readFileSync('tests/fixtures/golden/sasc.json', 'utf8')) as {
    grpo_adv: Record<string, number[]> & { rewards: number[] };
  };

  it('are those of an independent implementation', () => {
    const { rewards, 'trl_group(std ddof1,+1e-4)': bessel = [], dr_grpo: centred = [] } = golden.grpo_adv;
    advantagesOf(rewards, 'bessel').forEach((value, i) => expect(value).toBeCloseTo(bessel[i] ?? NaN, 12));
    expect(advantagesOf(rewards, 'centred')).toEqual(centred);
  });

  it('divide by the deviation over the population on request', () => {
    const [right, wrong] = advantagesOf([1, 0, 0, 0], 'population');
    expect(right).toBeCloseTo(0.75 / (Math.sqrt(3) / 4 + 1e-4), 12);
    expect(wrong).toBeCloseTo(-0.25 / (Math.sqrt(3) / 4 + 1e-4), 12);
  });

  it.each([[[1, 1, 1]], [[0, 0]], [[1]], [[]]])('of unanimous rewards %j are 0', (rewards) => {
    for (const scale of ['bessel', 'population', 'centred'] as const) {
      expect(advantagesOf(rewards, scale)).toEqual(rewards.map(() => 0));
    }
  });
});

describe.each(['qwen2-q4f16', 'qwen2-q4f32'])('the loss on golden/%s', (name) => {
  const golden = readGolden(name);

  it.each(LOSS_TYPES)('%s', (lossType) => {
    const { beta, epsilon, losses } = golden;
    const expected = losses[lossType];
    const maxLength = expected.max_length;
    const options = { ...OPTIONS, lossType, beta, epsilonLow: epsilon, epsilonHigh: epsilon, maxLength };
    const { loss, meanKl, clip } = grpoLoss(goldenPaths(golden), options);
    expect(loss).toBeCloseTo(expected.loss, 6);
    expect(meanKl).toBeCloseTo(expected.mean_kl, 6);
    expect(clip.region).toBeGreaterThan(0);
  });
});

describe('coefficients', () => {
  const cases = LOSS_TYPES.flatMap((lossType) =>
    (['token', 'sequence'] as const).map((kind) => [lossType, kind] as const),
  );

  it.each(cases)('are the derivative of the %s loss with %s ratios', (lossType, importance) => {
    for (const seed of [1, 2, 3]) {
      const paths = randomPaths(seed);
      const options = { ...OPTIONS, lossType, importance, epsilonHigh: 0.28 };
      const { coefficients } = grpoLoss(paths, options);
      const lossWith = (i: number, t: number, step: number): number => {
        const moved = paths.map((path, j) => {
          const logp = Array.from(path.logp);
          if (j === i) logp[t] = (logp[t] ?? NaN) + step;
          return { ...path, logp };
        });
        return grpoLoss(moved, options).loss;
      };
      paths.forEach(({ logp }, i) => {
        for (let t = 0; t < logp.length; t++) {
          const slope = (lossWith(i, t, 1e-5) - lossWith(i, t, -1e-5)) / 2e-5;
          expect(coefficients[i]?.[t]).toBeCloseTo(slope, 8);
        }
      });
    }
  });

  it('some tokens of the test are clipped on either side and some are not', () => {
    const clips = [1, 2, 3].map((seed) => grpoLoss(randomPaths(seed), OPTIONS).clip);
    expect(Math.max(...clips.map(({ low }) => low))).toBeGreaterThan(0);
    expect(Math.max(...clips.map(({ high }) => high))).toBeGreaterThan(0);
    for (const { low, high, region } of clips) {
      expect(region).toBeCloseTo(low + high, 12);
      expect(region).toBeLessThan(1);
    }
  });

  it('are −A / tokens at ratio 1 without KL, while the loss is about 0', () => {
    const advantages = advantagesOf([1, 0, 1, 0], 'bessel');
    const logp = [-0.1, -2];
    const paths = advantages.map((advantage) => ({ logp, logpOld: logp, logpRef: null, advantage, active: true }));
    const { loss, coefficients, meanKl, clip } = grpoLoss(paths, { ...OPTIONS, beta: 0 });
    expect(loss).toBeCloseTo(0, 12);
    expect(meanKl).toBeNull();
    expect(clip).toEqual({ low: 0, high: 0, region: 0 });
    coefficients.forEach((row, i) => row.forEach((c) => expect(c).toBeCloseTo(-(advantages[i] ?? NaN) / 8, 12)));
  });

  it('of a masked path are 0, and its tokens do not count', () => {
    const paths = randomPaths(4).map((path) => ({ ...path, active: true }));
    const [first, ...rest] = paths;
    if (first === undefined) throw new Error('no paths');
    const masked = grpoLoss([{ ...first, active: false }, ...rest], OPTIONS);
    expect(Array.from(masked.coefficients[0] ?? [])).toEqual([0, 0, 0]);
    expect(masked.pathKl[0]).toBeNull();
    expect(masked.loss).toBeCloseTo(grpoLoss(rest, OPTIONS).loss, 12);
  });

  it('skipped paths count in the normaliser only', () => {
    const [, , third] = randomPaths(1);
    if (third === undefined) throw new Error('no path');
    const share = (lossType: LossType): number => {
      const options = { ...OPTIONS, lossType };
      return grpoLoss([third], { ...options, idle: { paths: 3, tokens: 14 } }).loss / grpoLoss([third], options).loss;
    };
    expect(share('dapo')).toBeCloseTo(7 / 21, 12);
    expect(share('grpo')).toBeCloseTo(1 / 4, 12);
    expect(share('dr_grpo')).toBeCloseTo(1 / 4, 12);
  });

  it('fail without the log-probabilities they need', () => {
    const path = { logp: [-1], logpOld: [-1], logpRef: null, advantage: 1, active: true };
    expect(() => grpoLoss([path], OPTIONS)).toThrow(/reference/);
    expect(() => grpoLoss([{ ...path, logpOld: [] }], { ...OPTIONS, beta: 0 })).toThrow(/as many/);
  });
});

describe('the schedule', () => {
  const plan = { schedule: 'cosine', learningRate: 2, warmup: 0.2, steps: 10 } as const;

  it('warms up, then falls along a cosine', () => {
    const rates = Array.from({ length: 11 }, (_, i) => learningRateAt(plan, i + 1));
    expect(rates.slice(0, 3)).toEqual([1, 2, 2]);
    expect(rates[6]).toBeCloseTo(1, 12);
    expect(rates[9]).toBeGreaterThan(0);
    expect(rates[10]).toBe(0);
  });

  it('moves in the only step of a plan', () => {
    expect(learningRateAt({ ...plan, warmup: 0.03, steps: 1 }, 1)).toBe(2);
  });

  it('stays constant on request', () => {
    expect(learningRateAt({ ...plan, schedule: 'constant' }, 500)).toBe(2);
  });
});
