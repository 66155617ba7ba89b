import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decoder } from '../../src/engine/decode/decoder';
import { LoraBuffers } from '../../src/engine/lora/lora-buffers';
import { loraLayout } from '../../src/engine/lora/layout';
import { LoraTrainer } from '../../src/engine/train/lora-trainer';
import type { LoraWeights } from '../../src/model/lora';
import { testDevice } from './device';
import { GOLDEN_MODELS, goldenExpected, goldenFiles, goldenLora, type GoldenModel } from './golden';
import { relativeL2, worstDifference } from './compare';

const never = new AbortController().signal;
const silent = (): void => undefined;

interface Learning {
  readonly old_logprobs: number[][];
  readonly logprobs: number[][];
  readonly advantages: number[];
  readonly beta: number;
  readonly epsilon: number;
  readonly losses: { readonly dapo: { readonly grad_norm: number } };
  readonly grads: Record<string, number[]>;
  readonly after_adamw: {
    readonly lr: number;
    readonly betas: [number, number];
    readonly eps: number;
    readonly weight_decay: number;
    readonly clip_norm: number;
    readonly tensors: Record<string, number[]>;
  };
}

function learning(name: GoldenModel): Learning {
  const url = new URL(`../fixtures/golden/${name}/expected.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Learning;
}

/** d loss / d ln p of the dapo loss with k3 KL, per path and token. docs/METHOD.md#grpo */
function dapoCoefficients(golden: Learning, references: readonly number[][]): Float32Array[] {
  const { logprobs, old_logprobs, advantages, beta, epsilon } = golden;
  const tokens = logprobs.reduce((sum, path) => sum + path.length, 0);
  return logprobs.map((path, i) =>
    Float32Array.from(path, (logprob, t) => {
      const ratio = Math.exp(logprob - (old_logprobs[i]?.[t] ?? NaN));
      const advantage = advantages[i] ?? NaN;
      const clipped = Math.min(Math.max(ratio, 1 - epsilon), 1 + epsilon);
      const policy = ratio * advantage <= clipped * advantage ? -ratio * advantage : 0;
      const kl = 1 - Math.exp((references[i]?.[t] ?? NaN) - logprob);
      return (policy + beta * kl) / tokens;
    }),
  );
}

function worstTensor(weights: LoraWeights, expected: Record<string, number[]>): number {
  const errors = weights.tensors.map(({ layer, target, part, values }) =>
    relativeL2(values, expected[`${layer}.${target}_proj.${part}`] ?? []),
  );
  return errors.reduce((worst, error) => (Number.isNaN(error) ? NaN : Math.max(worst, error)), 0);
}

describe.each(GOLDEN_MODELS)('training on %s against the reference vectors', (name) => {
  let decoder: Decoder;
  let adapter: LoraBuffers;
  let trainer: LoraTrainer;
  const golden = { ...goldenExpected(name), ...learning(name) };
  const group = { promptIds: golden.prompt, paths: golden.paths };
  beforeAll(async () => {
    const files = await goldenFiles(name);
    decoder = await Decoder.load(await testDevice(), files, silent, never);
    const weights = goldenLora(name, files.config);
    adapter = new LoraBuffers(decoder.arena, loraLayout(files.config, weights.config), 'adapter');
    adapter.write(weights);
    trainer = await LoraTrainer.create(decoder, adapter);
  });
  afterAll(() => decoder.dispose());

  it('gives the same log-probabilities without and with the adapter', async () => {
    for (const [withAdapter, expected] of [
      [false, golden.ref_logprobs],
      [true, golden.logprobs],
    ] as const) {
      const figures = await trainer.figures(group, { adapter: withAdapter }, silent, never);
      figures.forEach(({ logprobs }, i) => {
        expect(worstDifference(logprobs, expected[i] ?? [])).toBeLessThan(2e-3);
      });
    }
  });

  it('gives the same gradients, norm, and adapter after a step', async () => {
    await trainer.accumulate(group, dapoCoefficients(golden, golden.ref_logprobs), silent, never);
    expect(worstTensor(await trainer.gradients(), golden.grads)).toBeLessThan(1e-3);
    const { lr, betas, eps, weight_decay, clip_norm, tensors } = golden.after_adamw;
    const { gradNorm, skipped } = await trainer.step({
      learningRate: lr,
      beta1: betas[0],
      beta2: betas[1],
      eps,
      weightDecay: weight_decay,
      maxGradNorm: clip_norm,
    });
    expect(skipped).toBe(false);
    expect(Math.abs(gradNorm / golden.losses.dapo.grad_norm - 1)).toBeLessThan(1e-3);
    const state = await trainer.state();
    expect(worstTensor(state.weights, tensors)).toBeLessThan(2e-3);
    expect(state.updates).toBe(1);
  });
});
