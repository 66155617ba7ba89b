import type { RopeFinding } from '../../../src/policy/types';
import type { Finish } from '../../../src/run/trace';

export interface ProofRequest {
  readonly modelUrl: string;
  readonly libraryUrl: string;
  readonly problem: string;
  /** The problem in the model's template. */
  readonly promptText: string;
  readonly paths: number;
  readonly tokens: number;
}

/** Differences are the largest |Δ| over all steps of all paths. */
export interface ProofResult {
  readonly rope: RopeFinding;
  readonly adapter: string;
  readonly promptTokens: number;
  readonly tokens: number[][];
  readonly finishes: (Finish | null)[];
  readonly text: string[];
  /** What the engine reported, against the f64 reference on the tapped logits; entropies at every K. */
  readonly entropyDifference: number;
  /** Of the sampled tokens, and the mean over the vocabulary. */
  readonly logprobDifference: number;
  readonly confidenceDifference: number;
  readonly stabilityDifference: number;
  /** The five likeliest tokens of every step are the reference's. */
  readonly alternativesAgree: boolean;
  /** WebLLM's logits against the batch engine's. */
  readonly logitDifference: number;
  /** The same with the batch engine at the other base: what a wrong base does. */
  readonly otherBaseDifference: number;
  /** Standard deviation of the first step's logits. */
  readonly logitDeviation: number;
  readonly milliseconds: { readonly load: number; readonly sample: number; readonly batch: number };
}
