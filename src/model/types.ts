/** A Qwen2-architecture model in MLC's layout. */

export type Quantization = 'q4f16_1' | 'q4f32_1';

export interface ModelConfig {
  readonly quantization: Quantization;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly kvHeadCount: number;
  readonly headDim: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  /** Rows of the embedding. */
  readonly vocabSize: number;
  /** Ids below this are real tokens; the rest is padding and never sampled. */
  readonly activeVocabSize: number;
  readonly contextTokens: number;
  readonly stopTokenIds: readonly number[];
  readonly conversation: ConversationTemplate | null;
}

/** MLC's conv_template. */
export interface ConversationTemplate {
  /** Token ids before all text. */
  readonly systemPrefixIds: readonly number[];
  /** Whether the first message behind a system message begins with its role. */
  readonly hasRoleAfterSystem: boolean;
  /** With {user_message} and {assistant_message} where the message is put. */
  readonly userTemplate: string;
  readonly assistantTemplate: string;
  /** What the conversation begins with; null: a role without a message. */
  readonly messages: readonly (readonly ['user' | 'assistant', string | null])[];
  /** White space around the problem is removed. */
  readonly trimsProblem: boolean;
  /** Texts that end a path; tokens, or they are refused. */
  readonly stopTexts: readonly string[];
  readonly systemTemplate: string;
  readonly systemMessage: string;
  readonly userRole: string;
  readonly assistantRole: string;
  readonly roleContentSeparator: string;
  readonly roleEmptySeparator: string;
  readonly separators: readonly string[];
}

export type TensorDtype = 'uint32' | 'float16' | 'bfloat16' | 'float32';

/** What a manifest says of a tensor. q4f32_1 files store floats as bf16: dtype says what the bytes are. */
export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: TensorDtype;
}

/** A tensor as stored: `bytes` is a view into its shard. */
export interface StoredTensor extends TensorInfo {
  readonly bytes: Uint8Array;
}

/** Where a model's files come from: a URL, a folder on disk, a dropped folder. */
export interface ModelSource {
  /** Shown to the user and in records, e.g. "tiny-math". */
  readonly id: string;
  /** Rejects with a ModelFileError 'missing' when there is no such file. */
  read(fileName: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** Whether the file had this MD5 when it was stored. Without it, files are checked when they are read. */
  isVerified?(fileName: string, md5sum: string): Promise<boolean>;
}

/** A checked model whose weights are read when they are asked for, so that they never need to be in memory all at once. */
export interface OpenModel {
  readonly id: string;
  readonly config: ModelConfig;
  /** All tensors named as in `expectedTensors`, complete and of the shapes the config implies. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** null when the folder has no tokenizer (the golden folders): then everything is token ids. */
  readonly tokenizer: ModelTokenizer | null;
  /** Bytes of all tensors together. */
  readonly weightBytes: number;
  /** Every tensor once, a shard at a time. Rejects with ModelFileError 'missing' or 'corrupt', or the signal's reason. */
  shards(signal?: AbortSignal): AsyncIterable<readonly StoredTensor[]>;
}

/** A checked model in memory. */
export interface ModelFiles extends OpenModel {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

export interface ModelTokenizer {
  /** Throws ModelFileError 'invalid' where the vocabulary cannot write a part of the text. */
  encode(text: string): number[];
  /** UTF-8 bytes of one token. */
  piece(id: number): Uint8Array;
  isSpecial(id: number): boolean;
  /** Characters of `text` that the vocabulary cannot write, each once. */
  unknownCharacters(text: string): string[];
}
