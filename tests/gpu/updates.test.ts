import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decoder } from '../../src/engine/decode/decoder';
import { loraLayout } from '../../src/engine/lora/layout';
import { LoraBuffers } from '../../src/engine/lora/lora-buffers';
import { adamwStep, type AdamWState } from '../../src/engine/reference/adamw';
import { referenceTraining } from '../../src/engine/reference/training';
import { LoraTrainer } from '../../src/engine/train/lora-trainer';
import type { TrainingGroup } from '../../src/learn/label';
import { DEFAULT_LEARN_SETTINGS, type LearnSettings } from '../../src/learn/settings';
import { trainOn } from '../../src/learn/train';
import { LORA_TARGETS, loraWeights, type LoraConfig, type LoraWeights, zerosLike } from '../../src/model/lora';
import type { ModelFiles } from '../../src/model/types';
import { DEFAULT_ADAMW, type AdamWOptions, type PathFigures, type Trainer } from '../../src/policy/training';
import { decideRun } from '../../src/run/decide-run';
import { RunTrace } from '../../src/run/trace';
import { relativeL2, worstDifference } from './compare';
import { testDevice } from './device';
import { gaussians, randomNumbers } from './random';
import { modelInMemory, TINY_CONFIG } from './tiny-model';

const never = new AbortController().signal;
const silent = (): void => undefined;
const LORA: LoraConfig = { rank: 3, alpha: 5, targets: LORA_TARGETS };
const SETTINGS: LearnSettings = {
  ...DEFAULT_LEARN_SETTINGS,
  updatesPerBatch: 2,
  learningRate: 5e-3,
  schedule: 'constant',
  warmup: 0,
  beta: 0.04,
};
const ADAMW: AdamWOptions = {
  ...DEFAULT_ADAMW,
  learningRate: SETTINGS.learningRate,
  weightDecay: SETTINGS.weightDecay,
  maxGradNorm: SETTINGS.maxGradNorm,
};
/** What the sampler reports is made to differ by this: no old log-probability of the second update may be the sampler's. */
const SAMPLER_OFFSET = 0.5;

const random = randomNumbers(11);
const draw = (count: number): number[] => Array.from({ length: count }, () => Math.floor(41 * random()));
/** A path of one token and an empty one among them; the middle group is skipped, and counts in the normaliser. */
const BATCH = [
  { promptIds: draw(5), paths: [7, 1, 0, 12].map(draw), advantages: [1.2, -0.8, 0.5, -0.9] },
  { promptIds: draw(3), paths: [4, 6].map(draw), advantages: [0, 0] },
  { promptIds: draw(8), paths: [9, 3, 5].map(draw), advantages: [-1.1, 0.7, 0.4] },
];
const LIVE = BATCH.filter((_, i) => i !== 1);
const LIVE_PATHS = LIVE.flatMap(({ promptIds, paths, advantages }) =>
  paths.map((path, i) => ({ promptIds, path, advantage: advantages[i] ?? NaN })),
);
const ALL_TOKENS = BATCH.flatMap(({ paths }) => paths).reduce((sum, path) => sum + path.length, 0);

let files: ModelFiles;
let decoder: Decoder;
let weights: LoraWeights;
beforeAll(async () => {
  files = await modelInMemory(TINY_CONFIG);
  decoder = await Decoder.load(await testDevice(), files, silent, never);
  let seed = 0;
  weights = loraWeights(TINY_CONFIG, LORA, ({ shape: [rows, columns] }) => gaussians(rows * columns, ++seed, 0.2));
});
afterAll(() => decoder.dispose());

type Numbers = readonly ArrayLike<number>[];

interface Pass {
  readonly logprobs: Numbers;
  readonly coefficients: Numbers;
  /** One array a tensor of the adapter. */
  readonly gradients: Numbers;
}

