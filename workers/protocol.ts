/** Every message between the page and the engine worker. Results are tagged unions, since comlink drops an error's fields. */
import type {
  EngineErrorCode,
  EngineInfo,
  LoadProgress,
  PromptMeasure,
  SampleRequest,
  SampleTiming,
  WebLlmOptions,
} from '../src/policy/types';
import type { Evaluation, LearnPlan } from '../src/learn/learn';
import type {
  EvalReport,
  LearnCheckpoint,
  LearnProblem,
  LearnProgress,
  LearnSettings,
  StepReport,
} from '../src/learn/types';
import type { LoraWeights } from '../src/model/lora';
import type { NamedFile, ReadAdapter } from '../src/model/peft';
import type { RunSettings } from '../src/run/settings';
import type { SelfTestReport } from '../src/policy/self-test';
import type { StepBatch } from '../src/run/step-batch';

export interface WorkerFailure {
  readonly ok: false;
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number>>;
}
export type WorkerResult<T> = { readonly ok: true; readonly value: T } | WorkerFailure;

/** Steps to be taken, and where from. */
export interface LearnTask {
  readonly plan: LearnPlan;
  /** `steps` counts from the very first step, those before the checkpoint included. */
  readonly settings: LearnSettings;
  /** null: a fresh adapter. One that has taken no step yet may begin anywhere (an imported adapter). */
  readonly checkpoint: LearnCheckpoint | null;
  /** Evaluations that need not be taken again. */
  readonly known: readonly Evaluation[];
}

/** What the page is told while it learns. What these return is awaited before the next piece of work begins. */
export interface LearnListener {
  onProgress(progress: LearnProgress): void;
  onStep(report: StepReport, after: LearnCheckpoint): Promise<void>;
  onEvaluation(evaluation: Evaluation): Promise<void>;
}

export interface EvaluateTask {
  readonly problems: readonly LearnProblem[];
  readonly settings: RunSettings;
  /** What the report is to be labelled with. */
  readonly step: number;
}

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
  /** Holds the kernels against their twins on the loaded engine's device. */
  selfTest(): Promise<WorkerResult<SelfTestReport>>;
  sample(request: SampleRequest, onStep: (batch: StepBatch) => void): Promise<WorkerResult<SampleTiming>>;
  /** Learns; after 'aborted', and any other failure, the adapter is that of the last step that `onStep` was told of. */
  learn(task: LearnTask, listener: LearnListener): Promise<WorkerResult<void>>;
  /** Samples problems with the adapter in force, with the seeds that learning uses. */
  evaluate(task: EvaluateTask, onProgress: (progress: LearnProgress) => void): Promise<WorkerResult<EvalReport>>;
  /** Runs with this adapter from now on; null: with none. */
  setAdapter(weights: LoraWeights | null): Promise<WorkerResult<void>>;
  /** Reads the files of an adapter in PEFT's format, without using it yet. */
  readAdapter(files: readonly NamedFile[]): Promise<WorkerResult<ReadAdapter>>;
  /** Ends the load, sampling or learning under way; its call then returns code 'aborted'. */
  abort(): Promise<void>;
  /** Resolves when the GPU device is lost, with the browser's reason. */
  whenLost(): Promise<string>;
}
