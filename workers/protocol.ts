/** Every message between the page and the engine worker. Results are tagged unions, since comlink drops an error's fields. */
import type {
  EngineErrorCode,
  EngineInfo,
  LoadProgress,
  PromptMeasure,
  SampleListener,
  SampleRequest,
  SampleTiming,
  WebLlmOptions,
} from '../src/policy/types';
import type { MeasuredRules } from '../src/method/auto-rule';
import type { Evaluation, LearnPlan, Stopped } from '../src/learn/plan';
import type { LearnSettings } from '../src/learn/settings';
import type { EvalReport, LearnCheckpoint, LearnProblem, LearnProgress, StepReport } from '../src/learn/types';
import type { LoraWeights } from '../src/model/lora';
import type { ReadAdapter } from '../src/model/peft';
import type { RunSettings } from '../src/run/settings';
import type { SelfTestReport } from '../src/policy/self-test';
import type { CallId } from './calls';

export interface WorkerFailure {
  readonly ok: false;
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number>>;
}
export type WorkerResult<T> = { readonly ok: true; readonly value: T } | WorkerFailure;

/** Updates to take, and where from. */
export interface LearnTask {
  readonly plan: LearnPlan;
  /** `steps` counts from the very first update, those before the checkpoint included. */
  readonly settings: LearnSettings;
  /** null: a fresh adapter. One without any update yet may have any numbers (an imported adapter). */
  readonly checkpoint: LearnCheckpoint | null;
  /** Evaluations that need not be repeated. */
  readonly known: readonly Evaluation[];
  /** Rules of this model, for labels by `auto`; null: nothing is measured. */
  readonly measured: MeasuredRules | null;
  /** The state at the best evaluation among `known`; its checkpoint is null where that is the start. */
  readonly best: { readonly checkpoint: LearnCheckpoint | null } | null;
}

/** Hears how learning goes. What these return is awaited before learning continues. */
export interface LearnListener {
  onProgress(progress: LearnProgress): void;
  onStep(report: StepReport, after: LearnCheckpoint): Promise<void>;
  onEvaluation(evaluation: Evaluation): Promise<void>;
}

export interface EvaluateTask {
  readonly problems: readonly LearnProblem[];
  readonly settings: RunSettings;
  /** Number of the update that the report is about. */
  readonly step: number;
}

/** What to load. */
export interface EngineSource {
  readonly modelId: string;
  /** Where the model's files are: absolute, ends in '/'. */
  readonly modelUrl: string;
  /** undefined: the batch engine. */
  readonly webllm?: WebLlmOptions | undefined;
}

/** Calls with a number can be cancelled by it; every result of a failure is a value. */
export interface EngineWorkerApi {
  /** Loads an engine. The one that was there before frees the GPU's memory first. */
  load(
    call: CallId,
    source: EngineSource,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<WorkerResult<EngineInfo>>;
  measure(problem: string): Promise<WorkerResult<PromptMeasure>>;
  /** Compares the kernels with their references on the loaded engine's device. */
  selfTest(): Promise<WorkerResult<SelfTestReport>>;
  sample(call: CallId, request: SampleRequest, listener: SampleListener): Promise<WorkerResult<SampleTiming>>;
  /**
   * Learns; after 'aborted', and any other failure, the adapter is that of the last update that `onStep` reported. The value
   * says why it ended before the plan did, and at which step the adapter is then.
   */
  learn(call: CallId, task: LearnTask, listener: LearnListener): Promise<WorkerResult<Stopped | null>>;
  /** Samples problems with the present adapter, with the seeds that learning uses. */
  evaluate(
    call: CallId,
    task: EvaluateTask,
    onProgress: (progress: LearnProgress) => void,
  ): Promise<WorkerResult<EvalReport>>;
  /** Samples with this adapter from now on; null: with none. */
  setAdapter(weights: LoraWeights | null): Promise<WorkerResult<void>>;
  /** Reads an adapter from its files in PEFT's format, and samples with it from now on. */
  importAdapter(files: readonly File[]): Promise<WorkerResult<ReadAdapter>>;
  /** Ends this call, which then returns code 'aborted'; no other call. */
  cancel(call: CallId): Promise<void>;
  /** Resolves when the GPU device is lost, with the browser's reason. */
  whenLost(): Promise<string>;
}
