import { readBuffer } from '../../gpu/readback';
import type { Decoder } from '../decode/decoder';
import type { LoraBuffers } from '../lora/lora-buffers';
import { HeadPass } from './head-pass';
import type { TrainerKernels } from './kernels';
import { LayerPass, type Layer } from './layer-pass';
import type { MicroBatch } from './micro-batch';
import { PacedRecorder } from './paced-recorder';
import type { Pacer } from './pacer';
import type { PathFigures } from '../../policy/training';
import { createWorkspace, type PassWorkspace } from './workspace';

const FIGURE_WORDS = 4;

export interface PassInputs {
  readonly decoder: Decoder;
  readonly kernels: TrainerKernels;
  /** null: the model without adapter. */
  readonly adapter: LoraBuffers | null;
  /** Where gradients add up; null: forward only. */
  readonly gradients: LoraBuffers | null;
  readonly headChunk: number;
}

/**
 * One micro-batch through the model: forward with a checkpoint a layer, head, and backward with every layer recomputed
 * from its checkpoint. Allocates what it needs and frees it at the end, also when it fails.
 */
export async function runPass(
  inputs: PassInputs,
  batch: MicroBatch,
  pacer: Pacer,
  onLayer: () => void,
): Promise<PathFigures[]> {
  const { decoder, adapter, gradients, headChunk } = inputs;
  const { arena, recorder, config } = decoder;
  if (batch.pickCount === 0) return figuresByPath(new Float32Array(0), batch);
  const options = { training: gradients !== null, layout: adapter?.layout ?? null, headChunk };
  const work = createWorkspace(arena, config, batch, options);
  try {
    await arena.settle();
    const pass = new Pass(inputs, batch, work, pacer, onLayer);
    await pass.run();
    const bytes = await readBuffer(recorder, work.figures, 4 * FIGURE_WORDS * batch.pickCount);
    return figuresByPath(new Float32Array(bytes), batch);
  } finally {
    // What is recorded must be submitted before its buffers are freed.
    recorder.submit();
    recorder.forgetBindGroups();
    work.free();
  }
}

/** How many times a pass calls `onLayer`. */
export function passLayers(layerCount: number, training: boolean): number {
  return training ? 2 * layerCount + 1 : layerCount + 1;
}

class Pass {
  readonly #paced: PacedRecorder;
  readonly #layer: LayerPass;
  readonly #layers: readonly Layer[];
  readonly #training: boolean;

  constructor(
    readonly inputs: PassInputs,
    readonly batch: MicroBatch,
    readonly work: PassWorkspace,
    readonly pacer: Pacer,
    readonly onLayer: () => void,
  ) {
    const { decoder, kernels, adapter, gradients } = inputs;
    const { forward, config } = decoder;
    this.#paced = new PacedRecorder(decoder.recorder, kernels, pacer);
    this.#layer = new LayerPass(this.#paced, config, batch, work, forward.rope);
    this.#training = gradients !== null;
    this.#layers = forward.weights.layers.map((weights, i) => {
      const values = adapter?.layers[i];
      if (adapter === null || values === undefined) return { weights, lora: null };
      return { weights, lora: { layout: adapter.layout, values, gradients: gradients?.layers[i] ?? null } };
    });
  }

  async run(): Promise<void> {
    const { decoder, headChunk } = this.inputs;
    const { config, forward } = decoder;
    await this.#embed();
    for (const [i, layer] of this.#layers.entries()) {
      await this.#layer.forward(layer, this.#hidden(i), this.#hidden(i + 1));
      await this.pacer.submit(this.onLayer);
    }
    const head = new HeadPass(this.#paced, config, forward.weights, this.batch, this.work, headChunk);
    await head.run(this.#hidden(this.#layers.length), this.#training);
    await this.pacer.submit(this.onLayer);
    if (this.#training) await this.#backward();
    await this.pacer.drain();
  }

  async #backward(): Promise<void> {
    for (const [i, layer] of [...this.#layers.entries()].reverse()) {
      // The workspace still holds what the last layer's forward pass left.
      if (i < this.#layers.length - 1) await this.#layer.recompute(layer, this.#hidden(i));
      await this.#layer.backward(layer, this.#hidden(i), i === 0);
      await this.pacer.submit(this.onLayer);
    }
  }

  /** The residual stream before layer i. */
  #hidden(i: number): GPUBuffer {
    const buffer = this.work.hidden[i % this.work.hidden.length];
    if (buffer === undefined) throw new RangeError(`No checkpoint ${i}.`);
    return buffer;
  }

  async #embed(): Promise<void> {
    const { decoder } = this.inputs;
    const { hiddenSize: hidden } = decoder.config;
    const { weight, scales } = decoder.forward.weights.embedding;
    const { tokens, identity } = this.work;
    const { rows } = this.batch;
    const dispatch = {
      params: { rows, hidden, tokenBase: 0 },
      buffers: { tokens, slots: identity, weight, scales, y: this.#hidden(0) },
    } as const;
    await this.#paced.run(this.#paced.kernels.embed, dispatch, rows * hidden);
  }
}

function figuresByPath(figures: Float32Array, { pathLengths }: MicroBatch): PathFigures[] {
  let pick = 0;
  return pathLengths.map((length) => {
    const from = pick;
    pick += length;
    const column = (word: number): Float32Array =>
      Float32Array.from({ length }, (_, t) => figures[(from + t) * FIGURE_WORDS + word] ?? NaN);
    return { logprobs: column(0), entropies: column(1) };
  });
}
