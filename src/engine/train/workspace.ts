import type { BufferArena } from '../../gpu/arena';
import type { ModelConfig } from '../../model/types';
import type { FusedLinear } from '../../model/fused-linears';
import type { LoraLayout } from '../lora/layout';
import { attentionRows, attentionWidth, headBlocksOf, headSections } from '../ops/tiling';
import type { MicroBatch } from './micro-batch';

/** What the buffer sizes of a pass depend on. */
export interface PassOptions {
  /** With backward pass, and so with a checkpoint of every layer. */
  readonly training: boolean;
  /** null: the model without adapter. */
  readonly layout: LoraLayout | null;
  readonly headChunk: number;
}

/** Floats of each buffer of the layers' passes; the next layer reuses a layer's buffers. */
function layerFloats(config: ModelConfig, batch: MicroBatch, { training, layout }: PassOptions) {
  const { hiddenSize: hidden, headCount, kvHeadCount, headDim, intermediateSize } = config;
  const { rows } = batch;
  const backward = training ? 1 : 0;
  const weights = 4 * attentionRows(headCount, rows, batch.positions) * headCount * attentionWidth(batch.positions);
  const uColumns = (linear: FusedLinear): number => layout?.linears[linear]?.uColumns ?? 0;
  return {
    attentionInput: rows * hidden,
    qkv: rows * (headCount + 2 * kvHeadCount) * headDim,
    weights,
    statistics: 2 * rows * headCount,
    mixed: rows * headCount * headDim,
    middle: rows * hidden,
    mlpInput: rows * hidden,
    gateUp: 2 * rows * intermediateSize,
    activated: rows * intermediateSize,
    uQkv: rows * uColumns('qkv'),
    uOutput: rows * uColumns('output'),
    uGateUp: rows * uColumns('gateUp'),
    uDown: rows * uColumns('down'),
    dHidden: backward * rows * hidden,
    dNormed: backward * rows * hidden,
    dQkv: backward * rows * (headCount + 2 * kvHeadCount) * headDim,
    dScores: backward * weights,
    dMixed: backward * rows * headCount * headDim,
    dU: backward * rows * (layout?.widestU ?? 0),
  };
}

/** Floats of each buffer of the head, for one chunk of tokens. */
function headFloats(config: ModelConfig, batch: MicroBatch, { training, headChunk }: PassOptions) {
  const rows = Math.min(headChunk, batch.pickCount);
  const backward = training ? 1 : 0;
  return {
    picked: rows * config.hiddenSize,
    pickedNormed: rows * config.hiddenSize,
    logits: rows * config.vocabSize,
    partials: 4 * rows * headBlocksOf(config).blocks,
    figures: 4 * batch.pickCount,
    sections: backward * headSections(config) * rows * config.hiddenSize,
    dPicked: backward * rows * config.hiddenSize,
  };
}

type Sizes = ReturnType<typeof layerFloats> & ReturnType<typeof headFloats>;

/** GPU buffers of one micro-batch's pass. f32, row-major; shapes as in the functions above. */
export interface PassWorkspace extends Readonly<Record<keyof Sizes, GPUBuffer>> {
  /** u32 [rows] token ids. */
  readonly tokens: GPUBuffer;
  /** u32 [rows] 0, 1, 2 … */
  readonly identity: GPUBuffer;
  /** u32 [rows, 4] */
  readonly spans: GPUBuffer;
  /** u32 [picks, 4] */
  readonly picks: GPUBuffer;
  /**
   * [rows, hidden] each: the residual stream before layer i, and after the last; without training, two buffers used in
   * turn.
   */
  readonly hidden: readonly GPUBuffer[];
  free(): void;
}

/** Throws GpuError 'out-of-memory' beyond the device's limits; `arena.settle` reports whether the rest fitted. */
export function createWorkspace(
  arena: BufferArena,
  config: ModelConfig,
  batch: MicroBatch,
  options: PassOptions,
): PassWorkspace {
  const all: GPUBuffer[] = [];
  const kept = (buffer: GPUBuffer): GPUBuffer => {
    all.push(buffer);
    return buffer;
  };
  const free = (): void => all.forEach((buffer) => arena.free(buffer));
  try {
    const sizes: Sizes = { ...layerFloats(config, batch, options), ...headFloats(config, batch, options) };
    const buffers = Object.fromEntries(
      Object.entries(sizes).map(([name, floats]) => [name, kept(arena.storage(name, 4 * floats))]),
    ) as Record<keyof Sizes, GPUBuffer>;
    const hidden = Array.from({ length: options.training ? config.layerCount + 1 : 2 }, (_, i) =>
      kept(arena.storage(`checkpoint ${i}`, 4 * batch.rows * config.hiddenSize)),
    );
    const identity = Uint32Array.from({ length: batch.rows }, (_, i) => i);
    return {
      ...buffers,
      hidden,
      tokens: kept(arena.upload('packed tokens', batch.tokens)),
      identity: kept(arena.upload('packed rows', identity)),
      spans: kept(arena.upload('spans', batch.spans)),
      picks: kept(arena.upload('picks', batch.picks)),
      free,
    };
  } catch (error) {
    free();
    throw error;
  }
}
