import type { LogitMeter } from '../policy/logit-meter';
import { beginSampling, nothingSampled } from '../policy/sampling';
import { EngineError, type SampleListener, type SampleRequest, type SampleTiming } from '../policy/types';
import { promptText } from '../model/prompt';
import type { OpenModel } from '../model/types';
import type { RunSettings } from '../run/settings';
import type { CompletionRequest, MlcEngine } from './library';
import type { LogitTap } from './logit-tap';
import { pathSeed } from './seeds';

interface Tools {
  readonly library: MlcEngine;
  readonly model: OpenModel;
  readonly meter: LogitMeter;
  readonly tap: LogitTap;
  /** Resolves with the reason when WebLLM's device is gone. */
  readonly lost: Promise<string>;
}

interface Request extends SampleRequest {
  readonly promptIds: readonly number[];
}

/**
 * Samples settings.paths paths one after another; one batch of one row a step. A continuation's tokens are forced one by
 * one: the library takes no token ids, and its text could be tokenised differently. Rejects with EngineError, GpuError, the
 * signal's reason or whatever the library throws; the library is idle by then, unless its device was lost.
 */
export async function runSequentially(
  { library, model, meter, tap, lost }: Tools,
  request: Request,
  listener: SampleListener,
  signal: AbortSignal,
): Promise<SampleTiming> {
  const { problem, settings, continuation } = request;
  const { promptTokens, capacity, batches } = beginSampling(model, request, listener);
  signal.throwIfAborted();
  if (batches === null) return nothingSampled(promptTokens);
  const firstStep = continuation?.tokens.length ?? 0;
  const paths = batches.running;
  const [first] = paths;
  const text = promptText(model.config, problem);
  const start = performance.now();
  let firstToken = start;
  let measured: Promise<void> = Promise.resolve();
  const interrupt = (): void => void library.interruptGenerate();
  const whenLost = lost.then((reason) => {
    throw new EngineError('device-lost', `The GPU device was lost: ${reason}`, { reason });
  });
  whenLost.catch(() => undefined);

  const samplePath = async (path: number): Promise<void> => {
    let step = firstStep;
    tap.force(continuation?.tokens ?? []);
    if (continuation !== undefined) meter.resume(continuation.entropy);
    tap.onToken = (logits, token) => {
      if (path === first && step === firstStep) firstToken = performance.now();
      const records = meter.measure(logits, { path, step: step++, token, entropyK: settings.entropyK });
      measured = Promise.all([records, measured]).then(([record]) => {
        if (signal.aborted) return;
        const batch = batches.take(record);
        if (batch.rowCount > 0) listener.onStep(batch);
      });
      // Awaited below, once the library has stopped.
      measured.catch(interrupt);
    };
    const { usage } = await library.completion(requestOf(text, settings, path, capacity));
    await measured;
    signal.throwIfAborted();
    checkPrompt(usage?.prompt_tokens, promptTokens);
    if (batches.running.includes(path))
      throw new EngineError('internal', `WebLLM ended path ${path} without a reason.`);
  };

  signal.addEventListener('abort', interrupt);
  try {
    for (const path of paths) await Promise.race([samplePath(path), whenLost]);
  } finally {
    signal.removeEventListener('abort', interrupt);
    tap.onToken = () => undefined;
    tap.force([]);
  }
  const decodeMs = performance.now() - firstToken;
  return {
    promptTokens,
    prefillMs: firstToken - start,
    decodeMs,
    tokens: batches.tokens,
    tokensPerSecond: (1000 * batches.tokens) / decodeMs,
  };
}

function requestOf(prompt: string, settings: RunSettings, path: number, maxTokens: number): CompletionRequest {
  return {
    prompt,
    stream: false,
    n: 1,
    max_tokens: maxTokens,
    seed: pathSeed(settings.seed, path),
    temperature: settings.temperature,
    top_p: settings.topP,
    frequency_penalty: 0,
    presence_penalty: 0,
    repetition_penalty: 1,
    logit_bias: null,
    logprobs: false,
    stop: null,
    ignore_eos: false,
  };
}

/** The library has its own tokenizer; a prompt that it tokenises differently would be another prompt. */
function checkPrompt(found: number | undefined, expected: number): void {
  if (found === undefined || found === expected) return;
  throw new EngineError('internal', `WebLLM reads the prompt as ${found} tokens, and it has ${expected}.`);
}
