import type { LoraWeights } from '../model/lora';
import type { OpenModel } from '../model/types';
import type { RunSettings } from '../run/settings';
import type { EngineInfo, SampleListener, SampleTiming } from './types';

/** Samples paths of prompts that are given as token ids, since training needs those too. */
export interface TokenPolicy {
  readonly info: Pick<EngineInfo, 'modelId' | 'contextTokens'>;
  readonly files: Pick<OpenModel, 'id' | 'config' | 'tokenizer'>;
  /** As Policy.sample. */
  sampleIds(
    promptIds: readonly number[],
    settings: RunSettings,
    listener: SampleListener,
    signal: AbortSignal,
  ): Promise<SampleTiming>;
}

/** A policy whose adapter can be trained. */
export interface TrainablePolicy extends TokenPolicy {
  /** Samples with this adapter from now on; null: with none. Rejects with EngineError; then nothing has changed. */
  setAdapter(weights: LoraWeights | null): Promise<void>;
  /**
   * Samples with this adapter from now on, and trains it: an update shows in the next sample. Rejects with EngineError
   * 'out-of-memory', 'shader-failed', 'device-lost' or 'model-invalid'.
   */
  startTraining(weights: LoraWeights): Promise<Trainer>;
}

/** One problem's prompt with some of its sampled paths: trained on together, the prompt computed once. */
export interface TrainGroup {
  readonly promptIds: readonly number[];
  /** Token ids of each path without the prompt, the stop token included when it was sampled. */
  readonly paths: readonly (readonly number[])[];
}

/** Figures of one path's tokens, from a teacher-forced forward pass. */
export interface PathFigures {
  /** [T] ln p of each token over the real vocabulary (padding ids have probability 0), temperature 1, in nats. */
  readonly logprobs: Float32Array;
  /** [T] entropy of the whole distribution at each token, in nats. */
  readonly entropies: Float32Array;
}

export type TrainPhase = 'reference' | 'old-logprobs' | 'gradient' | 'optimiser';

/** Progress within the phase, in layers of micro-batches, so that it advances within a path too. */
export interface TrainProgress {
  readonly phase: TrainPhase;
  readonly done: number;
  readonly total: number;
}

export interface AdamWOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  /** Gradients are scaled down to this global L2 norm. */
  readonly maxGradNorm: number;
}

export const DEFAULT_ADAMW: Omit<AdamWOptions, 'learningRate'> = {
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  weightDecay: 0.01,
  maxGradNorm: 1,
};

export interface StepOutcome {
  /** Global L2 norm before clipping; NaN or Infinity when the update was skipped. */
  readonly gradNorm: number;
  /** True when the norm was not finite: adapter and moments are unchanged. */
  readonly skipped: boolean;
}

/** Everything needed to resume training with the same results: adapter, AdamW's moments and number of updates. */
export interface TrainerState {
  readonly weights: LoraWeights;
  /** First and second moments, shaped and ordered as the weights. */
  readonly firstMoments: LoraWeights;
  readonly secondMoments: LoraWeights;
  readonly updates: number;
}

/**
 * The trainable half of an engine: a LoRA adapter, its gradients and its optimiser on the GPU. All calls reject with
 * EngineError; 'aborted' leaves adapter and moments as they were.
 */
export interface Trainer {
  /** Forward only. `adapter: false` is the reference policy: the same model without the adapter. */
  figures(
    group: TrainGroup,
    options: { readonly adapter: boolean },
    onProgress: (progress: TrainProgress) => void,
    signal: AbortSignal,
  ): Promise<PathFigures[]>;
  /**
   * Forward and backward: adds Σ_i Σ_t c_i,t · d ln p_i,t / dθ to the gradients and reports the figures of the forward
   * pass. `coefficients[i]` has one number for each token of path i: d loss / d ln p.
   */
  accumulate(
    group: TrainGroup,
    coefficients: readonly Float32Array[],
    onProgress: (progress: TrainProgress) => void,
    signal: AbortSignal,
  ): Promise<PathFigures[]>;
  /** Clips, makes one AdamW update by the gradients and zeroes them. */
  step(options: AdamWOptions): Promise<StepOutcome>;
  /** Discards the gradients accumulated so far. */
  zeroGradients(): void;
  gradients(): Promise<LoraWeights>;
  state(): Promise<TrainerState>;
  /** Shapes must be this adapter's. */
  restore(state: TrainerState): void;
  /** Frees gradients and moments; the adapter stays the policy's. */
  dispose(): void;
}
