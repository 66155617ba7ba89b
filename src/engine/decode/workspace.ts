import type { BufferArena } from '../../gpu/arena';
import type { ModelConfig } from '../../model/types';
import { ATTENTION_BLOCK, attentionSpan } from '../ops/attention';
import type { LoraBuffers } from '../lora/lora-buffers';
import { createLoraPass, type LoraPass } from '../lora/update';

/** Activation buffers of one forward pass, for up to `rows` tokens at once. All f32, row-major. */
export interface Workspace {
  readonly rows: number;
  /** [rows, hidden] the residual stream. */
  readonly hidden: GPUBuffer;
  /** [rows, hidden] normalised. */
  readonly normed: GPUBuffer;
  /** [rows, (heads + 2 kvHeads) headDim] */
  readonly qkv: GPUBuffer;
  /** [rows, heads, span] */
  readonly scores: GPUBuffer;
  /** [rows, heads, span / block] pairs */
  readonly partials: GPUBuffer;
  /** [rows, heads headDim] */
  readonly mixed: GPUBuffer;
  /** [rows, 2 intermediate] */
  readonly gateUp: GPUBuffer;
  /** [rows, intermediate] */
  readonly activated: GPUBuffer;
  /** [rows, vocabulary] */
  readonly logits: GPUBuffer;
  /** The adapter this pass runs with; null: none. */
  readonly lora: LoraPass | null;
  readonly all: readonly GPUBuffer[];
}

/** `positions`: most positions that a row may see. */
export function createWorkspace(
  arena: BufferArena,
  config: ModelConfig,
  rows: number,
  positions: number,
  adapter: LoraBuffers | null,
): Workspace {
  const { hiddenSize, headCount, kvHeadCount, headDim, intermediateSize, vocabSize } = config;
  const span = attentionSpan(positions);
  const floats = (name: string, perRow: number): GPUBuffer => arena.storage(name, 4 * rows * perRow);
  const buffers = {
    hidden: floats('hidden', hiddenSize),
    normed: floats('normed', hiddenSize),
    qkv: floats('qkv', (headCount + 2 * kvHeadCount) * headDim),
    scores: floats('scores', headCount * span),
    partials: floats('partials', (2 * headCount * span) / ATTENTION_BLOCK),
    mixed: floats('mixed', headCount * headDim),
    gateUp: floats('gate and up', 2 * intermediateSize),
    activated: floats('activated', intermediateSize),
    logits: floats('logits', vocabSize),
  };
  const lora = adapter && createLoraPass(arena, adapter, rows);
  return { rows, ...buffers, lora, all: [...Object.values(buffers), ...(lora ? [lora.u] : [])] };
}
