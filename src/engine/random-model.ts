import { expectedTensors, storedTensorBytes } from '../model/tensors';
import type { ModelConfig, OpenModel, StoredTensor, TensorDtype, TensorInfo } from '../model/types';

const TINY: ModelConfig = {
  quantization: 'q4f16_1',
  hiddenSize: 128,
  intermediateSize: 384,
  layerCount: 6,
  headCount: 4,
  kvHeadCount: 2,
  headDim: 32,
  rmsNormEps: 1e-6,
  ropeTheta: 10_000,
  vocabSize: 384,
  activeVocabSize: 381,
  contextTokens: 256,
  stopTokenIds: [],
  conversation: null,
};

/** What the Qwen2 models share: their vocabulary ends with 271 ids that no token has. */
const QWEN2 = {
  quantization: 'q4f16_1',
  kvHeadCount: 2,
  rmsNormEps: 1e-6,
  vocabSize: 151_936,
  activeVocabSize: 151_665,
  contextTokens: 4096,
  stopTokenIds: [151_643, 151_645],
  conversation: null,
} as const;

/** Dimensions of real models, for runs that need none of their knowledge. `tiny` is tiny-math's. */
export const SHAPES = {
  tiny: TINY,
  'qwen2-0.5b': {
    ...QWEN2,
    hiddenSize: 896,
    intermediateSize: 4864,
    layerCount: 24,
    headCount: 14,
    headDim: 64,
    ropeTheta: 1_000_000,
  },
  'qwen2.5-math-1.5b': {
    ...QWEN2,
    hiddenSize: 1536,
    intermediateSize: 8960,
    layerCount: 28,
    headCount: 12,
    headDim: 128,
    ropeTheta: 10_000,
  },
} satisfies Record<string, ModelConfig>;

export type ShapeName = keyof typeof SHAPES;

/** Standard deviation of `randomWords`' weights, in units of their scale. */
const WEIGHT_DEVIATION = Math.sqrt(10.5);

/**
 * A model of random weights in the exact tensors of a real one; the same for the same name and `config`. Each layer is
 * made when its shard is asked for. Activations stay near 1 and logits deviate by about 3.
 */
export function randomModel(id: string, config: ModelConfig): OpenModel {
  const floats: TensorDtype = config.quantization === 'q4f16_1' ? 'float16' : 'bfloat16';
  const infos = [...expectedTensors(config)].map(([name, { shape, quantized }]): TensorInfo => ({
    name,
    shape,
    dtype: quantized ? 'uint32' : floats,
  }));
  return {
    id,
    config,
    tokenizer: null,
    tensors: new Map(infos.map((info) => [info.name, info])),
    weightBytes: infos.reduce((sum, info) => sum + storedTensorBytes(info), 0),
    async *shards(signal) {
      for (const shard of byLayer(infos)) {
        signal?.throwIfAborted();
        yield shard.map((info) => randomTensor(info, config));
      }
    },
  };
}

/** Tensors of one layer together, in their order; those outside the layers alone. */
function byLayer(infos: readonly TensorInfo[]): TensorInfo[][] {
  const groups = new Map<string, TensorInfo[]>();
  for (const info of infos) {
    const key = /^model\.layers\.\d+\./.exec(info.name)?.[0] ?? info.name;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [info]);
    else group.push(info);
  }
  return [...groups.values()];
}

function randomTensor(info: TensorInfo, config: ModelConfig): StoredTensor {
  const next = randomWords(info.name);
  const bytes = new Uint8Array(storedTensorBytes(info));
  if (info.dtype === 'uint32') {
    const words = new Uint32Array(bytes.buffer);
    // Two numbers 0..7 in every nibble: their sum is symmetric about 7, the zero of the layout, and never 15.
    for (let i = 0; i < words.length; i++) words[i] = (next() & 0x77777777) + (next() & 0x77777777);
  } else {
    const values = new Uint16Array(bytes.buffer);
    const [bits, mask] = floatBits(info, config);
    for (let i = 0; i < values.length; i++) values[i] = bits ^ (next() & mask);
  }
  return { ...info, bytes };
}

/** A 16-bit float and which of its bits vary: gains 1 to 1.25, scales within a quarter, biases about ±0.1. */
function floatBits({ name, shape, dtype }: TensorInfo, config: ModelConfig): [bits: number, mask: number] {
  const mantissa = dtype === 'float16' ? 0xff : 0x1f;
  const bitsOf = (value: number): number => {
    const word = new DataView(new ArrayBuffer(4));
    word.setFloat32(0, value);
    if (dtype === 'bfloat16') return word.getUint16(0) & ~mantissa;
    // All values here are normal numbers of f16: the exponent is rebased from 127 to 15.
    return ((((word.getUint32(0) >>> 13) & 0x3ffff) - (112 << 10)) & 0xffff & ~mantissa) >>> 0;
  };
  if (name.endsWith('norm.weight')) return [bitsOf(1), mantissa];
  if (name.endsWith('.bias')) return [bitsOf(0.1), 0x8000 | mantissa];
  const inputs = 32 * (shape[1] ?? 0);
  // The residual stream is the sum of 2 · layers outputs, which should not outgrow the embedding.
  const isResidual = name.includes('o_proj') || name.includes('down_proj');
  const gain = name.includes('embed_tokens') ? 3 : isResidual ? 1 / Math.sqrt(2 * config.layerCount) : 1;
  return [bitsOf(gain / (WEIGHT_DEVIATION * Math.sqrt(inputs))), mantissa];
}

/**
 * A generator of 32-bit words (xorshift32, Marsaglia 2003) started from a name (FNV-1a): fast, and random enough here.
 */
function randomWords(name: string): () => number {
  let state = 2166136261;
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 16777619);
  state ||= 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}
