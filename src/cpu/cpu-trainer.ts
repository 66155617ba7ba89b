import { zerosLike, type LoraWeights } from '../model/lora';
import type { ModelConfig } from '../model/types';
import { checkCoefficients } from '../policy/checks';
import { toEngineError } from '../policy/errors';
import type {
  AdamWOptions,
  PathFigures,
  StepOutcome,
  Trainer,
  TrainerState,
  TrainGroup,
  TrainPhase,
  TrainProgress,
} from '../policy/training';
import { EngineError } from '../policy/types';
import { adamWStep } from './adamw';
import { Pace } from './pace';
import { passLayers, trainPass } from './train-pass';
import type { CpuWeights } from './weights';

type OnProgress = (progress: TrainProgress) => void;

/** The engine whose adapter is trained. */
interface TrainedEngine {
  readonly config: ModelConfig;
  readonly base: CpuWeights;
  /** With the adapter as it is now. */
  weights(): CpuWeights;
  /** The adapter's numbers have changed. */
  onChange(adapter: LoraWeights): void;
}

/** Trains an adapter on the processor: path by path, every activation kept. */
export class CpuTrainer implements Trainer {
  #adapter: LoraWeights;
  #gradients: LoraWeights;
  #firstMoments: LoraWeights;
  #secondMoments: LoraWeights;
  #updates = 0;

  constructor(
    readonly engine: TrainedEngine,
    adapter: LoraWeights,
  ) {
    this.#adapter = adapter;
    this.#gradients = zerosLike(adapter);
    this.#firstMoments = zerosLike(adapter);
    this.#secondMoments = zerosLike(adapter);
  }

  figures(
    group: TrainGroup,
    { adapter }: { readonly adapter: boolean },
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<PathFigures[]> {
    const weights = adapter ? this.engine.weights() : this.engine.base;
    return this.#run(group, weights, null, adapter ? 'old-logprobs' : 'reference', onProgress, signal);
  }

  async accumulate(
    group: TrainGroup,
    coefficients: readonly Float32Array[],
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<PathFigures[]> {
    checkCoefficients(group, coefficients);
    try {
      return await this.#run(group, this.engine.weights(), coefficients, 'gradient', onProgress, signal);
    } catch (error) {
      this.zeroGradients();
      throw error;
    }
  }

  async step(options: AdamWOptions): Promise<StepOutcome> {
    const weights = copyOf(this.#adapter);
    const moments = { firstMoments: this.#firstMoments, secondMoments: this.#secondMoments };
    const outcome = adamWStep({ weights, gradients: this.#gradients, ...moments }, this.#updates + 1, options);
    if (!outcome.skipped) {
      this.#updates++;
      this.#take(weights);
    }
    this.zeroGradients();
    return outcome;
  }

  zeroGradients(): void {
    for (const { values } of this.#gradients.tensors) values.fill(0);
  }

  async gradients(): Promise<LoraWeights> {
    return copyOf(this.#gradients);
  }

  async state(): Promise<TrainerState> {
    return {
      weights: copyOf(this.#adapter),
      firstMoments: copyOf(this.#firstMoments),
      secondMoments: copyOf(this.#secondMoments),
      updates: this.#updates,
    };
  }

  restore({ weights, firstMoments, secondMoments, updates }: TrainerState): void {
    this.#firstMoments = copyOf(firstMoments);
    this.#secondMoments = copyOf(secondMoments);
    this.#updates = updates;
    this.#take(copyOf(weights));
  }

  dispose(): void {
    // Gradients and moments go with this object.
  }

  #take(adapter: LoraWeights): void {
    this.#adapter = adapter;
    this.engine.onChange(adapter);
  }

  async #run(
    group: TrainGroup,
    weights: CpuWeights,
    coefficients: readonly Float32Array[] | null,
    phase: TrainPhase,
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<PathFigures[]> {
    const { config } = this.engine;
    checkGroup(group, config);
    const total = group.paths.length * passLayers(config, coefficients !== null);
    let done = 0;
    const pace = new Pace(signal);
    const onLayer = async (): Promise<void> => {
      onProgress({ phase, done: ++done, total });
      if (pace.isDue) await pace.breathe();
    };
    try {
      signal.throwIfAborted();
      onProgress({ phase, done, total });
      const figures: PathFigures[] = [];
      for (const [i, path] of group.paths.entries()) {
        const own = coefficients?.[i];
        const gradients =
          own === undefined ? null : { adapter: this.#adapter, gradients: this.#gradients, coefficients: own };
        figures.push(await trainPass({ config, weights, onLayer }, group.promptIds, path, gradients));
      }
      return figures;
    } catch (error) {
      throw toEngineError(error, signal);
    } finally {
      pace.dispose();
    }
  }
}

function copyOf({ config, tensors }: LoraWeights): LoraWeights {
  return { config, tensors: tensors.map((tensor) => ({ ...tensor, values: tensor.values.slice() })) };
}

function checkGroup({ promptIds, paths }: TrainGroup, { activeVocabSize, contextTokens }: ModelConfig): void {
  const longest = paths.reduce((most, path) => Math.max(most, path.length), 0);
  if (promptIds.length === 0 || promptIds.length + longest - 1 > contextTokens) {
    throw new EngineError('bad-settings', `Prompt and path together should have 1 to ${contextTokens} tokens.`);
  }
  if (paths.some((path) => path.some((id) => !Number.isInteger(id) || id < 0 || id >= activeVocabSize))) {
    throw new EngineError('bad-settings', `Path tokens should be ids from 0 to ${activeVocabSize - 1}.`);
  }
}
