import { BufferArena } from '../../gpu/arena';
import type { GpuDevice } from '../../gpu/device';
import { readBuffer } from '../../gpu/readback';
import { CommandRecorder } from '../../gpu/recorder';
import type { ModelConfig, OpenModel } from '../../model/types';
import type { LoraBuffers } from '../lora/lora-buffers';
import type { LoadProgress } from '../../policy/types';
import { Forward, prefillRows } from './forward';
import { tilingFor, type Tiling } from '../ops/tiling';
import { compileDecoderKernels, DECODER_OPS } from './kernels';
import { KvCache } from './kv-cache';
import { checkTokenIds } from '../../policy/checks';
import { SamplerRows } from '../../policy/sampler-rows';
import { ROW_WORDS } from '../../run/columns';
import { ropeTable } from '../../model/rope-table';
import { Sampler } from './sampler';
import { scaleDtypeOf, uploadWeights } from './weights';
import { createWorkspace, type Workspace } from './workspace';

/** Most rows of one forward pass: tokens of a prompt chunk, or paths. */
export const MAX_ROWS = 64;

/** A model on the GPU: its weights, tables and forward pass. Caches and activations belong to a run. */
export class Decoder {
  /** The adapter for runs that start from now on; whoever sets it frees it. */
  adapter: LoraBuffers | null = null;

  private constructor(
    readonly gpu: GpuDevice,
    readonly config: ModelConfig,
    readonly arena: BufferArena,
    readonly recorder: CommandRecorder,
    readonly forward: Forward,
    /** u32 0, 1, … MAX_ROWS − 1. */
    readonly identity: GPUBuffer,
  ) {}

  /**
   * Uploads the weights and compiles the kernels. Rejects with GpuError, EngineError 'model-invalid' or the signal's
   * reason.
   */
  static async load(
    gpu: GpuDevice,
    model: OpenModel,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
    tiling: Tiling = tilingFor(gpu),
  ): Promise<Decoder> {
    const { config } = model;
    const arena = new BufferArena(gpu);
    try {
      let compiled = 0;
      const total = Object.keys(DECODER_OPS).length;
      const report = (): void => onProgress({ phase: 'pipelines', done: compiled++, total, unit: 'items' });
      const onBytes = (done: number, total: number): void =>
        onProgress({ phase: 'weights', done, total, unit: 'bytes' });
      const weights = await uploadWeights(arena, model, onBytes, signal);
      const rope = arena.upload('rope', ropeTable(config.contextTokens, config.headDim, config.ropeTheta));
      const identity = arena.upload(
        'identity',
        Uint32Array.from({ length: MAX_ROWS }, (_, i) => i),
      );
      report();
      const kernels = await compileDecoderKernels(gpu, { tiling, scaleDtype: scaleDtypeOf(model) }, report);
      signal.throwIfAborted();
      await arena.settle();
      const recorder = new CommandRecorder(gpu);
      const forward = new Forward(recorder, kernels, config, weights, rope);
      return new Decoder(gpu, config, arena, recorder, forward, identity);
    } catch (error) {
      arena.dispose();
      throw error;
    }
  }

  /**
   * Runs `ids` (u32 in `tokens`) through all layers in chunks, filling the prefix cache; `onChunk` may read the
   * residual stream.
   */
  async prefill(
    tokens: GPUBuffer,
    count: number,
    work: Workspace,
    cache: KvCache,
    onChunk: (start: number, rows: number) => Promise<void> | void,
  ): Promise<void> {
    for (let start = 0; start < count; start += MAX_ROWS) {
      const rows = Math.min(MAX_ROWS, count - start);
      this.forward.layers(prefillRows(tokens, this.identity, start, rows), work, cache.prefix, cache.suffix);
      await onChunk(start, rows);
      this.recorder.submit();
    }
  }

  /**
   * Teacher-forced raw logits [rows, vocabulary] after each of the positions `rows` of `ids` (all of them by default).
   * Throws RangeError for ids or rows outside the model or the context.
   * @param adapter the one to run with; null: the model alone
   */
  async logitsOf(
    ids: readonly number[],
    rows: readonly number[] = ids.map((_, i) => i),
    adapter: LoraBuffers | null = this.adapter,
  ): Promise<Float32Array> {
    const { vocabSize } = this.config;
    if (rows.some((row) => !Number.isInteger(row) || row < 0 || row >= ids.length)) {
      throw new RangeError(`Rows must be positions 0 to ${ids.length - 1}.`);
    }
    const result = new Float32Array(rows.length * vocabSize);
    await this.#forced(ids, adapter, async (work, start, count) => {
      if (!rows.some((row) => row >= start && row < start + count)) return;
      this.forward.head(work, count, 0, 1);
      const logits = new Float32Array(await readBuffer(this.recorder, work.logits, 4 * count * vocabSize));
      rows.forEach((row, i) => {
        if (row < start || row >= start + count) return;
        result.set(logits.subarray((row - start) * vocabSize, (row - start + 1) * vocabSize), i * vocabSize);
      });
    });
    return result;
  }

  /**
   * Top-k entropies in nats after each position of `ids`, by the sampling kernel. Arguments and errors as `logitsOf`.
   */
  async entropiesOf(
    ids: readonly number[],
    entropyK: number,
    adapter: LoraBuffers | null = this.adapter,
  ): Promise<Float32Array> {
    const result = new Float32Array(ids.length);
    const { arena, recorder, forward, config } = this;
    const sampler = new Sampler(arena, recorder, forward.kernels, config, MAX_ROWS, 1);
    const draw = { step: 0, seed: 0, temperature: 1, topP: 1, entropyK };
    try {
      await this.#forced(ids, adapter, async (work, start, count) => {
        forward.head(work, count, 0, 1);
        sampler.record(work.logits, this.identity, count, 0, draw);
        const rows = new SamplerRows(await readBuffer(recorder, sampler.records, 4 * ROW_WORDS * count));
        for (let row = 0; row < count; row++) result[start + row] = rows.value(row, 'entropy');
      });
    } finally {
      sampler.dispose();
    }
    return result;
  }

  dispose(): void {
    this.recorder.dispose();
    this.arena.dispose();
  }

  /** Runs `ids` through all layers; `onChunk` reads the residual stream of each chunk. */
  async #forced(
    ids: readonly number[],
    adapter: LoraBuffers | null,
    onChunk: (work: Workspace, start: number, count: number) => Promise<void>,
  ): Promise<void> {
    checkTokenIds(ids, this.config);
    const { arena } = this;
    const work = createWorkspace(arena, this.config, Math.min(MAX_ROWS, ids.length), ids.length, adapter);
    const cache = new KvCache(arena, this.config, ids.length, 1, 1);
    const tokens = arena.upload('forced tokens', Uint32Array.from(ids));
    try {
      await arena.settle();
      await this.prefill(tokens, ids.length, work, cache, (start, count) => onChunk(work, start, count));
    } finally {
      this.recorder.forgetBindGroups();
      cache.dispose();
      for (const buffer of [...work.all, tokens]) arena.free(buffer);
    }
  }
}
