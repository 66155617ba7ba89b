import type { WorkerFailure, WorkerResult } from '../../../../workers/protocol';
import type { EngineInfo, SampleListener, SampleRequest, SampleTiming } from '../../../../src/policy/types';
import { FLAG_STOPPED } from '../../../../src/run/step-batch';
import { stepBatch } from '../../../fixtures/step-batch';

const INFO: EngineInfo = {
  engine: 'batch',
  modelId: 'test',
  parameterCount: 1,
  device: 'none',
  isSoftwareAdapter: true,
  quantization: 'q4f16_1',
  promptDigest: 'p',
  contextTokens: 100,
  bytesInUse: 0,
  loadMs: 0,
};
const TIMING: SampleTiming = { promptTokens: 10, prefillMs: 1, decodeMs: 1, tokens: 1, tokensPerSecond: 1 };
export const failure = (code: WorkerFailure['code']): WorkerFailure => ({
  ok: false,
  code,
  message: code,
  details: {},
});

/** Answers "a + b" at once on every path: rightly on those with an even number, and one too much on the others. */
export class ScriptedEngine {
  info = INFO;
  readonly asked: SampleRequest[] = [];
  /** What a problem ends with instead of answers. */
  readonly failures = new Map<string, WorkerFailure>();
  /** Called as a problem begins. */
  onAsk: (problem: string) => void = () => undefined;

  loaded = async (): Promise<WorkerResult<EngineInfo>> => ({ ok: true, value: this.info });

  sample = async (
    request: SampleRequest,
    listener: SampleListener,
    signal?: AbortSignal,
  ): Promise<WorkerResult<SampleTiming>> => {
    const { problem, settings } = request;
    this.asked.push(request);
    this.onAsk(problem);
    await Promise.resolve();
    if (signal?.aborted === true) return failure('aborted');
    const failed = this.failures.get(problem);
    if (failed !== undefined) return failed;
    listener.onStart({ promptTokens: 10, capacity: 90 });
    const sum = problem.split('+').reduce((total, part) => total + Number(part), 0);
    for (let path = 0; path < settings.paths; path++) {
      const answer = String(sum + (path % 2));
      const piece = { id: path + 1, bytes: new TextEncoder().encode(`\\boxed{${answer}}`), special: false };
      const figures = { logprob: -1 - (path % 2), entropy: 0.5, confidence: 1, meanLogprob: -1 };
      const rows = { path, step: 0, tokens: piece.id, ...figures, runningMean: 0.5, runningVariance: 0.04 };
      listener.onStep(stepBatch([{ ...rows, flags: FLAG_STOPPED }], [piece]));
    }
    return { ok: true, value: TIMING };
  };
}
