import type { ModelConfig } from '../../model/types';
import type { MicroBatch } from './micro-batch';
import { groups, type Ops } from './ops';
import { attentionRows, attentionWidth, type PassWorkspace } from './workspace';

/** Attention over the rows of a micro-batch; only one chunk of rows has its weights in memory at a time. */
export class AttentionPass {
  readonly #scale: number;
  readonly #width: number;
  readonly #chunk: number;

  constructor(
    readonly ops: Ops,
    readonly config: ModelConfig,
    readonly batch: MicroBatch,
    readonly work: PassWorkspace,
    /** f32 pairs [contextTokens, headDim / 2] */
    readonly rope: GPUBuffer,
  ) {
    this.#scale = 1 / Math.sqrt(config.headDim);
    this.#width = attentionWidth(batch);
    this.#chunk = attentionRows(config, batch);
  }

  /** From work.qkv, whose queries and keys it rotates, to work.mixed and the log-sum-exps in work.statistics. */
  async forward(): Promise<void> {
    const { ops, work, config } = this;
    const { spans, qkv, weights, statistics, mixed } = work;
    const { headCount: heads, kvHeadCount: kvHeads } = config;
    await this.#rotate(qkv, 1);
    for (const shape of this.#chunks()) {
      const { rows, rowBase, width } = shape;
      const scores = {
        params: { ...shape, scale: this.#scale },
        buffers: { qkv, spans, scores: weights },
        workgroups: [groups(rows * heads * width, 64)],
      } as const;
      await ops.run(ops.kernels.spanScores, scores, this.#cost(rows));
      const softmax = {
        params: { rows, rowBase, heads, width },
        buffers: { spans, weights, statistics },
        workgroups: [groups(rows * heads, 32)],
      } as const;
      await ops.run(ops.kernels.spanSoftmax, softmax, 8 * rows * heads * width);
      await this.#mix(shape, weights, mixed, heads + kvHeads, heads);
    }
  }

  /** From work.dMixed to work.dQkv; needs what `forward` left. */
  async backward(): Promise<void> {
    const { ops, work, config, batch } = this;
    const { headCount: heads, kvHeadCount: kvHeads, headDim } = config;
    const { qkv, spans, statistics, mixed, dMixed, weights, dScores, dQkv } = work;
    const delta = {
      params: { rows: batch.rows, heads, headDim },
      buffers: { mixed, dMixed, statistics },
      workgroups: [groups(batch.rows * heads, 32)],
    } as const;
    await ops.run(ops.kernels.spanDelta, delta, batch.rows * heads * headDim);
    for (const shape of this.#chunks()) {
      const { rows, rowBase, width } = shape;
      const scores = {
        params: { ...shape, scale: this.#scale },
        buffers: { qkv, spans, dMixed, statistics, weights, dScores },
        workgroups: [groups(rows * heads * width, 64)],
      } as const;
      await ops.run(ops.kernels.spanScoresBackward, scores, 2 * this.#cost(rows));
      await this.#mix(shape, dScores, dQkv, heads, heads + 2 * kvHeads);
      const keys = {
        params: { ...shape, keyRows: batch.rows, accumulate: rowBase === 0 ? 0 : 1 },
        buffers: { qkv, spans, dMixed, weights, dScores, dQkv },
        workgroups: [groups((batch.rows * kvHeads * headDim) / 4, 64)],
      } as const;
      await ops.run(ops.kernels.spanKeysBackward, keys, 2 * this.#cost(rows));
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
      workgroups: [groups((rows * rotated * headDim) / 2, 64)],
    } as const;
    await this.ops.run(this.ops.kernels.ropeRows, dispatch, 2 * rows * rotated * headDim);
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
      workgroups: [groups((shape.rows * shape.heads * shape.headDim) / 4, 64)],
    } as const;
    await this.ops.run(this.ops.kernels.spanMix, dispatch, this.#cost(shape.rows));
  }

  /** Multiply-adds of one product of `rows` rows with all that they see, at most. */
  #cost(rows: number): number {
    return 4 * rows * this.config.headCount * this.#width * this.config.headDim;
  }
}
