import { randomModel } from '../../src/engine/random-model';
import type { ModelConfig, ModelFiles } from '../../src/model/types';

/** Odd sizes throughout: three layers, three query heads a key head, a vocabulary that ends in padding. */
export const TINY_CONFIG: ModelConfig = {
  quantization: 'q4f16_1',
  hiddenSize: 64,
  intermediateSize: 96,
  layerCount: 3,
  headCount: 6,
  kvHeadCount: 2,
  headDim: 16,
  rmsNormEps: 1e-6,
  ropeTheta: 100,
  vocabSize: 44,
  activeVocabSize: 41,
  contextTokens: 64,
  stopTokenIds: [],
  conversation: null,
};

/** A model of random weights with all of them in memory. */
export async function modelInMemory(config: ModelConfig): Promise<ModelFiles> {
  const open = randomModel('tiny', config);
  const stored = [];
  for await (const shard of open.shards()) stored.push(...shard);
  return { ...open, tensors: new Map(stored.map((tensor) => [tensor.name, tensor])) };
}
