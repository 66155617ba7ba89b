import type { Decoder } from '../decode/decoder';
import { checkCoefficients } from '../../policy/checks';
import { toEngineError } from '../../policy/errors';
import { LoraBuffers } from '../lora/lora-buffers';
import { EngineError } from '../../policy/types';
import { compileTrainerKernels, type TrainerKernels } from './kernels';
import { microBatches } from './micro-batch';
import { Optimiser } from './optimiser';
import { Pacer } from './pacer';
import { passLayers, runPass } from './pass';
import { HEAD_CHUNK } from '../ops/tiling';
import type {
  AdamWOptions,
  PathFigures,
  StepOutcome,
  Trainer,
  TrainerState,
  TrainGroup,
  TrainPhase,
  TrainProgress,
} from '../../policy/training';
import type { LoraWeights } from '../../model/lora';

/** How a group is split; the results differ by rounding only. */
export interface TrainerLimits {
  /** Most rows of a micro-batch, unless its one path is longer. */
  readonly rows: number;
  /** Tokens whose logits exist at the same time. */
  readonly headChunk: number;
}

const DEFAULT_LIMITS: TrainerLimits = { rows: 1024, headChunk: HEAD_CHUNK };

type OnProgress = (progress: TrainProgress) => void;

/** Trains the adapter that a decoder samples with, by backward kernels of its own. */
export class LoraTrainer implements Trainer {
  private constructor(
    readonly decoder: Decoder,
    readonly adapter: LoraBuffers,
    readonly kernels: TrainerKernels,
    readonly limits: TrainerLimits,
    readonly buffers: { readonly gradients: LoraBuffers; readonly optimiser: Optimiser },
  ) {}

  /**
   * Compiles the kernels and allocates gradients and moments. The caller keeps ownership of the adapter.
   * Rejects with EngineError 'out-of-memory', 'shader-failed', 'device-lost', or 'model-invalid' for a vocabulary whose
   * size is not a multiple of 4.
   */
  static async create(
    decoder: Decoder,
    adapter: LoraBuffers,
    limits: Partial<TrainerLimits> = {},
  ): Promise<LoraTrainer> {
    const { arena, gpu, recorder, forward, config } = decoder;
    if (config.vocabSize % 4 !== 0) {
      throw new EngineError(
        'model-invalid',
        `Training needs a vocabulary whose size is a multiple of 4, not ${config.vocabSize} ids.`,
      );
    }
    let trainer: LoraTrainer | null = null;
    try {
      const kernels = await compileTrainerKernels(gpu, forward.kernels);
      trainer = arena.whole(() => {
        const gradients = new LoraBuffers(arena, adapter.layout, 'gradients');
        const optimiser = new Optimiser(arena, recorder, kernels, adapter, gradients);
        const buffers = { gradients, optimiser };
        return new LoraTrainer(decoder, adapter, kernels, { ...DEFAULT_LIMITS, ...limits }, buffers);
      });
      await arena.settle();
      return trainer;
    } catch (error) {
      // Whoever goes on without training needs the memory.
      trainer?.dispose();
      throw toEngineError(error);
    }
  }

  async figures(
    group: TrainGroup,
    options: { readonly adapter: boolean },
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<PathFigures[]> {
    const phase = options.adapter ? 'old-logprobs' : 'reference';
    return this.#run(group, null, { phase, adapter: options.adapter ? this.adapter : null }, onProgress, signal);
  }

  async accumulate(
    group: TrainGroup,
    coefficients: readonly Float32Array[],
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<PathFigures[]> {
    checkCoefficients(group, coefficients);
    try {
      return await this.#run(group, coefficients, { phase: 'gradient', adapter: this.adapter }, onProgress, signal);
    } catch (error) {
      this.zeroGradients();
      throw error;
    }
  }

  async step(options: AdamWOptions): Promise<StepOutcome> {
    try {
      return await this.buffers.optimiser.step(options);
    } catch (error) {
      throw toEngineError(error);
    }
  }

  zeroGradients(): void {
    const { recorder } = this.decoder;
    for (const buffer of this.buffers.gradients.layers) recorder.clear(buffer);
    recorder.submit();
  }

  async gradients(): Promise<LoraWeights> {
    return this.#read(this.buffers.gradients);
  }

  async state(): Promise<TrainerState> {
    const { optimiser } = this.buffers;
    return {
      weights: await this.#read(this.adapter),
      firstMoments: await this.#read(optimiser.firstMoments),
      secondMoments: await this.#read(optimiser.secondMoments),
      updates: optimiser.updates,
    };
  }

  restore({ weights, firstMoments, secondMoments, updates }: TrainerState): void {
    const { optimiser } = this.buffers;
    this.adapter.write(weights);
    optimiser.firstMoments.write(firstMoments);
    optimiser.secondMoments.write(secondMoments);
    optimiser.updates = updates;
  }

  /** Frees gradients and moments, but not the adapter, which the caller owns. */
  dispose(): void {
    this.decoder.recorder.forgetBindGroups();
    this.buffers.gradients.dispose();
    this.buffers.optimiser.dispose();
  }

  async #run(
    group: TrainGroup,
    coefficients: readonly Float32Array[] | null,
    { phase, adapter }: { readonly phase: TrainPhase; readonly adapter: LoraBuffers | null },
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<PathFigures[]> {
    const { decoder, kernels, limits } = this;
    this.#check(group);
    const batches = microBatches(group, coefficients, limits.rows);
    const gradients = coefficients === null ? null : this.buffers.gradients;
    const total = batches.length * passLayers(decoder.config.layerCount, gradients !== null);
    let done = 0;
    const onLayer = (): void => onProgress({ phase, done: ++done, total });
    const inputs = { decoder, kernels, adapter, gradients, headChunk: limits.headChunk };
    try {
      signal.throwIfAborted();
      onProgress({ phase, done, total });
      const pacer = new Pacer(decoder.recorder, signal);
      const figures: PathFigures[] = [];
      for (const batch of batches) figures.push(...(await runPass(inputs, batch, pacer, onLayer)));
      return figures;
    } catch (error) {
      throw toEngineError(error, signal);
    }
  }

  #check({ promptIds, paths }: TrainGroup): void {
    const { vocabSize, activeVocabSize, contextTokens } = this.decoder.config;
    const longest = paths.reduce((most, path) => Math.max(most, path.length), 0);
    if (promptIds.length === 0 || promptIds.length + longest - 1 > contextTokens) {
      throw new EngineError('bad-settings', `Prompt and path together should have 1 to ${contextTokens} tokens.`);
    }
    const isId = (id: number, end: number): boolean => Number.isInteger(id) && id >= 0 && id < end;
    if (
      promptIds.some((id) => !isId(id, vocabSize)) ||
      paths.some((path) => path.some((id) => !isId(id, activeVocabSize)))
    ) {
      throw new EngineError('bad-settings', `Path tokens should be ids from 0 to ${activeVocabSize - 1}.`);
    }
  }

  async #read(buffers: LoraBuffers): Promise<LoraWeights> {
    try {
      return await buffers.read(this.decoder.recorder);
    } catch (error) {
      throw toEngineError(error);
    }
  }
}
