import { modelBaseUrl } from './download/target';
import type { ModelTarget } from './download/target';
import type { NoteCode } from './notes';
import type { ModelConfig } from './types';

/** Dimensions that decide how much GPU memory a model takes. */
export type ModelShape = Pick<
  ModelConfig,
  'quantization' | 'hiddenSize' | 'intermediateSize' | 'layerCount' | 'kvHeadCount' | 'headDim' | 'vocabSize'
>;

/** What WebLLM 0.2.86 says of a model that it can run. */
export interface WebLlmRecord {
  /** A compiled library for this shape. Another model may share it. */
  readonly libraryUrl: string;
  readonly requiredFeatures: readonly GPUFeatureName[];
  /** At 4,096 tokens of context. */
  readonly gpuBytes: number;
}

export interface CatalogModel {
  readonly id: string;
  /** null: the model comes with the page and needs no download. */
  readonly target: ModelTarget | null;
  readonly shape: ModelShape;
  /** Bytes to fetch, and to store in the browser. */
  readonly fetchBytes: number;
  readonly keptBytes: number;
  /** null: only our batch engine runs it. */
  readonly webllm: WebLlmRecord | null;
  /** null: not known to us. */
  readonly licence: { readonly name: string; readonly url: string } | null;
  /** Added by the user, who may remove it from the list. */
  readonly isOwn: boolean;
  /** What the user should know of it. */
  readonly notes: readonly NoteCode[];
}

export const EMBEDDED_ID = 'tiny-math';

const LIBRARIES = 'https://raw.githubusercontent.com/mlc-ai/binary-mlc-llm-libs/main/web-llm-models/v0_2_86/base/';
const HUB = 'https://huggingface.co/';

/** Qwen2.5-Math-1.5B. Only the quantisation differs between its files. */
const QWEN_SHAPE = {
  hiddenSize: 1536,
  intermediateSize: 8960,
  layerCount: 28,
  kvHeadCount: 2,
  headDim: 128,
  vocabSize: 151_936,
} as const;
const QWEN_BYTES = 868_547_584;
const QWEN_CHECKPOINT_BYTES = 3_087_428_608;

/** The figures of WebLLM's own list of models. */
const QWEN_WEBLLM = {
  q4f16_1: {
    libraryUrl: `${LIBRARIES}Qwen2-1.5B-Instruct-q4f16_1_cs1k-webgpu.wasm`,
    requiredFeatures: ['shader-f16'],
    gpuBytes: 1629.75 * 1024 * 1024,
  },
  q4f32_1: {
    libraryUrl: `${LIBRARIES}Qwen2-1.5B-Instruct-q4f32_1_cs1k-webgpu.wasm`,
    requiredFeatures: [],
    gpuBytes: 1888.97 * 1024 * 1024,
  },
} as const satisfies Record<ModelConfig['quantization'], WebLlmRecord>;

function instruct(quantization: ModelConfig['quantization']): CatalogModel {
  const id = `Qwen2.5-Math-1.5B-Instruct-${quantization}-MLC`;
  const baseUrl = modelBaseUrl(`${HUB}mlc-ai/${id}`);
  const webllm = QWEN_WEBLLM[quantization];
  return {
    id,
    target: { id, baseUrl, origin: { kind: 'mlc', from: baseUrl }, libraryUrl: webllm.libraryUrl },
    shape: { ...QWEN_SHAPE, quantization },
    fetchBytes: QWEN_BYTES,
    keptBytes: QWEN_BYTES,
    webllm,
    licence: { name: 'Apache 2.0', url: `${HUB}Qwen/Qwen2.5-Math-1.5B-Instruct/blob/main/LICENSE` },
    isOwn: false,
    notes: [],
  };
}

