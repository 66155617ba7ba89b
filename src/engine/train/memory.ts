import { loraSize, type LoraConfig } from '../../model/lora';
import type { ModelConfig } from '../../model/types';
import { headSections } from '../ops/tiling';

/** Size of one micro-batch. */
export interface TrainingSize {
  /** T, rows of the micro-batch. */
  readonly rows: number;
  /** Tokens of its longest path, prompt included. */
  readonly positions: number;
  /** Tokens whose logits exist at the same time. */
  readonly headChunk: number;
}

/** Bytes that training needs at its peak, and what they consist of. */
export interface TrainingBytes {
  readonly weights: number;
  readonly adapter: number;
  readonly checkpoints: number;
  readonly workspace: number;
  readonly head: number;
  readonly total: number;
}

/**
 * Estimate: base weights + 16 × LoRA parameters (value, gradient, two moments) + (layers + 1) · T · hidden · 4 of
 * checkpoints + one layer's workspace + head chunk · vocabulary · 4. Serves to choose model and path length
 * before anything is allocated; BufferArena.peakBytes is what was in fact allocated.
 */
export function trainingBytes(config: ModelConfig, lora: LoraConfig, size: TrainingSize): TrainingBytes {
  const { hiddenSize, layerCount, vocabSize } = config;
  const weights = weightBytes(config);
  const adapter = 16 * loraParameters(config, lora);
  const checkpoints = 4 * (layerCount + 1) * size.rows * hiddenSize;
  const workspace = workspaceBytes(config, size);
  // Besides the logits: the picked rows, the same normalised, and their gradients.
  const head = 4 * size.headChunk * (vocabSize + (3 + headSections(config)) * hiddenSize);
  const total = weights + adapter + checkpoints + workspace + head;
  return { weights, adapter, checkpoints, workspace, head, total };
}

/** int4 with a 16-bit scale for every 32; the embedding is the head too. Gains and biases are negligible. */
function weightBytes({
  hiddenSize,
  intermediateSize,
  headCount,
  kvHeadCount,
  headDim,
  layerCount,
  vocabSize,
}: ModelConfig): number {
  const attention = hiddenSize * (2 * headCount + 2 * kvHeadCount) * headDim;
  const perLayer = attention + 3 * hiddenSize * intermediateSize;
  return (layerCount * perLayer + vocabSize * hiddenSize) * (1 / 2 + 2 / 32);
}

function loraParameters(config: ModelConfig, { rank, targets }: LoraConfig): number {
  const perLayer = targets.reduce((sum, target) => {
    const { inputs, outputs } = loraSize(config, target);
    return sum + rank * (inputs + outputs);
  }, 0);
  return config.layerCount * perLayer;
}

/**
 * A layer's activations and their gradients: five of the hidden size (two norms, the residual stream between
 * them, two gradients); queries, keys, values, mixed values and their gradients; gate and up, and their product; and
 * two tables of attention weights of at most 16 MB each.
 */
function workspaceBytes(config: ModelConfig, { rows, positions }: TrainingSize): number {
  const { hiddenSize, intermediateSize, headCount, kvHeadCount, headDim } = config;
  const heads = 2 * (2 * headCount + 2 * kvHeadCount) * headDim;
  const perRow = 5 * hiddenSize + heads + 3 * intermediateSize;
  const attention = Math.min(16 * 1024 * 1024, 4 * rows * headCount * positions);
  return 4 * rows * perRow + 2 * attention;
}
