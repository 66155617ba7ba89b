import { BufferArena } from '../../gpu/arena';
import type { GpuDevice } from '../../gpu/device';
import { ReadbackRing } from '../../gpu/readback';
import { CommandRecorder } from '../../gpu/recorder';
import type { ModelConfig } from '../../model/types';
import { compileSamplerKernels, type SamplerKernels } from './kernels';
import { RECORD, RECORD_WORDS, Records } from './records';
import { Sampler } from './sampler';

/** Rows whose figures may be on their way back at the same time. */
const ROWS_IN_FLIGHT = 4;

/** A token that another sampler drew from the logits. */
export interface SampledToken {
  readonly path: number;
  /** Index of the token within its path; 0 starts the running stability anew. */
  readonly step: number;
  readonly token: number;
  /** K of the entropy, as in RunSettings. */
  readonly topK: number;
}

/**
 * Figures of logits that came from elsewhere, by the kernels that the batch engine samples with: top-K entropies,
 * confidence, alternatives and the running stability of one path at a time.
 */
export class LogitMeter {
  readonly #logits: GPUBuffer;
  readonly #slot: GPUBuffer;
  readonly #sampler: Sampler;
  readonly #ring: ReadbackRing;

  private constructor(
    readonly gpu: GpuDevice,
    readonly arena: BufferArena,
    readonly recorder: CommandRecorder,
    kernels: SamplerKernels,
    readonly config: Pick<ModelConfig, 'vocabSize' | 'activeVocabSize'>,
  ) {
    this.#logits = arena.storage('logits', 4 * config.vocabSize);
    this.#slot = arena.upload('slot', Uint32Array.of(0));
    this.#sampler = new Sampler(arena, recorder, kernels, config, 1, 1);
    this.#ring = new ReadbackRing(gpu, 4 * RECORD_WORDS, ROWS_IN_FLIGHT);
  }

  /** Rejects with GpuError 'shader-failed' or 'out-of-memory'. */
  static async create(gpu: GpuDevice, config: Pick<ModelConfig, 'vocabSize' | 'activeVocabSize'>): Promise<LogitMeter> {
    const kernels = await compileSamplerKernels(gpu);
    const arena = new BufferArena(gpu);
    const meter = new LogitMeter(gpu, arena, new CommandRecorder(gpu), kernels, config);
    await arena.settle();
    return meter;
  }

  get bytesInUse(): number {
    return this.arena.bytesInUse;
  }

  /** Lets the next path's running figures go on after these entropies of its first tokens; nothing may be under way. */
  resume(entropy: Iterable<number>): void {
    this.#sampler.resume(entropy);
  }

  /**
   * The record of one row of raw logits [vocabulary]; rows of a path are to be given in the order of their steps. `logits`
   * must not change until the result is there.
   */
  async measure(logits: Float32Array, sampled: SampledToken): Promise<Records> {
    const slot = await this.#ring.acquire();
    this.arena.write(this.#logits, logits, 0, 4 * this.config.vocabSize);
    // The token drawn here is thrown away: it has been sampled elsewhere.
    const draw = { step: sampled.step, seed: 0, temperature: 1, topP: 1, topK: sampled.topK };
    this.#sampler.record(this.#logits, this.#slot, 1, 0, draw);
    this.recorder.copy(this.#sampler.records, slot, 4 * RECORD_WORDS);
    this.recorder.submit();
    return withToken(await this.#ring.read(slot, 4 * RECORD_WORDS), logits, sampled);
  }

  dispose(): void {
    this.#ring.dispose();
    this.recorder.dispose();
    this.arena.dispose();
  }
}

/** The record as if the sampler had drawn `sampled.token`. Its log-probability follows from the likeliest token's. */
function withToken(record: ArrayBuffer, logits: Float32Array, { path, token }: SampledToken): Records {
  const words = new Uint32Array(record);
  const floats = new Float32Array(record);
  const likeliest = words[RECORD.alternativeToken] ?? 0;
  const below = (logits[token] ?? NaN) - (logits[likeliest] ?? NaN);
  words[RECORD.path] = path;
  words[RECORD.token] = token;
  floats[RECORD.logprob] = (floats[RECORD.alternativeLogprob] ?? NaN) + below;
  return new Records(record);
}
