import type { Quantization } from '../model/types';
import type { EngineKind } from '../run/engine-kind';
import type { RunSettings } from '../run/settings';
import type { StepBatch } from '../run/step-batch';

/** Phases of loading, in order. */
export type LoadPhase = 'device' | 'download' | 'weights' | 'tokenizer' | 'pipelines' | 'warm-up';

export interface LoadProgress {
  readonly phase: LoadPhase;
  /** Work done and to do within the phase, in `unit`; `total` 0: unknown. */
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'items';
}

export interface EngineInfo {
  readonly engine: EngineKind;
  readonly modelId: string;
  readonly parameterCount: number;
  /** Name of the GPU adapter as WebGPU tells it; 'CPU' without one. */
  readonly device: string;
  /** True where WebGPU says the adapter is a software one. */
  readonly isSoftwareAdapter: boolean;
  readonly quantization: Quantization;
  /** Tells one prompt template from another; '' for a model that cannot read text. */
  readonly promptDigest: string;
  /** Prompt and solution together, in tokens. */
  readonly contextTokens: number;
  /** GPU memory of weights, caches and buffers; without a GPU, memory of the weights. */
  readonly bytesInUse: number;
  readonly loadMs: number;
  /** Only for the CPU engine that took a GPU's place: why there is none, in English. */
  readonly withoutGpu?: string;
  /** Only for WebLLM, whose compiled library has a rotary base inside. */
  readonly rope?: RopeFinding;
}

/** What WebLLM needs besides the model. */
export interface WebLlmOptions {
  /** The compiled library, a .wasm file. */
  readonly libraryUrl: string;
  readonly requiredFeatures: readonly string[];
  /** Continue although the library's rotary base is not known to be the model's. */
  readonly acceptUnknownRope: boolean;
}

/** The base of the rotary embedding that a compiled library has inside. */
export interface RopeFinding {
  /** Base of the model's configuration. */
  readonly needed: number;
  /** Bases found in the library, each once. */
  readonly found: readonly number[];
  /** `unknown`: neither the needed base nor the stock one was found; what the library would compute is not this model. */
  readonly state: 'right' | 'repaired' | 'unknown';
}

/** What all paths of a request continue: the first tokens of one path, the last of which may have been exchanged. */
export interface Continuation {
  /** [T ≥ 1] generated token ids. The last one may be any token, drawn or not; only it may be a stop token. */
  readonly tokens: Uint32Array;
  /** [T] entropy at the request's K before each of them, nats: the running mean and variance continue from these. */
  readonly entropy: Float32Array;
}

export interface SampleRequest {
  readonly problem: string;
  readonly settings: RunSettings;
  /**
   * Sample on from here. Steps are numbered from T on, and `maxTokens` counts the T tokens too; none of them is reported
   * again. After a stop token there is nothing to sample: the request is done at once.
   */
  readonly continuation?: Continuation;
  /**
   * Numbers of the paths to be sampled, ascending; without it all `settings.paths`. Each path draws as it does among all of
   * them, so that a run that was cut short ends as it would have ended.
   */
  readonly only?: readonly number[];
}

/** What is known of a request before its first step. */
export interface SampleStart {
  /** Template included. */
  readonly promptTokens: number;
  /** Most tokens that a path can have: `maxTokens`, or what the prompt leaves of the context. */
  readonly capacity: number;
}

export interface SampleListener {
  /** Once, before any step: the request has been accepted. A request that is refused never starts. */
  onStart(start: SampleStart): void;
  onStep(batch: StepBatch): void;
}

export interface SampleTiming {
  readonly promptTokens: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
  /** Generated tokens of all paths. */
  readonly tokens: number;
  readonly tokensPerSecond: number;
}

/** Size of a problem as the model sees it: for the limit shown while typing. */
export interface PromptMeasure {
  /** Why the model cannot take the problem; null: it can. */
  readonly fault: PromptFault | null;
  /** Prompt tokens, template included. */
  readonly tokens: number;
  /** Most prompt tokens that leave enough of the context for a solution. */
  readonly limit: number;
  /** Characters that the model's vocabulary lacks, each once. */
  readonly unknownCharacters: readonly string[];
}

type PromptFault = 'empty-problem' | 'unknown-characters' | 'problem-too-long';

const ENGINE_ERROR_CODES = [
  'no-webgpu',
  'no-adapter',
  'limit-too-low',
  'device-refused',
  'timed-out',
  'device-lost',
  'out-of-memory',
  'shader-failed',
  'feature-missing',
  'rope-unknown',
  'model-missing',
  'model-invalid',
  'model-corrupt',
  'empty-problem',
  'problem-too-long',
  'unknown-characters',
  'bad-settings',
  'bad-logits',
  'aborted',
  'internal',
] as const;
export type EngineErrorCode = (typeof ENGINE_ERROR_CODES)[number];

export function isEngineErrorCode(code: unknown): code is EngineErrorCode {
  return ENGINE_ERROR_CODES.some((known) => known === code);
}

/** An error with a code that the page can explain; `message` is one clear English sentence for the command line. */
export class EngineError extends Error {
  constructor(
    readonly code: EngineErrorCode,
    message: string,
    /** Numbers and names for the page's own wording of the error, e.g. { limit: 180, tokens: 230 }. */
    readonly details: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
    this.name = 'EngineError';
  }
}

/** Samples N paths of one problem and reports every token: what every engine does. */
export interface Policy {
  measure(problem: string): PromptMeasure;
  /**
   * Announces the request, then reports its steps. Rejects with EngineError: 'aborted' within one decode step of the
   * signal, and then the steps reported so far stay valid.
   */
  sample(request: SampleRequest, listener: SampleListener, signal: AbortSignal): Promise<SampleTiming>;
  readonly info: EngineInfo;
  dispose(): Promise<void>;
}
