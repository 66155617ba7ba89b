import type { ModelConfig } from '../model/types';
import type { SamplerRows } from './sampler-rows';

/** A token that another sampler drew from the logits. */
export interface SampledToken {
  readonly path: number;
  /** Index of the token within its path; 0 starts the running stability anew. */
  readonly step: number;
  readonly token: number;
  /** K of the entropy, as in RunSettings. */
  readonly entropyK: number;
}

/** Computes the figures of logits that came from elsewhere, one path at a time. Rejects with GpuError. */
export interface LogitMeter {
  /** GPU memory in use. */
  readonly bytesInUse: number;
  /** The next path's running figures continue after these entropies of its first tokens; no row may be in flight. */
  resume(entropy: Iterable<number>): void;
  /**
   * The sampler's row for raw logits [vocabulary]; a path's rows must come in the order of their steps. `logits` must not
   * change until the result is there.
   */
  measure(logits: Float32Array, sampled: SampledToken): Promise<SamplerRows>;
  dispose(): void;
}

/** The GPU that logits are measured on, for an engine that computes them on a device of its own. */
export interface MeterDevice {
  /** Name of the GPU adapter as WebGPU tells it. */
  readonly adapterName: string;
  readonly isSoftwareAdapter: boolean;
  createMeter(config: Pick<ModelConfig, 'vocabSize' | 'activeVocabSize'>): Promise<LogitMeter>;
}
