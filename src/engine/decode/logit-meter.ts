import { BufferArena } from '../../gpu/arena';
import type { GpuDevice } from '../../gpu/device';
import { ReadbackRing } from '../../gpu/readback';
import { CommandRecorder } from '../../gpu/recorder';
import type { ModelConfig } from '../../model/types';
import type { LogitMeter, MeterDevice, SampledToken } from '../../policy/logit-meter';
import { SamplerRows } from '../../policy/sampler-rows';
import { ROW_COLUMNS, ROW_WORDS } from '../../run/columns';
import { compileSamplerKernels, type SamplerKernels } from './kernels';
import { Sampler } from './sampler';

/** Rows whose figures may be read back at the same time. */
const ROWS_IN_FLIGHT = 4;

/** Measures logits with the kernels that the batch engine samples with. */
export class GpuLogitMeter implements LogitMeter {
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
    this.#ring = new ReadbackRing(gpu, 4 * ROW_WORDS, ROWS_IN_FLIGHT);
  }

  /** Rejects with GpuError 'shader-failed' or 'out-of-memory'. */
  static async create(
    gpu: GpuDevice,
    config: Pick<ModelConfig, 'vocabSize' | 'activeVocabSize'>,
  ): Promise<GpuLogitMeter> {
    const kernels = await compileSamplerKernels(gpu);
    const arena = new BufferArena(gpu);
    const meter = new GpuLogitMeter(gpu, arena, new CommandRecorder(gpu), kernels, config);
    await arena.settle();
    return meter;
  }

  get bytesInUse(): number {
    return this.arena.bytesInUse;
  }

  resume(entropy: Iterable<number>): void {
    this.#sampler.resume(entropy);
  }

  async measure(logits: Float32Array, sampled: SampledToken): Promise<SamplerRows> {
    const slot = await this.#ring.acquire();
    this.arena.write(this.#logits, logits, 0, 4 * this.config.vocabSize);
    // The token drawn here is ignored: the real one was sampled elsewhere.
    const draw = { step: sampled.step, seed: 0, temperature: 1, topP: 1, entropyK: sampled.entropyK };
    this.#sampler.record(this.#logits, this.#slot, 1, 0, draw);
    this.recorder.copy(this.#sampler.records, slot, 4 * ROW_WORDS);
    this.recorder.submit();
    return withToken(await this.#ring.read(slot, 4 * ROW_WORDS), logits, sampled);
  }

  dispose(): void {
    this.#ring.dispose();
    this.recorder.dispose();
    this.arena.dispose();
  }
}

/** A GPU as those engines see it that only measure on it. */
export function meterDevice(gpu: GpuDevice): MeterDevice {
  const { adapterName, isSoftwareAdapter } = gpu;
  return { adapterName, isSoftwareAdapter, createMeter: (config) => GpuLogitMeter.create(gpu, config) };
}

/** The row as if the sampler had drawn `sampled.token`. Its log-probability follows from the likeliest token's. */
function withToken(row: ArrayBuffer, logits: Float32Array, { path, token }: SampledToken): SamplerRows {
  const words = new Uint32Array(row);
  const floats = new Float32Array(row);
  const { alternativeToken, alternativeLogprob, path: pathColumn, tokens, logprob } = ROW_COLUMNS;
  const likeliest = words[alternativeToken.word] ?? 0;
  const difference = (logits[token] ?? NaN) - (logits[likeliest] ?? NaN);
  words[pathColumn.word] = path;
  words[tokens.word] = token;
  floats[logprob.word] = (floats[alternativeLogprob.word] ?? NaN) + difference;
  return new SamplerRows(row);
}
