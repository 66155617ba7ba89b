import type { BufferArena } from '../../gpu/arena';
import { readBuffer } from '../../gpu/readback';
import type { CommandRecorder } from '../../gpu/recorder';
import { LoraBuffers } from '../lora/lora-buffers';
import type { TrainerKernels } from './kernels';
import type { AdamWOptions, StepOutcome } from '../../policy/training';

/** vec4s of gradients whose squares one thread sums. */
const QUADS_PER_THREAD = 256;

/** AdamW with clipping by the global norm, on the GPU; owns the moments of an adapter's parameters. */
export class Optimiser {
  readonly firstMoments: LoraBuffers;
  readonly secondMoments: LoraBuffers;
  /** Updates made so far; the bias correction of the moments depends on it. */
  updates = 0;
  readonly #partials: GPUBuffer;
  readonly #norm: GPUBuffer;

  constructor(
    readonly arena: BufferArena,
    readonly recorder: CommandRecorder,
    readonly kernels: TrainerKernels,
    readonly adapter: LoraBuffers,
    readonly gradients: LoraBuffers,
  ) {
    const { layout } = adapter;
    this.firstMoments = new LoraBuffers(arena, layout, 'first moments');
    this.secondMoments = new LoraBuffers(arena, layout, 'second moments');
    this.#partials = arena.storage('squared gradients', 4 * this.#partialsPerLayer * layout.layerCount);
    this.#norm = arena.storage('gradient norm', 4);
  }

  /** One update by the gradients, which become 0; when their norm is not finite, nothing else changes. */
  async step(options: AdamWOptions): Promise<StepOutcome> {
    this.#recordNorm();
    this.#recordUpdate(options, this.updates + 1);
    const [gradNorm = NaN] = new Float32Array(await readBuffer(this.recorder, this.#norm, 4));
    const skipped = !Number.isFinite(gradNorm);
    if (!skipped) this.updates++;
    return { gradNorm, skipped };
  }

  dispose(): void {
    this.firstMoments.dispose();
    this.secondMoments.dispose();
    this.arena.free(this.#partials);
    this.arena.free(this.#norm);
  }

  get #quads(): number {
    return this.adapter.layout.floatsPerLayer / 4;
  }

  get #partialsPerLayer(): number {
    return Math.ceil(this.#quads / QUADS_PER_THREAD);
  }

  #recordNorm(): void {
    const { recorder, kernels, gradients } = this;
    const perLayer = this.#partialsPerLayer;
    gradients.layers.forEach((x, layer) => {
      recorder.dispatch(kernels.sumSquares, {
        params: { quads: this.#quads, perThread: QUADS_PER_THREAD, partialBase: layer * perLayer },
        buffers: { x, partials: this.#partials },
      });
    });
    recorder.dispatch(kernels.gradientNorm, {
      params: { count: perLayer * gradients.layers.length },
      buffers: { partials: this.#partials, norm: this.#norm },
    });
  }

  #recordUpdate({ learningRate, beta1, beta2, eps, weightDecay, maxGradNorm }: AdamWOptions, update: number): void {
    const params = {
      quads: this.#quads,
      learningRate,
      beta1,
      beta2,
      oneMinusBeta1: 1 - beta1,
      oneMinusBeta2: 1 - beta2,
      eps,
      weightDecay,
      maxNorm: maxGradNorm,
      correction1: 1 - beta1 ** update,
      correction2: 1 - beta2 ** update,
    };
    this.gradients.layers.forEach((gradients, layer) => {
      const values = this.adapter.layers[layer];
      const firstMoments = this.firstMoments.layers[layer];
      const secondMoments = this.secondMoments.layers[layer];
      if (values === undefined || firstMoments === undefined || secondMoments === undefined) {
        throw new RangeError(`No buffers for layer ${layer}.`);
      }
      this.recorder.dispatch(this.kernels.adamw, {
        params,
        buffers: { norm: this.#norm, gradients, values, firstMoments, secondMoments },
      });
    });
  }
}
