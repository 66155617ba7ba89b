import type { BufferArena } from '../../gpu/arena';
import type { CommandRecorder } from '../../gpu/recorder';
import type { ModelConfig } from '../../model/types';
import { RunningStability } from '../../method/stability';
import { ROW_WORDS } from '../../run/columns';
import { samplerBlocksOf } from '../ops/tiling';
import type { SamplerKernels } from './kernels';

/** Parameters of one call of the sampler. Units and meaning as in RunSettings. */
export interface Draw {
  readonly step: number;
  readonly seed: number;
  readonly temperature: number;
  readonly topP: number;
  readonly entropyK: number;
}

/** Records the dispatches that turn logits into sampler rows and the next token of each path. */
export class Sampler {
  /** u32 [paths] the token each path drew last. */
  readonly tokens: GPUBuffer;
  /** u32 [steps · paths, ROW_WORDS] */
  readonly records: GPUBuffer;
  readonly #keys: GPUBuffer;
  readonly #stats: GPUBuffer;
  readonly #state: GPUBuffer;
  readonly #cut: ReturnType<typeof samplerBlocksOf>;

  /** `steps`: how many decode steps fit into `records` until they are read. */
  constructor(
    readonly arena: BufferArena,
    readonly recorder: CommandRecorder,
    readonly kernels: SamplerKernels,
    readonly config: Pick<ModelConfig, 'vocabSize' | 'activeVocabSize'>,
    readonly paths: number,
    steps: number,
  ) {
    this.#cut = samplerBlocksOf(config);
    const sections = paths * (this.#cut.blocks + this.#cut.groups);
    this.#keys = arena.storage('logit keys', 4 * 2 * sections);
    this.#stats = arena.storage('logit statistics', 16 * sections);
    this.#state = arena.storage('running entropy', 8 * paths);
    this.tokens = arena.storage('sampled tokens', 4 * paths);
    this.records = arena.storage('step records', 4 * ROW_WORDS * paths * steps);
  }

  /** Starts the running mean and variance of every path with these entropies (nats) of its first tokens. */
  resume(entropy: Iterable<number>): void {
    const running = new RunningStability();
    let count = 0;
    for (const value of entropy) {
      running.add(value);
      count++;
    }
    const { mean, stability } = running;
    const state = [mean ?? 0, count * (stability ?? 0) ** 2];
    const states = Float32Array.from({ length: 2 * this.paths }, (_, i) => state[i % 2] ?? 0);
    this.arena.write(this.#state, states, 0, states.byteLength);
  }

  /** Row r of `logits` belongs to path slots[r]; its sampler row becomes number recordBase + r. */
  record(logits: GPUBuffer, slots: GPUBuffer, rows: number, recordBase: number, draw: Draw): void {
    const { vocabSize: vocabulary, activeVocabSize: activeVocab } = this.config;
    const { blockSize, blocks, groupSize, groups } = this.#cut;
    // Lower temperatures are greedy already, and the quotient would overflow.
    const temperature = Math.max(draw.temperature, 1e-6);
    this.recorder.dispatch(this.kernels.logitBlocks, {
      params: { rows, vocabulary, activeVocab, blockSize, blocks, temperature },
      buffers: { logits, keys: this.#keys, stats: this.#stats },
    });
    this.recorder.dispatch(this.kernels.logitGroups, {
      params: { rows, blocks, groupSize, groups, temperature },
      buffers: { keys: this.#keys, stats: this.#stats },
    });
    this.recorder.dispatch(this.kernels.sample, {
      params: {
        rows,
        vocabulary,
        activeVocab,
        blockSize,
        blocks,
        groupSize,
        groups,
        recordBase,
        step: draw.step,
        seed: draw.seed,
        entropyK: draw.entropyK,
        temperature,
        topP: draw.topP,
      },
      buffers: {
        logits,
        slots,
        stats: this.#stats,
        keys: this.#keys,
        tokens: this.tokens,
        state: this.#state,
        records: this.records,
      },
    });
  }

  dispose(): void {
    for (const buffer of [this.#keys, this.#stats, this.#state, this.tokens, this.records]) this.arena.free(buffer);
  }
}
