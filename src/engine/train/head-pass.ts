import type { ModelConfig } from '../../model/types';
import type { DecoderWeights } from '../decode/weights';
import { hasGradient, type MicroBatch } from './micro-batch';
import type { NormShape, PacedRecorder } from './paced-recorder';
import { headBlocksOf, headSections } from '../ops/tiling';
import type { PassWorkspace } from './workspace';

/**
 * Final norm and tied head over a micro-batch's picks, chunk by chunk, so that only one chunk has its logits in memory.
 * Writes the figures of each pick to work.figures and, in training, the gradient of the residual stream to
 * work.dHidden.
 */
export class HeadPass {
  constructor(
    readonly paced: PacedRecorder,
    readonly config: ModelConfig,
    readonly weights: DecoderWeights,
    readonly batch: MicroBatch,
    readonly work: PassWorkspace,
    readonly chunk: number,
  ) {}

  /** `hidden`: the residual stream after the last layer. */
  async run(hidden: GPUBuffer, training: boolean): Promise<void> {
    const { pickCount } = this.batch;
    if (training) this.paced.recorder.clear(this.work.dHidden);
    for (let pickBase = 0; pickBase < pickCount; pickBase += this.chunk) {
      const rows = Math.min(this.chunk, pickCount - pickBase);
      await this.#forward(hidden, pickBase, rows);
      if (training && hasGradient(this.batch, pickBase, pickBase + rows)) await this.#backward(pickBase, rows);
    }
  }

  async #forward(hidden: GPUBuffer, pickBase: number, rows: number): Promise<void> {
    const { paced, work, weights, config } = this;
    const { vocabSize: vocabulary, activeVocabSize: activeVocab, hiddenSize } = config;
    const { picks, picked, pickedNormed, logits, partials, figures } = work;
    const gather = {
      params: { rows, hidden: hiddenSize, pickBase },
      buffers: { picks, x: hidden, y: picked },
    } as const;
    await paced.run(paced.kernels.gatherRows, gather, rows * hiddenSize);
    await paced.norm(picked, weights.finalNorm, pickedNormed, this.#norm(rows));
    await paced.linear(weights.embedding, rows, pickedNormed, logits, false);
    const { blockSize, blocks } = headBlocksOf(config);
    const cut = {
      params: { rows, vocabulary, activeVocab, blockSize, blocks },
      buffers: { logits, partials },
    } as const;
    await paced.run(paced.kernels.headBlocks, cut, 8 * rows * vocabulary);
    const join = {
      params: { rows, vocabulary, blocks, pickBase },
      buffers: { logits, partials, picks, figures },
    } as const;
    await paced.run(paced.kernels.headFigures, join, 8 * rows * blocks);
  }

  async #backward(pickBase: number, rows: number): Promise<void> {
    const { paced, work, weights, config } = this;
    const { vocabSize: vocabulary, activeVocabSize: activeVocab, hiddenSize: hidden } = config;
    const { picks, figures, logits, sections, picked, pickedNormed, dPicked, dHidden } = work;
    const gradient = {
      params: { rows, vocabulary, activeVocab, pickBase },
      buffers: { picks, figures, logits },
    } as const;
    await paced.run(paced.kernels.headGradient, gradient, 8 * rows * vocabulary);
    const count = headSections(config);
    await paced.linearBackward(weights.embedding, rows, logits, sections, count);
    const join = {
      params: { quads: (rows * hidden) / 4, sections: count },
      buffers: { x: sections, y: pickedNormed },
    } as const;
    await paced.run(paced.kernels.sumSections, join, count * rows * hidden);
    const norm = { x: picked, gain: weights.finalNorm, dy: pickedNormed, dx: dPicked };
    await paced.normBackward(norm, this.#norm(rows), false);
    const scatter = {
      params: { rows, hidden, pickBase },
      buffers: { picks, x: dPicked, y: dHidden },
    } as const;
    await paced.run(paced.kernels.scatterRows, scatter, rows * hidden);
  }

  #norm(rows: number): NormShape {
    return { rows, hidden: this.config.hiddenSize, eps: this.config.rmsNormEps };
  }
}
