import type { OpenModel } from '../model/types';
import { RunTrace } from '../run/trace';
import type { RunSettings } from '../run/settings';
import type { StepBatch } from '../run/step-batch';
import { checkContinuation, checkPaths, checkSettings, isComplete } from './checks';
import { StepBatches } from './step-batches';
import { EngineError, type Continuation, type SampleListener, type SampleStart, type SampleTiming } from './types';

/** A request whose prompt is token ids already. */
export interface PathsRequest {
  readonly promptIds: readonly number[];
  readonly settings: RunSettings;
  readonly continuation?: Continuation | undefined;
  readonly only?: readonly number[] | undefined;
}

interface BegunSampling extends SampleStart {
  /** null: nothing can follow, for the continuation ends in a stop token. */
  readonly batches: StepBatches | null;
}

/**
 * What every engine does before its first step: checks the request, and announces it. Throws EngineError 'bad-settings' or
 * 'problem-too-long'.
 */
export function beginSampling(
  { config, tokenizer }: Pick<OpenModel, 'config' | 'tokenizer'>,
  { promptIds, settings, continuation, only }: PathsRequest,
  listener: SampleListener,
): BegunSampling {
  checkSettings(settings);
  const paths = only ?? Array.from({ length: settings.paths }, (_, path) => path);
  checkPaths(paths, settings);
  const promptTokens = promptIds.length;
  const most = config.contextTokens - 1;
  if (promptTokens < 1 || promptTokens > most) {
    const details = { tokens: promptTokens, limit: most };
    throw new EngineError('problem-too-long', `A prompt has 1 to ${most} tokens, not ${promptTokens}.`, details);
  }
  const capacity = Math.min(settings.maxTokens, config.contextTokens - promptTokens);
  if (continuation !== undefined) checkContinuation(continuation, config, capacity);
  listener.onStart({ promptTokens, capacity });
  const isOver = continuation !== undefined && isComplete(continuation, config);
  const batches = isOver ? null : new StepBatches(paths, capacity, config.stopTokenIds, tokenizer);
  return { promptTokens, capacity, batches };
}

/** The timing of a request that had nothing to sample. */
export function nothingSampled(promptTokens: number): SampleTiming {
  return { promptTokens, prefillMs: 0, decodeMs: 0, tokens: 0, tokensPerSecond: 0 };
}

/** Gathers what is sampled in a trace. */
export class TraceRecorder implements SampleListener {
  #trace: RunTrace | null = null;

  /** @param onGrow is called after each batch */
  constructor(
    private readonly paths: number,
    private readonly onGrow: (trace: RunTrace) => void = () => undefined,
  ) {}

  onStart({ capacity }: SampleStart): void {
    this.#trace = new RunTrace(this.paths, capacity);
  }

  onStep(batch: StepBatch): void {
    this.trace.append(batch);
    this.onGrow(this.trace);
  }

  /** What has been sampled. Throws before the request has been announced. */
  get trace(): RunTrace {
    if (this.#trace === null) throw new EngineError('internal', 'Sampling has not begun.');
    return this.#trace;
  }
}
