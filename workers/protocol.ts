/** Every message between the page and the engine worker. Results are tagged unions, since comlink drops an error's fields. */
import type {
  EngineErrorCode,
  EngineInfo,
  LoadProgress,
  PromptMeasure,
  SampleRequest,
  SampleTiming,
} from '../src/engine/types';
import type { StepBatch } from '../src/records/step-batch';
import type { WebLlmOptions } from '../src/webllm/webllm-engine';

export interface WorkerFailure {
  readonly ok: false;
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number>>;
}
export type WorkerResult<T> = { readonly ok: true; readonly value: T } | WorkerFailure;

export interface EngineWorkerApi {
  /**
   * Loads the model whose files are under `modelUrl` (absolute, ends in '/'), through WebLLM where `webllm` says how. An
   * engine that was there before frees the GPU's memory first.
   */
  load(
    modelUrl: string,
    modelId: string,
    onProgress: (progress: LoadProgress) => void,
    webllm?: WebLlmOptions,
  ): Promise<WorkerResult<EngineInfo>>;
  measure(problem: string): Promise<WorkerResult<PromptMeasure>>;
  sample(request: SampleRequest, onStep: (batch: StepBatch) => void): Promise<WorkerResult<SampleTiming>>;
  /** Ends the load or sampling under way; its call then returns code 'aborted'. */
  abort(): Promise<void>;
  /** Resolves when the GPU device is lost, with the browser's reason. */
  whenLost(): Promise<string>;
}
