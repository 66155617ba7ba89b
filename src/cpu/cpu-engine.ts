import type { LoraWeights } from '../model/lora';
import { promptDigest } from '../model/digest';
import { parameterCountOf } from '../model/tensors';
import type { OpenModel } from '../model/types';
import { checkedPrompt, measurePrompt } from '../policy/checks';
import { toEngineError } from '../policy/errors';
import { OneAtATime } from '../policy/one-at-a-time';
import {
  type Continuation,
  type EngineInfo,
  type LoadProgress,
  type Policy,
  type PromptMeasure,
  type SampleListener,
  type SampleRequest,
  type SampleTiming,
} from '../policy/types';
import type { RunSettings } from '../run/settings';
import type { PathsRequest } from '../policy/sampling';
import type { TrainablePolicy } from '../policy/training';
import { CpuTrainer } from './cpu-trainer';
import { forcedLogits } from './forced';
import { runPaths } from './run-paths';
import { Distribution } from './distribution';
import { checkSize, readWeights, withAdapter, type CpuWeights } from './weights';

/** Samples all N paths of a problem on the processor, for small models: slower than a GPU, and there everywhere. */
export class CpuEngine implements Policy, TrainablePolicy {
  /** The running call; settles, never rejects. */
  readonly #calls = new OneAtATime();
  #adapter: LoraWeights | null = null;
  /** The weights with the adapter added. */
  #weights: CpuWeights;

  private constructor(
    readonly files: OpenModel,
    readonly base: CpuWeights,
    readonly loadMs: number,
    /** Why no GPU is used, in English; null: nobody asked for one. */
    readonly withoutGpu: string | null,
  ) {
    this.#weights = base;
  }

  /**
   * Reads the weights into memory; reports phase 'weights'. Rejects with EngineError: 'no-adapter' for a model that needs a
   * GPU, 'model-missing', 'model-invalid', 'model-corrupt', 'out-of-memory', 'aborted'.
   */
  static async load(
    files: OpenModel,
    onProgress: (progress: LoadProgress) => void = () => undefined,
    signal: AbortSignal = new AbortController().signal,
    withoutGpu: string | null = null,
  ): Promise<CpuEngine> {
    const start = performance.now();
    try {
      checkSize(files);
      const onBytes = (done: number, total: number): void =>
        onProgress({ phase: 'weights', done, total, unit: 'bytes' });
      const weights = await readWeights(files, onBytes, signal);
      return new CpuEngine(files, weights, performance.now() - start, withoutGpu);
    } catch (error) {
      throw toEngineError(error, signal);
    }
  }

  get info(): EngineInfo {
    const parameterCount = parameterCountOf(this.files);
    return {
      engine: 'cpu',
      modelId: this.files.id,
      parameterCount,
      device: 'CPU',
      isSoftwareAdapter: false,
      quantization: this.files.config.quantization,
      promptDigest: promptDigest(this.files),
      contextTokens: this.files.config.contextTokens,
      bytesInUse: 4 * parameterCount,
      loadMs: this.loadMs,
      ...(this.withoutGpu === null ? {} : { withoutGpu: this.withoutGpu }),
    };
  }

  /** The adapter in use; null: none. */
  get adapter(): LoraWeights | null {
    return this.#adapter;
  }

  /** Uses this adapter from now on; null: none. Rejects with EngineError; then nothing has changed. */
  async setAdapter(weights: LoraWeights | null): Promise<void> {
    await this.#calls.run(undefined, async () => this.#takeAdapter(weights));
  }

  async startTraining(weights: LoraWeights): Promise<CpuTrainer> {
    await this.setAdapter(weights);
    const { base, files } = this;
    const onChange = (adapter: LoraWeights): void => this.#takeAdapter(adapter);
    return new CpuTrainer({ config: files.config, base, weights: () => this.#weights, onChange }, weights);
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

  /** Teacher-forced raw logits [ids, vocabulary], row i after the ids 0 to i, with the adapter. */
  async logitsOf(ids: readonly number[]): Promise<Float32Array> {
    return this.#calls.run(undefined, () => forcedLogits(this.files.config, this.#weights, ids));
  }

  /** Top-k entropies, in nats, after every position of `ids`. */
  async entropiesOf(ids: readonly number[], entropyK: number): Promise<Float32Array> {
    const logits = await this.logitsOf(ids);
    const { vocabSize, activeVocabSize } = this.files.config;
    return Float32Array.from(ids, (_, i) => {
      const row = logits.subarray(i * vocabSize, i * vocabSize + activeVocabSize);
      return Distribution.of(row, entropyK, 1)?.topEntropy(entropyK) ?? NaN;
    });
  }

  /** Resolves once the running call has ended: abort it first. */
  async dispose(): Promise<void> {
    await this.#calls.ended();
  }

  #takeAdapter(weights: LoraWeights | null): void {
    this.#weights = weights === null ? this.base : withAdapter(this.base, this.files.config, weights);
    this.#adapter = weights;
  }

  #sample(request: PathsRequest, listener: SampleListener, signal: AbortSignal): Promise<SampleTiming> {
    return this.#calls.run(signal, () => runPaths(this.files, this.#weights, request, listener, signal));
  }
}
