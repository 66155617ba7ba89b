import type { OpenModel } from '../../model/types';
import { beginSampling, nothingSampled, type PathsRequest } from '../../policy/sampling';
import { DecodeRun, MAX_STEPS_PER_SUBMIT } from './decode-run';
import type { Decoder } from './decoder';
import { abortable } from '../../policy/errors';
import type { SamplerRows } from '../../policy/sampler-rows';
import type { StepBatches } from '../../policy/step-batches';
import { EngineError, type SampleListener, type SampleTiming } from '../../policy/types';

/** Submits in flight while the next is recorded. */
const SUBMITS_IN_FLIGHT = 2;
/** What one submit should take: long enough to hide the 5 to 15 ms of a readback in Chrome, short enough to stop soon. */
const TARGET_SUBMIT_MS = 16;

/**
 * Prefills the prompt once and decodes all paths until each has stopped or reached its capacity. Rejects with EngineError, GpuError or the signal's reason.
 */
export async function runPaths(
  decoder: Decoder,
  files: Pick<OpenModel, 'tokenizer'>,
  request: PathsRequest,
  listener: SampleListener,
  signal: AbortSignal,
): Promise<SampleTiming> {
  const { promptIds, settings, continuation } = request;
  const model = { config: decoder.config, tokenizer: files.tokenizer };
  const { promptTokens, capacity, batches } = beginSampling(model, request, listener);
  signal.throwIfAborted();
  if (batches === null) return nothingSampled(promptTokens);
  const start = performance.now();
  const run = decoder.arena.whole(() => new DecodeRun(decoder, promptIds, settings, capacity, continuation));
  try {
    // Not raced against the signal, for it must not record once the run is disposed of. It only submits.
    await run.prefill();
    let prefillEnd = start;
    await abortable(
      decoder.gpu.settle(decoder.gpu.device.queue.onSubmittedWorkDone()).then(() => {
        prefillEnd = performance.now();
      }),
      signal,
    );
    await decodeAll(run, batches, listener, signal);
    const decodeMs = performance.now() - prefillEnd;
    return {
      promptTokens,
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

/** Keeps two submits in flight. An end seen in a readback takes effect on the submits after it. */
async function decodeAll(
  run: DecodeRun,
  batches: StepBatches,
  listener: SampleListener,
  signal: AbortSignal,
): Promise<void> {
  const inFlight: Submit[] = [];
  let stepsPerSubmit = 1;
  let lastRead = performance.now();
  while (batches.running.length > 0) {
    while (inFlight.length < SUBMITS_IN_FLIGHT && run.nextStep < batches.capacity) {
      run.keep(batches.running);
      const steps = Math.min(stepsPerSubmit, batches.capacity - run.nextStep);
      const { records } = await run.decode(steps);
      // If this run ends first, nobody awaits these rows; their rejection must not be unhandled.
      records.catch(() => undefined);
      inFlight.push({ steps, records });
    }
    const oldest = inFlight.shift();
    if (oldest === undefined) throw new EngineError('internal', 'Paths are running, but none is being decoded.');
    const batch = batches.take(await abortable(oldest.records, signal));
    if (batch.rowCount > 0) listener.onStep(batch);
    const now = performance.now();
    const msPerStep = (now - lastRead) / oldest.steps;
    lastRead = now;
    stepsPerSubmit = Math.max(1, Math.min(MAX_STEPS_PER_SUBMIT, Math.round(TARGET_SUBMIT_MS / msPerStep)));
  }
}
