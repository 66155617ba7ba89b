import type { OpenModel } from '../model/types';
import { beginSampling, nothingSampled, type PathsRequest } from '../policy/sampling';
import type { StepBatches } from '../policy/step-batches';
import type { SampleListener, SampleTiming } from '../policy/types';
import { Forward, type Row } from './forward';
import { KvRows } from './kv-rows';
import { Pace } from './pace';
import { Sampler } from './sampler';
import type { CpuWeights } from './weights';

/** Tokens of the prompt in one pass. */
const PREFILL_ROWS = 16;

/**
 * Computes the prompt once and samples all paths, a step at a time, until each has stopped or reached its capacity. Rejects
 * with EngineError or the signal's reason.
 */
export async function runPaths(
  model: Pick<OpenModel, 'config' | 'tokenizer'>,
  weights: CpuWeights,
  request: PathsRequest,
  listener: SampleListener,
  signal: AbortSignal,
): Promise<SampleTiming> {
  const { promptTokens, batches } = beginSampling(model, request, listener);
  signal.throwIfAborted();
  if (batches === null) return nothingSampled(promptTokens);
  const start = performance.now();
  const pace = new Pace(signal);
  try {
    const run = new CpuRun(model, weights, request, pace);
    await run.prefill();
    const prefillEnd = performance.now();
    await run.decode(batches, listener);
    const decodeMs = performance.now() - prefillEnd;
    const tokensPerSecond = (1000 * batches.tokens) / decodeMs;
    return { promptTokens, prefillMs: prefillEnd - start, decodeMs, tokens: batches.tokens, tokensPerSecond };
  } finally {
    pace.dispose();
  }
}

/** Runs ids through all layers in chunks, into `store`; `onChunk` may read the logits of each. */
export async function prefillChunks(
  forward: Forward,
  ids: readonly number[],
  store: KvRows,
  onChunk: (start: number, count: number) => void = () => undefined,
): Promise<void> {
  for (let start = 0; start < ids.length; start += PREFILL_ROWS) {
    const chunk = ids.slice(start, start + PREFILL_ROWS);
    const rows = chunk.map((token, i): Row => {
      const position = start + i;
      return { token, position, store, storeRow: position, sees: [{ store, count: position + 1 }] };
    });
    await forward.layers(rows);
    onChunk(start, rows.length);
  }
}

/** A forward pass wide enough for chunks of a prompt. */
export function widthOf(paths: number): number {
  return Math.max(paths, PREFILL_ROWS);
}

/** N paths on one prompt. */
class CpuRun {
  readonly #forward: Forward;
  readonly #sampler: Sampler;
  /** What all paths share: the prompt, and the continuation's tokens. */
  readonly #sharedIds: readonly number[];
  readonly #prefix: KvRows;
  /** Keys and values of each path's own tokens; those of an ended path are let go. */
  readonly #own = new Map<number, KvRows>();
  readonly #firstStep: number;
  readonly #newest: Uint32Array;

  constructor(
    readonly model: Pick<OpenModel, 'config'>,
    weights: CpuWeights,
    { promptIds, settings, continuation }: PathsRequest,
    readonly pace: Pace,
  ) {
    const { config } = model;
    const { layerCount, kvHeadCount, headDim, activeVocabSize } = config;
    this.#sharedIds = [...promptIds, ...(continuation?.tokens ?? [])];
    this.#firstStep = continuation?.tokens.length ?? 0;
    this.#forward = new Forward(config, weights, widthOf(settings.paths), pace);
    this.#sampler = new Sampler(activeVocabSize, settings, continuation?.entropy ?? []);
    const width = kvHeadCount * headDim;
    this.#prefix = new KvRows(layerCount, width, this.#sharedIds.length);
    for (let path = 0; path < settings.paths; path++) this.#own.set(path, new KvRows(layerCount, width));
    this.#newest = new Uint32Array(settings.paths);
  }

  prefill(): Promise<void> {
    return prefillChunks(this.#forward, this.#sharedIds, this.#prefix);
  }

  /** Messages are heard after every step, so that a request to stop ends the run within one. */
  async decode(batches: StepBatches, listener: SampleListener): Promise<void> {
    for (let step = this.#firstStep; batches.running.length > 0; step++) {
      const { running } = batches;
      const rows = await this.#step(running, step);
      for (const [row, path] of running.entries()) this.#newest[path] = rows.value(row, 'tokens');
      listener.onStep(batches.take(rows));
      for (const path of running) if (!batches.running.includes(path)) this.#own.delete(path);
      await this.pace.breathe();
    }
  }

  /** The sampler's rows of one step: from the logits after step − 1's tokens, or after the last shared token. */
  async #step(paths: readonly number[], step: number) {
    const { vocabSize } = this.model.config;
    if (step === this.#firstStep) {
      const logits = this.#forward.logits((this.#sharedIds.length - 1) % PREFILL_ROWS, 1);
      return this.#sampler.rows(paths, step, () => logits);
    }
    await this.#forward.layers(paths.map((path) => this.#row(path, step - 1 - this.#firstStep)));
    const logits = this.#forward.logits(0, paths.length);
    return this.#sampler.rows(paths, step, (row) => logits.subarray(row * vocabSize, (row + 1) * vocabSize));
  }

  /** The pass of a path's newest token, its own number `index`. */
  #row(path: number, index: number): Row {
    const store = this.#own.get(path) ?? this.#prefix;
    store.ensure(index);
    const shared = this.#sharedIds.length;
    const sees = [
      { store: this.#prefix, count: shared },
      { store, count: index + 1 },
    ];
    return { token: this.#newest[path] ?? 0, position: shared + index, store, storeRow: index, sees };
  }
}