/** What the trainer was asked for, update by update. */
interface Recorded {
  readonly passes: Pass[];
  readonly adapter: LoraWeights;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Runs a step of two updates on the GPU. */
async function onGpu(settings: LearnSettings): Promise<Recorded> {
  const adapter = new LoraBuffers(decoder.arena, loraLayout(TINY_CONFIG, LORA), 'adapter');
  adapter.write(weights);
  const trainer = await LoraTrainer.create(decoder, adapter);
  const passes: Pass[] = [];
  let [logprobs, coefficients]: [Float32Array[], Float32Array[]] = [[], []];
  const recorder: Trainer = {
    figures: (...call) => trainer.figures(...call),
    accumulate: async (group, rows, ...rest): Promise<PathFigures[]> => {
      const figures = await trainer.accumulate(group, rows, ...rest);
      logprobs.push(...figures.map((path) => path.logprobs));
      coefficients.push(...rows);
      return figures;
    },
    step: async (options) => {
      expect(options).toEqual(ADAMW);
      const gradients = (await trainer.gradients()).tensors.map(({ values }) => values);
      passes.push({ logprobs, coefficients, gradients });
      [logprobs, coefficients] = [[], []];
      return trainer.step(options);
    },
    zeroGradients: () => trainer.zeroGradients(),
    gradients: () => trainer.gradients(),
    state: () => trainer.state(),
    restore: (state) => trainer.restore(state),
    dispose: () => trainer.dispose(),
  };
  try {
    const groups = trainingGroups(trueLogprobs(weights));
    const { metrics, updated } = await trainOn(recorder, groups, settings, 1, 64, silent, never);
    expect(updated).toBe(true);
    return { passes, adapter: (await trainer.state()).weights, metrics };
  } finally {
    trainer.dispose();
    adapter.dispose();
  }
}

function trainingGroups(logprobs: Numbers): TrainingGroup[] {
  let live = 0;
  return BATCH.map(({ promptIds, paths, advantages }, index) => {
    const trace = new RunTrace(paths.length, 16);
    paths.forEach((tokens, i) => {
      const path = trace.paths[i];
      if (path === undefined) throw new Error('A path that is not there.');
      path.tokens.set(tokens);
      path.length = tokens.length;
      path.finish = 'stop';
      path.answer = String(i % 2);
      if (index !== 1) path.logprob.set(Array.from(logprobs[live++] ?? [], (logp) => logp + SAMPLER_OFFSET));
    });
    return {
      promptIds,
      trace,
      decision: decideRun(trace),
      label: 0,
      chosen: paths.map((_, i) => i),
      rewards: [],
      weight: 1,
      labelFlips: 0,
      advantages,
      skipped: index === 1 ? 'unanimous' : null,
    };
  });
}

interface Adapter {
  readonly config: LoraConfig;
  readonly tensors: readonly { readonly values: ArrayLike<number> }[];
}

function trueLogprobs(adapter: Adapter): (readonly number[])[] {
  return LIVE_PATHS.map(({ promptIds, path }) => {
    return referenceTraining(files, adapter, { promptIds, path }, new Float64Array(path.length)).logprobs;
  });
}

interface ReferenceUpdate extends Pass {
  readonly loss: number;
  readonly ratios: readonly number[];
  /** Shares of the tokens trained on. */
  readonly low: number;
  readonly high: number;
}

/**
 * The objective in f64, written out from docs/METHOD.md#grpo apart from the product's: a minimum over two terms, whose
 * derivative is that of the smaller one. `dapo`: every token weighs one over all tokens, skipped groups' included.
 */
function objective(
  { importance, epsilonLow, epsilonHigh, beta }: LearnSettings,
  now: Numbers,
  old: Numbers,
  reference: Numbers,
): Omit<ReferenceUpdate, 'logprobs' | 'gradients'> {
  let [loss, low, high] = [0, 0, 0];
  const ratios: number[] = [];
  const coefficients = LIVE_PATHS.map(({ path, advantage }, i) => {
    const logs = path.map((_, t) => (now[i]?.[t] ?? NaN) - (old[i]?.[t] ?? NaN));
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    return logs.map((log, t) => {
      const ratio = Math.exp(importance === 'sequence' ? mean : log);
      const bounded = Math.min(Math.max(ratio, 1 - epsilonLow), 1 + epsilonHigh);
      const isClipped = bounded * advantage < ratio * advantage;
      const r = (reference[i]?.[t] ?? NaN) - (now[i]?.[t] ?? NaN);
      ratios.push(ratio);
      if (isClipped && ratio < 1) low++;
      if (isClipped && ratio > 1) high++;
      loss += (-Math.min(ratio * advantage, bounded * advantage) + beta * (Math.exp(r) - r - 1)) / ALL_TOKENS;
      return ((isClipped ? 0 : -ratio * advantage) + beta * (1 - Math.exp(r))) / ALL_TOKENS;
    });
  });
  return { loss, ratios, low: low / ratios.length, high: high / ratios.length, coefficients };
}

/** The same two updates in f64. */
function inReference(settings: LearnSettings): { updates: ReferenceUpdate[]; adapter: readonly Float64Array[] } {
  const sizes = weights.tensors.map(({ values }) => values.length);
  const tensorsOf = (flat: Float64Array): Float64Array[] => {
    let from = 0;
    return sizes.map((size) => flat.subarray(from, (from += size)));
  };
  const base = trueLogprobs(zerosLike(weights));
  const zeros = (): Float64Array => new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
  const values = Float64Array.from(weights.tensors.flatMap((tensor) => [...tensor.values]));
  let state: AdamWState = { values, firstMoments: zeros(), secondMoments: zeros() };
  const updates: ReferenceUpdate[] = [];
  for (const number of [1, 2]) {
    const adapter = { config: LORA, tensors: tensorsOf(state.values).map((tensor) => ({ values: tensor })) };
    const logprobs = trueLogprobs(adapter);
    // The first update takes the sampler's, whatever they are, for both: its ratio is 1.
    const sampler = logprobs.map((path) => path.map((logp) => Math.fround(logp + SAMPLER_OFFSET)));
    const [now, old] = number === 1 ? [sampler, sampler] : [logprobs, updates[0]?.logprobs ?? []];
    const terms = objective(settings, now, old, base);
    const gradient = zeros();
    LIVE_PATHS.forEach(({ promptIds, path }, i) => {
      const { gradients } = referenceTraining(files, adapter, { promptIds, path }, terms.coefficients[i] ?? []);
      gradients.flatMap((tensor) => [...tensor]).forEach((value, k) => (gradient[k] = (gradient[k] ?? NaN) + value));
    });
    state = adamwStep(state, gradient, number, ADAMW);
    updates.push({ ...terms, logprobs, gradients: tensorsOf(gradient) });
  }
  return { updates, adapter: tensorsOf(state.values) };
}

function worst(actual: Numbers, expected: Numbers, compare: (a: ArrayLike<number>, b: ArrayLike<number>) => number) {
  expect(actual.length).toBe(expected.length);
  return Math.max(...actual.map((one, i) => (one.length === 0 ? 0 : compare(one, expected[i] ?? []))));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('two updates on one batch', () => {
  it.each([
    { importance: 'token', epsilonLow: 0.1, epsilonHigh: 0.15 },
    { importance: 'sequence', epsilonLow: 0.02, epsilonHigh: 0.03 },
  ] as const)("are the f64 reference's: ratio of each $importance", async (change) => {
    const settings = { ...SETTINGS, ...change };
    const { passes, adapter, metrics } = await onGpu(settings);
    const { updates, adapter: expected } = inReference(settings);
    expect(passes).toHaveLength(2);
    passes.forEach((pass, i) => {
      const update = updates[i];
      if (update === undefined) throw new Error('An update too many.');
      expect(worst(pass.logprobs, update.logprobs, worstDifference)).toBeLessThan(1e-4);
      expect(worst(pass.coefficients, update.coefficients, relativeL2)).toBeLessThan(1e-3);
      expect(worst(pass.gradients, update.gradients, relativeL2)).toBeLessThan(1e-3);
    });
    expect(
      worst(
        adapter.tensors.map(({ values }) => values),
        expected,
        relativeL2,
      ),
    ).toBeLessThan(2e-3);

    // Something was clipped on either side, and something was not: else the comparison would say little.
    const second = updates[1];
    expect(second?.low).toBeGreaterThan(0);
    expect(second?.high).toBeGreaterThan(0);
    expect((second?.low ?? 1) + (second?.high ?? 1)).toBeLessThan(0.8);
    const all = updates.flatMap(({ ratios }) => ratios);
    expect(metrics.loss).toBeCloseTo(updates[0]?.loss ?? NaN, 5);
    expect(metrics['clip_ratio/low_mean']).toBeCloseTo(mean(updates.map(({ low }) => low)), 9);
    expect(metrics['clip_ratio/high_mean']).toBeCloseTo(mean(updates.map(({ high }) => high)), 9);
    expect(metrics['clip_ratio/region_mean']).toBeCloseTo(mean(updates.map(({ low, high }) => low + high)), 9);
    expect(metrics['ratio/mean']).toBeCloseTo(mean(all), 4);
    expect(metrics['ratio/max']).toBeCloseTo(Math.max(...all), 2);
  });

  it("take the first pass's log-probabilities as the old ones, not the sampler's", async () => {
    const { passes, metrics } = await onGpu({ ...SETTINGS, beta: 0, epsilonLow: 1, epsilonHigh: 100 });
    const [first, second] = passes;
    // Nothing is clipped: a coefficient is −ρA over all tokens, so it says which ρ was taken.
    second?.coefficients.forEach((row, i) => {
      const advantage = LIVE_PATHS[i]?.advantage ?? NaN;
      Array.from(row).forEach((coefficient, t) => {
        const ratio = (-coefficient * ALL_TOKENS) / advantage;
        const moved = (second.logprobs[i]?.[t] ?? NaN) - (first?.logprobs[i]?.[t] ?? NaN);
        expect(Math.abs(Math.log(ratio) - moved)).toBeLessThan(1e-5);
      });
    });
    expect(metrics['sampling/sampling_logp_difference/mean']).toBeCloseTo(SAMPLER_OFFSET, 4);
  });
});
