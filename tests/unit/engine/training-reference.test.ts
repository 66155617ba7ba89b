import { expect, it } from 'vitest';
import { randomModel } from '../../../src/engine/random-model';
import { referenceTraining } from '../../../src/engine/reference/training';
import { LORA_TARGETS, loraWeights, type LoraConfig } from '../../../src/model/lora';
import type { ModelConfig, ModelFiles } from '../../../src/model/types';
import { mulberry32 } from '../../../src/method/random';

const CONFIG: ModelConfig = {
  quantization: 'q4f16_1',
  hiddenSize: 32,
  intermediateSize: 64,
  layerCount: 2,
  headCount: 4,
  kvHeadCount: 2,
  headDim: 8,
  rmsNormEps: 1e-6,
  ropeTheta: 100,
  vocabSize: 24,
  activeVocabSize: 21,
  contextTokens: 64,
  stopTokenIds: [],
  conversation: null,
};
const CASE = { promptIds: [3, 17, 5], path: [20, 0, 11, 11, 6] };
/** A second on an idle machine, of pure arithmetic; far more beside other work. */
const TIMEOUT = { timeout: 120_000 };
const COEFFICIENTS = [0.7, -1.2, 0, 0.4, 2];

async function model(): Promise<ModelFiles> {
  const open = randomModel('reference', CONFIG);
  const stored = [];
  for await (const shard of open.shards()) stored.push(...shard);
  return { ...open, tensors: new Map(stored.map((tensor) => [tensor.name, tensor])) };
}

it.each([
  { rank: 3, alpha: 5, targets: LORA_TARGETS },
  { rank: 2, alpha: 2, targets: ['k', 'o', 'up'] },
] satisfies LoraConfig[])('gives the gradients that central differences give, rank $rank', TIMEOUT, async (lora) => {
  const files = await model();
  const random = mulberry32(7);
  const { tensors } = loraWeights(CONFIG, lora, ({ shape: [rows, columns] }) =>
    Float32Array.from({ length: rows * columns }, () => random() - 0.5),
  );
  const values = tensors.map((tensor) => Float64Array.from(tensor.values));
  const run = () =>
    referenceTraining(files, { config: lora, tensors: values.map((v) => ({ values: v })) }, CASE, COEFFICIENTS);
  const objective = (): number =>
    run().logprobs.reduce((sum, logprob, t) => sum + logprob * (COEFFICIENTS[t] ?? NaN), 0);
  const { gradients } = run();
  const step = 1e-5;
  for (const [i, tensor] of values.entries()) {
    for (let check = 0; check < 3; check++) {
      const at = Math.floor(random() * tensor.length);
      const original = tensor[at] ?? NaN;
      tensor[at] = original + step;
      const above = objective();
      tensor[at] = original - step;
      const difference = (above - objective()) / (2 * step);
      tensor[at] = original;
      const gradient = gradients[i]?.[at] ?? NaN;
      expect(Math.abs(gradient - difference)).toBeLessThan(1e-7 * (1 + Math.abs(difference)));
    }
  }
});
