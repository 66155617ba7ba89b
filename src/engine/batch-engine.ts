import type { GpuDevice } from '../gpu/device';
import type { LoraWeights } from '../model/lora';
import type { OpenModel } from '../model/types';
import type { RunSettings } from '../run/settings';
import type { PathsRequest } from '../policy/sampling';
import { checkedPrompt, measurePrompt } from '../policy/checks';
import { Decoder } from './decode/decoder';
import { DecodeRun } from './decode/decode-run';
import { promptDigest } from '../model/digest';
import { parameterCountOf } from '../model/tensors';
import { toEngineError } from '../policy/errors';
import { OneAtATime } from '../policy/one-at-a-time';
import { loraLayout } from './lora/layout';
import { LoraBuffers } from './lora/lora-buffers';
import { LoraTrainer } from './train/lora-trainer';
import type { TrainablePolicy } from '../policy/training';
import { runPaths } from './decode/run-paths';
import { EngineError, type Policy, type EngineInfo, type LoadProgress, type PromptMeasure } from '../policy/types';
import type { Continuation, SampleListener, SampleRequest, SampleTiming } from '../policy/types';

interface AdapterChoice {
  readonly adapter?: boolean;
}

/** Samples all N paths of a problem at once on WebGPU. */
export class BatchEngine implements Policy, TrainablePolicy {
  /** The running call; settles, never rejects. */
  readonly #calls = new OneAtATime();

  private constructor(
    readonly gpu: GpuDevice,
    readonly files: OpenModel,
    readonly decoder: Decoder,
    readonly loadMs: number,
  ) {}

  /**
   * Reads and uploads the weights, compiles and warms up the kernels; reports phases 'weights', 'pipelines' and 'warm-up'.
   * Rejects with EngineError: 'out-of-memory', 'shader-failed', 'device-lost', 'model-missing',
   * 'model-invalid', 'model-corrupt', 'aborted'.
   */
  static async load(
    gpu: GpuDevice,
    files: OpenModel,
    onProgress: (progress: LoadProgress) => void = () => undefined,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<BatchEngine> {
    const start = performance.now();
    let decoder: Decoder | null = null;
    try {
      decoder = await Decoder.load(gpu, files, onProgress, signal);
      onProgress({ phase: 'warm-up', done: 0, total: 1, unit: 'items' });
      await warmUp(decoder, signal);
      onProgress({ phase: 'warm-up', done: 1, total: 1, unit: 'items' });
      return new BatchEngine(gpu, files, decoder, performance.now() - start);
    } catch (error) {
      decoder?.dispose();
      throw toEngineError(error, signal);
    }
  }

  get info(): EngineInfo {
    return {
      engine: 'batch',
      modelId: this.files.id,
      parameterCount: parameterCountOf(this.files),
      device: this.gpu.adapterName,
      isSoftwareAdapter: this.gpu.isSoftwareAdapter,
      quantization: this.files.config.quantization,
      promptDigest: promptDigest(this.files),
      contextTokens: this.files.config.contextTokens,
      bytesInUse: this.decoder.arena.bytesInUse,
      loadMs: this.loadMs,
    };
  }

  /** The adapter in use; null: none. A trainer changes these numbers, so that its updates take effect at once. */
  get adapter(): LoraBuffers | null {
    return this.decoder.adapter;
  }

  /**
   * Uses this adapter from now on; null: none. One of the same rank, alpha and targets is written into `adapter`; another
   * one replaces `adapter` itself. Rejects with EngineError 'out-of-memory',
   * or 'internal' for tensors that do not fit this model; then nothing has changed.
   */
  async setAdapter(weights: LoraWeights | null): Promise<void> {
    await this.#calls.run(undefined, () => this.#replaceAdapter(weights));
  }

  async startTraining(weights: LoraWeights): Promise<LoraTrainer> {
    await this.setAdapter(weights);
    if (this.adapter === null) throw new EngineError('internal', 'The engine has not taken the adapter.');
    return LoraTrainer.create(this.decoder, this.adapter);
  }

  measure(problem: string): PromptMeasure {
    return measurePrompt(this.files, problem);
  }

  async sample(
    { problem, ...request }: SampleRequest,
    listener: SampleListener,
    signal: AbortSignal,
  ): Promise<SampleTiming> {
    return this.#sample({ ...request, promptIds: checkedPrompt(this.files, problem) }, listener, signal);
  }

  /** As `sample`, for a prompt of token ids: for training, and for models without tokenizer. */
  async sampleIds(
    promptIds: readonly number[],
    settings: RunSettings,
    listener: SampleListener,
    signal: AbortSignal,
    continuation?: Continuation,
  ): Promise<SampleTiming> {
    return this.#sample({ promptIds, settings, continuation }, listener, signal);
  }

  /**
   * Teacher-forced raw logits [rows, vocabulary] after the given positions of `ids` (all by default), through the kernels
   * that sample, with the adapter. `adapter: false`: of the model without it.
   */
  async logitsOf(
    ids: readonly number[],
    rows?: readonly number[],
    { adapter = true }: AdapterChoice = {},
  ): Promise<Float32Array> {
    return this.#calls.run(undefined, () => this.decoder.logitsOf(ids, rows, adapter ? this.adapter : null));
  }

  /** Top-k entropies, in nats, after every position of `ids`, as the sampling kernel computes them; adapter as above. */
  async entropiesOf(
    ids: readonly number[],
    entropyK: number,
    { adapter = true }: AdapterChoice = {},
  ): Promise<Float32Array> {
    return this.#calls.run(undefined, () => this.decoder.entropiesOf(ids, entropyK, adapter ? this.adapter : null));
  }

  /** Frees the GPU's memory once the running call has ended: abort it first. */
  async dispose(): Promise<void> {
    await this.#calls.ended();
    this.decoder.dispose();
  }

  #sample(request: PathsRequest, listener: SampleListener, signal: AbortSignal): Promise<SampleTiming> {
    return this.#calls.run(signal, () => runPaths(this.decoder, this.files, request, listener, signal));
  }

  async #replaceAdapter(weights: LoraWeights | null): Promise<void> {
    const { decoder } = this;
    const former = decoder.adapter;
    if (weights !== null && JSON.stringify(weights.config) === JSON.stringify(former?.layout.config)) {
      former?.write(weights);
      return;
    }
    decoder.adapter = weights && (await adapterOf(decoder, weights));
    former?.dispose();
  }
}

async function adapterOf({ arena, config }: Decoder, weights: LoraWeights): Promise<LoraBuffers> {
  const adapter = new LoraBuffers(arena, loraLayout(config, weights.config), 'adapter');
  try {
    await arena.settle();
    adapter.write(weights);
    return adapter;
  } catch (error) {
    adapter.dispose();
    throw error;
  }
}

/** Runs every kernel once, since drivers finish compiling at the first use. */
async function warmUp(decoder: Decoder, signal: AbortSignal): Promise<void> {
  const settings: RunSettings = { paths: 1, seed: 0, temperature: 1, topP: 1, maxTokens: 2, entropyK: 20 };
  const run = new DecodeRun(decoder, [0, 0], settings, 2);
  try {
    await run.prefill();
    const { records } = await run.decode(2);
    await records;
    signal.throwIfAborted();
  } finally {
    run.dispose();
  }
}