function base(): CatalogModel {
  const id = 'Qwen2.5-Math-1.5B';
  const from = modelBaseUrl(`${HUB}Qwen/${id}`);
  const quantization = 'q4f16_1';
  const webllm = QWEN_WEBLLM[quantization];
  return {
    id,
    target: {
      id,
      // The server has no such files: they are made here, and WebLLM finds them under this name.
      baseUrl: `${from}converted-${quantization}/`,
      origin: { kind: 'checkpoint', from, quantization },
      libraryUrl: webllm.libraryUrl,
    },
    shape: { ...QWEN_SHAPE, quantization },
    fetchBytes: QWEN_CHECKPOINT_BYTES,
    keptBytes: QWEN_BYTES,
    webllm,
    licence: { name: 'Apache 2.0', url: `${HUB}Qwen/${id}/blob/main/LICENSE` },
    isOwn: false,
    notes: [],
  };
}

const EMBEDDED: CatalogModel = {
  id: EMBEDDED_ID,
  target: null,
  shape: {
    quantization: 'q4f16_1',
    hiddenSize: 128,
    intermediateSize: 384,
    layerCount: 6,
    kvHeadCount: 2,
    headDim: 32,
    vocabSize: 384,
  },
  fetchBytes: 697_600,
  keptBytes: 697_600,
  webllm: null,
  licence: { name: 'MIT', url: 'models/tiny-math/MODEL_CARD.md' },
  isOwn: false,
  notes: [],
};

/** The models that the page knows by itself. */
export const CATALOG: readonly CatalogModel[] = [EMBEDDED, instruct('q4f16_1'), instruct('q4f32_1'), base()];

/** WebLLM's library for a shape: it has one for Qwen2 of 1.5 B parameters in both quantisations; null for any other. */
export function webllmFor(shape: ModelShape): WebLlmRecord | null {
  const same = Object.entries(QWEN_SHAPE).every(([name, size]) => shape[name as keyof typeof QWEN_SHAPE] === size);
  return same ? QWEN_WEBLLM[shape.quantization] : null;
}

/** What an adapter offers, as far as a model's needs go. */
export interface AdapterFacts {
  readonly name: string;
  readonly isSoftware: boolean;
  readonly hasHalfFloats: boolean;
  readonly maxBindingBytes: number;
  readonly maxBufferBytes: number;
}

/** Paths and tokens of the estimate: a usual run. */
const PATHS = 16;
const TOKENS = 1024;
const F32 = 4;

/**
 * GPU memory of the batch engine for 16 paths of 1,024 tokens in bytes: weights, keys and values (f32, as the engine keeps
 * them), logits, and the widest activations.
 */
export function batchGpuBytes({ shape, keptBytes }: Pick<CatalogModel, 'shape' | 'keptBytes'>): number {
  const cache = 2 * F32 * shape.layerCount * shape.kvHeadCount * shape.headDim * PATHS * TOKENS;
  const rows = F32 * PATHS * (shape.vocabSize + 2 * shape.intermediateSize + 4 * shape.hiddenSize);
  return keptBytes + cache + rows;
}

/** The largest buffer that a kernel binds: the embedding's packed weights, in bytes. */
export function largestBindingBytes({ vocabSize, hiddenSize }: ModelShape): number {
  return (vocabSize * hiddenSize) / 2;
}

/** Why a model does not run here, or runs badly; nothing: it runs. */
export type Obstacle = 'binding-too-small' | 'software-adapter' | 'webllm-needs-f16';

/** Why a model may not run on this adapter; only 'binding-too-small' forbids it. */
export function obstaclesOf(model: CatalogModel, adapter: AdapterFacts): Obstacle[] {
  const obstacles: Obstacle[] = [];
  const limit = Math.min(adapter.maxBindingBytes, adapter.maxBufferBytes);
  if (largestBindingBytes(model.shape) > limit) obstacles.push('binding-too-small');
  if (adapter.isSoftware && model.keptBytes > 100e6) obstacles.push('software-adapter');
  const needsHalf = model.webllm?.requiredFeatures.includes('shader-f16') ?? false;
  if (needsHalf && !adapter.hasHalfFloats) obstacles.push('webllm-needs-f16');
  return obstacles;
}

/** The model that suits an adapter best: the first of the list without obstacle, beyond the embedded one. */
export function suggestedModel(adapter: AdapterFacts | null): string {
  const fits = CATALOG.find(
    (model) => model.target !== null && adapter !== null && obstaclesOf(model, adapter).length === 0,
  );
  return fits?.id ?? EMBEDDED_ID;
}
