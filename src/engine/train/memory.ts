import { loraSize, type LoraConfig } from '../../model/lora';
import type { ModelConfig } from '../../model/types';
import { headSections } from '../ops/tiling';

/** What one micro-batch looks like. */
export interface TrainingSize {
  /** T, rows of the micro-batch. */
  readonly rows: number;
  /** Tokens of its longest path, prompt included. */
  readonly positions: number;
  /** Tokens whose logits exist at the same time. */
  readonly headChunk: number;
}

/** Bytes that training takes at its peak, term by term. */
export interface TrainingBytes {
  readonly weights: number;
  readonly adapter: number;
  readonly checkpoints: number;
  readonly workspace: number;
  readonly head: number;
  readonly total: number;
}

/**
 * base weights + 16 × LoRA parameters (value, gradient, two moments) + (layers + 1) · T · hidden · 4 of
 * checkpoints + one layer's workspace + head chunk · vocabulary · 4. For a device's own choice of model and path length
 * before anything is allocated; what is allocated in the end, BufferArena's peakBytes tells.
 */
export function trainingBytes(config: ModelConfig, lora: LoraConfig, size: TrainingSize): TrainingBytes {
  const { hiddenSize, layerCount, vocabSize } = config;
  const weights = weightBytes(config);
  const adapter = 16 * loraParameters(config, lora);
  const checkpoints = 4 * (layerCount + 1) * size.rows * hiddenSize;
  const workspace = workspaceBytes(config, size);
  // The picked rows, normalised, and their gradients stand beside the logits.
  const head = 4 * size.headChunk * (vocabSize + (3 + headSections(config)) * hiddenSize);
  const total = weights + adapter + checkpoints + workspace + head;
  return { weights, adapter, checkpoints, workspace, head, total };
}

/** int4 with a 16-bit scale for every 32; the embedding is the head too. Gains and biases are small beside them. */
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
 * A layer's activations and their gradients: five of the hidden size (norms twice, the sum between, two gradients), queries,
 * keys and values, mixed values and their gradients, gate and up, their product; and two tables of attention weights, which
 * never exceed 16 MB each.
 */
function workspaceBytes(config: ModelConfig, { rows, positions }: TrainingSize): number {
  const { hiddenSize, intermediateSize, headCount, kvHeadCount, headDim } = config;
  const heads = 2 * (2 * headCount + 2 * kvHeadCount) * headDim;
  const perRow = 5 * hiddenSize + heads + 3 * intermediateSize;
  const attention = Math.min(16 * 1024 * 1024, 4 * rows * headCount * positions);
  return 4 * rows * perRow + 2 * attention;
}
