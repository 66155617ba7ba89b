import type { OpenModel } from '../../model/types';
import type { RunSettings } from '../../run/settings';
import type { StepBatch } from '../../run/step-batch';
import { checkContinuation, isComplete } from '../../policy/checks';
import { DecodeRun, MAX_STEPS_PER_SUBMIT } from './decode-run';
import type { Decoder } from './decoder';
import { abortable } from '../../policy/errors';
import type { SamplerRows } from '../../policy/sampler-rows';
import { nothingSampled, StepBatches } from '../../policy/step-batches';
import { EngineError, type Continuation, type SampleTiming } from '../../policy/types';

/** Submits on their way while the next is recorded. */
const SUBMITS_IN_FLIGHT = 2;
/** What one submit should take: long enough to hide the 5 to 15 ms that a readback costs in Chrome, short enough to stop. */
const TARGET_SUBMIT_MS = 16;

/** What is to be sampled. */
export interface PathsRequest {
  readonly promptIds: readonly number[];
  readonly settings: RunSettings;
  readonly continuation?: Continuation | undefined;
}

/**
 * Prefills the prompt once and decodes all paths until each has stopped or reached its limit (settings.maxTokens, or what
 * the context leaves). Rejects with EngineError, GpuError or the signal's reason.
 */
export async function runPaths(
  decoder: Decoder,
  files: Pick<OpenModel, 'tokenizer'>,
  { promptIds, settings, continuation }: PathsRequest,
  onStep: (batch: StepBatch) => void,
  signal: AbortSignal,
): Promise<SampleTiming> {
  signal.throwIfAborted();
  const { contextTokens, stopTokenIds } = decoder.config;
  const room = contextTokens - promptIds.length;
  if (promptIds.length === 0 || room < 1) {
    throw new EngineError(
      'problem-too-long',
      `A prompt has 1 to ${contextTokens - 1} tokens, not ${promptIds.length}.`,
      {
        tokens: promptIds.length,
        limit: contextTokens - 1,
      },
    );
  }
  const maxSteps = Math.min(settings.maxTokens, room);
  if (continuation !== undefined) {
    checkContinuation(continuation, decoder.config, maxSteps);
    if (isComplete(continuation, decoder.config)) return nothingSampled(promptIds.length);
  }
  const batches = new StepBatches(settings.paths, maxSteps, stopTokenIds, files.tokenizer);
  const start = performance.now();
  const run = new DecodeRun(decoder, promptIds, settings, maxSteps, continuation);
  try {
    // Not raced against the signal: it must not go on recording once the run is disposed of. It only submits.
    await run.prefill();
    let prefillEnd = start;
    await abortable(
      decoder.gpu.settle(decoder.gpu.device.queue.onSubmittedWorkDone()).then(() => {
        prefillEnd = performance.now();
      }),
      signal,
    );
    await decodeAll(run, batches, maxSteps, onStep, signal);
    const decodeMs = performance.now() - prefillEnd;
    return {
      promptTokens: promptIds.length,
      prefillMs: prefillEnd - start,
      decodeMs,
      tokens: batches.tokens,
      tokensPerSecond: (1000 * batches.tokens) / decodeMs,
    };
  } finally {
    run.dispose();
  }
}

interface Submit {
  readonly steps: number;
  readonly records: Promise<SamplerRows>;
}

/** Keeps two submits under way. An end seen in a readback takes effect on the submits after it. */
async function decodeAll(
  run: DecodeRun,
  batches: StepBatches,
  maxSteps: number,
  onStep: (batch: StepBatch) => void,
  signal: AbortSignal,
): Promise<void> {
  const inFlight: Submit[] = [];
  let stepsPerSubmit = 1;
  let lastRead = performance.now();
  while (batches.running.length > 0) {
    while (inFlight.length < SUBMITS_IN_FLIGHT && run.nextStep < maxSteps) {
      run.keep(batches.running);
      const steps = Math.min(stepsPerSubmit, maxSteps - run.nextStep);
      const { records } = await run.decode(steps);
      // If this run ends first, nobody will ask for these records; their rejection must not go unhandled.
      records.catch(() => undefined);
      inFlight.push({ steps, records });
    }
    const oldest = inFlight.shift();
    if (oldest === undefined) throw new EngineError('internal', 'Paths are running, but none is being decoded.');
    const batch = batches.take(await abortable(oldest.records, signal));
    if (batch.rowCount > 0) onStep(batch);
    const now = performance.now();
    const msPerStep = (now - lastRead) / oldest.steps;
    lastRead = now;
    stepsPerSubmit = Math.max(1, Math.min(MAX_STEPS_PER_SUBMIT, Math.round(TARGET_SUBMIT_MS / msPerStep)));
  }
}
