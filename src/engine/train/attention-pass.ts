import type { ModelConfig } from '../../model/types';
import type { MicroBatch } from './micro-batch';
import type { PacedRecorder } from './paced-recorder';
import { attentionRows, attentionWidth } from '../ops/tiling';
import type { PassWorkspace } from './workspace';

/** Attention over the rows of a micro-batch; only one chunk of rows has its weights in memory at a time. */
export class AttentionPass {
  readonly #scale: number;
  readonly #width: number;
  readonly #chunk: number;

  constructor(
    readonly paced: PacedRecorder,
    readonly config: ModelConfig,
    readonly batch: MicroBatch,
    readonly work: PassWorkspace,
    /** f32 pairs [contextTokens, headDim / 2] */
    readonly rope: GPUBuffer,
  ) {
    this.#scale = 1 / Math.sqrt(config.headDim);
    this.#width = attentionWidth(batch.positions);
    this.#chunk = attentionRows(config.headCount, batch.rows, batch.positions);
  }

  /** Rotates queries and keys in work.qkv; writes work.mixed, and the log-sum-exps to work.statistics. */
  async forward(): Promise<void> {
    const { paced, work, config } = this;
    const { spans, qkv, weights, statistics, mixed } = work;
    const { headCount: heads, kvHeadCount: kvHeads } = config;
    await this.#rotate(qkv, 1);
    for (const shape of this.#chunks()) {
      const { rows, rowBase, width } = shape;
      const scores = {
        params: { ...shape, scale: this.#scale },
        buffers: { qkv, spans, scores: weights },
      } as const;
      await paced.run(paced.kernels.spanScores, scores, this.#cost(rows));
      const softmax = {
        params: { rows, rowBase, heads, width },
        buffers: { spans, weights, statistics },
      } as const;
      await paced.run(paced.kernels.spanSoftmax, softmax, 8 * rows * heads * width);
      await this.#mix(shape, weights, mixed, heads + kvHeads, heads);
    }
  }

  /** Computes work.dQkv from work.dMixed; needs what `forward` left in the workspace. */
  async backward(): Promise<void> {
    const { paced, work, config, batch } = this;
    const { headCount: heads, kvHeadCount: kvHeads, headDim } = config;
    const { qkv, spans, statistics, mixed, dMixed, weights, dScores, dQkv } = work;
    const delta = {
      params: { rows: batch.rows, heads, headDim },
      buffers: { mixed, dMixed, statistics },
    } as const;
    await paced.run(paced.kernels.spanDelta, delta, batch.rows * heads * headDim);
    for (const shape of this.#chunks()) {
      const { rows, rowBase } = shape;
      const scores = {
        params: { ...shape, scale: this.#scale },
        buffers: { qkv, spans, dMixed, statistics, weights, dScores },
      } as const;
      await paced.run(paced.kernels.spanScoresBackward, scores, 2 * this.#cost(rows));
      await this.#mix(shape, dScores, dQkv, heads, heads + 2 * kvHeads);
      const keys = {
        params: { ...shape, keyRows: batch.rows, accumulate: rowBase === 0 ? 0 : 1 },
        buffers: { qkv, spans, dMixed, weights, dScores, dQkv },
      } as const;
      await paced.run(paced.kernels.spanKeysBackward, keys, 2 * this.#cost(rows));
    }
    await this.#rotate(dQkv, -1);
  }

  *#chunks() {
    const { headCount: heads, kvHeadCount: kvHeads, headDim } = this.config;
    for (let rowBase = 0; rowBase < this.batch.rows; rowBase += this.#chunk) {
      const rows = Math.min(this.#chunk, this.batch.rows - rowBase);
      yield { rows, rowBase, heads, kvHeads, headDim, width: this.#width };
    }
  }

  async #rotate(qkv: GPUBuffer, direction: 1 | -1): Promise<void> {
    const { headCount, kvHeadCount, headDim } = this.config;
    const { rows } = this.batch;
    const rotated = headCount + kvHeadCount;
    const dispatch = {
      params: { rows, rotated, allHeads: rotated + kvHeadCount, headDim, direction },
      buffers: { spans: this.work.spans, rope: this.rope, qkv },
    } as const;
    await this.paced.run(this.paced.kernels.ropeRows, dispatch, 2 * rows * rotated * headDim);
  }

  async #mix(
    shape: { rows: number; rowBase: number; heads: number; kvHeads: number; headDim: number; width: number },
    weights: GPUBuffer,
    y: GPUBuffer,
    section: number,
    yHeads: number,
  ): Promise<void> {
    const { spans, qkv } = this.work;
    const dispatch = {
      params: { ...shape, section, yHeads },
      buffers: { weights, qkv, spans, y },
    } as const;
    await this.paced.run(this.paced.kernels.spanMix, dispatch, this.#cost(shape.rows));
  }

  /** Upper bound of the multiply-adds of one product of `rows` rows with all positions that they see. */
  #cost(rows: number): number {
    return 4 * rows * this.config.headCount * this.#width * this.config.headDim;
  }
}
