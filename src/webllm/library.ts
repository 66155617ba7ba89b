/** What this project uses of @mlc-ai/web-llm: its public interface alone, so that versions can be exchanged. */

export interface LogitProcessor {
  /** Raw logits of the next token, after the forward pass and before anything else; returns what is to be sampled from. */
  processLogits(logits: Float32Array): Float32Array;
  processSampledToken(token: number): void;
  resetState(): void;
}

export interface InitProgressReport {
  /** 0 … 1, of the phase that `text` names. */
  readonly progress: number;
  readonly text: string;
}

export interface LibraryConfig {
  readonly appConfig: {
    readonly model_list: { model: string; model_id: string; model_lib: string; required_features?: string[] }[];
  };
  readonly initProgressCallback: (report: InitProgressReport) => void;
  readonly logitProcessorRegistry: Map<string, LogitProcessor>;
  readonly logLevel: 'WARN';
}

/** Unset values would fall back to the model's chat configuration, so all are required here. */
export interface CompletionRequest {
  prompt: string;
  stream: false;
  n: 1;
  max_tokens: number;
  seed: number;
  temperature: number;
  top_p: number;
  frequency_penalty: 0;
  presence_penalty: 0;
  repetition_penalty: 1;
  logit_bias: null;
  logprobs: false;
  stop: null;
  ignore_eos: false;
}

export interface MlcEngine {
  reload(modelId: string, chatOptions: Record<string, unknown>): Promise<void>;
  completion(request: CompletionRequest): Promise<{ readonly usage?: { readonly prompt_tokens: number } | undefined }>;
  interruptGenerate(): unknown;
  unload(): Promise<void>;
}

export type CreateMlcEngine = (config: LibraryConfig) => MlcEngine;

/** Loads the library (6 MB of script), which nothing else does. */
export async function webLlmLibrary(): Promise<CreateMlcEngine> {
  const { MLCEngine } = await import('@mlc-ai/web-llm');
  return (config) => new MLCEngine(config);
}
