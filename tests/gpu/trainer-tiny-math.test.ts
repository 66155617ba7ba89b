import { afterAll, beforeAll, expect, it } from 'vitest';
import { dirSource } from '../../src/cli/dir-source';
import { BatchEngine } from '../../src/engine/batch-engine';
import { LoraTrainer } from '../../src/engine/train/lora-trainer';
import { trainingBytes } from '../../src/engine/train/memory';
import { DEFAULT_ADAMW } from '../../src/policy/training';
import { HEAD_CHUNK } from '../../src/engine/ops/tiling';
import { LORA_TARGETS, loraWeights, type LoraConfig } from '../../src/model/lora';
import { openModel } from '../../src/model/load';
import { promptIds as encodedPrompt } from '../../src/model/prompt';
import { RunTrace } from '../../src/run/trace';
import { worstDifference } from './compare';
import { testDevice } from './device';
import { gaussians } from './random';
import { into } from '../fixtures/listeners';

const never = new AbortController().signal;
const silent = (): void => undefined;
const LORA: LoraConfig = { rank: 8, alpha: 16, targets: LORA_TARGETS };
const PROBLEM = 'What is gcd(36, 96)?';

let engine: BatchEngine;
let trainer: LoraTrainer;
beforeAll(async () => {
  const source = dirSource(new URL('../../public/models/tiny-math', import.meta.url).pathname);
  engine = await BatchEngine.load(await testDevice(), await openModel(source));
  let seed = 0;
  const weights = loraWeights(engine.files.config, LORA, ({ shape: [rows, columns] }) =>
    gaussians(rows * columns, ++seed, 0.05),
  );
  await engine.setAdapter(weights);
  if (engine.adapter === null) throw new Error('No adapter.');
  trainer = await LoraTrainer.create(engine.decoder, engine.adapter);
});
afterAll(async () => engine.dispose());

/** Paths sampled with the adapter, each token with the log-probability that the sampler reported. */
async function sampled(paths: number, maxTokens: number) {
  const settings = { paths, seed: 4, temperature: 1, topP: 1, maxTokens, entropyK: 20 };
  const trace = new RunTrace(paths, maxTokens);
  await engine.sample({ problem: PROBLEM, settings }, into(trace), never);
  return trace.paths.map(({ tokens, logprob, length }) => ({
    tokens: [...tokens.subarray(0, length)],
    logprobs: logprob.subarray(0, length),
  }));
}

it('gives sampled tokens the log-probabilities that the sampler gave them', async () => {
  const paths = await sampled(8, 48);
  const group = { promptIds: encodedPrompt(engine.files, PROBLEM), paths: paths.map(({ tokens }) => tokens) };
  const figures = await trainer.figures(group, { adapter: true }, silent, never);
  paths.forEach(({ logprobs }, i) => {
    expect(worstDifference(figures[i]?.logprobs ?? [], logprobs)).toBeLessThan(1e-4);
  });
});

it('needs the memory that the formula gives, within a tenth', async () => {
  const { arena, config } = engine.decoder;
  const promptIds = Array.from({ length: 30 }, (_, i) => i);
  for (const paths of [1, 6]) {
    const group = { promptIds, paths: Array.from({ length: paths }, () => promptIds) };
    arena.resetPeak();
    const coefficients = group.paths.map((path) => new Float32Array(path.length).fill(1));
    await trainer.accumulate(group, coefficients, silent, never);
    await trainer.step({ ...DEFAULT_ADAMW, learningRate: 0 });
    const size = { rows: 30 + 29 * paths, positions: 59, headChunk: Math.min(HEAD_CHUNK, 30 * paths) };
    const { total } = trainingBytes(config, LORA, size);
    expect(Math.abs(arena.peakBytes / total - 1)).toBeLessThan(0.1);
  }
});
