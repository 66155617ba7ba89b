import { FUSED_LINEARS, type FusedLinear } from '../model/fused-linears';
import { toFloat32 } from '../model/floats';
import { loraSize, type LoraWeights } from '../model/lora';
import { readTensors } from '../model/load';
import { parameterCountOf } from '../model/tensors';
import type { ModelConfig, OpenModel, StoredTensor } from '../model/types';
import { EngineError } from '../policy/types';
import type { CpuLinear } from './matmul';

/** Larger models would be too slow to wait for, and their f32 weights too large for a phone's tab. */
const MOST_PARAMETERS = 30e6;

/** A decoder layer's weights in f32. */
export interface CpuLayer extends Readonly<Record<FusedLinear, CpuLinear>> {
  readonly inputNorm: Float32Array;
  readonly postNorm: Float32Array;
}

export interface CpuWeights {
  /** Also the head: the embedding is tied. */
  readonly embedding: CpuLinear;
  readonly layers: readonly CpuLayer[];
  readonly finalNorm: Float32Array;
}

/** Whether the CPU engine takes a model of this size. */
export function isSmallEnough(model: Pick<OpenModel, 'tensors'>): boolean {
  return parameterCountOf(model) <= MOST_PARAMETERS;
}

/** Throws EngineError 'no-adapter' for a model that needs a GPU. */
export function checkSize(model: Pick<OpenModel, 'id' | 'tensors'>): void {
  if (isSmallEnough(model)) return;
  const millions = Math.round(parameterCountOf(model) / 1e6);
  const most = MOST_PARAMETERS / 1e6;
  const message = `${model.id} has ${millions} million parameters; without a GPU models of up to ${most} million run.`;
  throw new EngineError('no-adapter', message);
}

/**
 * Reads all weights into f32. Rejects with ModelFileError, EngineError 'model-invalid' or the signal's reason.
 * @param onProgress bytes read, and all of them
 */
export async function readWeights(
  model: OpenModel,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<CpuWeights> {
  const tensors = await readTensors(model, onProgress, signal);
  const stored = (name: string): StoredTensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new EngineError('model-invalid', `The model has no tensor ${name}.`);
    return tensor;
  };
  const linear = (name: string): CpuLinear => {
    const packed = stored(`${name}.q_weight`);
    const [outputs = 0, words = 0] = packed.shape;
    const bias = tensors.get(`${name}.bias`);
    const weight = dequantized(packed.bytes, toFloat32(stored(`${name}.q_scale`)));
    return { weight, bias: bias === undefined ? null : toFloat32(bias), inputs: 8 * words, outputs };
  };
  const layers = Array.from({ length: model.config.layerCount }, (_, i): CpuLayer => {
    const layer = `model.layers.${i}`;
    const fused = (name: FusedLinear): CpuLinear => linear(`${layer}.${FUSED_LINEARS[name].tensor}`);
    return {
      inputNorm: toFloat32(stored(`${layer}.input_layernorm.weight`)),
      qkv: fused('qkv'),
      output: fused('output'),
      postNorm: toFloat32(stored(`${layer}.post_attention_layernorm.weight`)),
      gateUp: fused('gateUp'),
      down: fused('down'),
    };
  });
  const finalNorm = toFloat32(stored('model.norm.weight'));
  return { embedding: linear('model.embed_tokens'), layers, finalNorm };
}

/** int4 weights as numbers; src/engine/reference/quantized.ts says how they are packed. */
function dequantized(bytes: Uint8Array, scales: Float32Array): Float32Array {
  const weights = new Float32Array(2 * bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const pair = bytes[i] ?? 0;
    const scale = scales[i >> 4] ?? NaN;
    weights[2 * i] = ((pair & 15) - 7) * scale;
    weights[2 * i + 1] = ((pair >> 4) - 7) * scale;
  }
  return weights;
}

/** The weights with an adapter's updates added: W + (alpha / rank) B A. Matrices that it does not touch are shared. */
export function withAdapter(base: CpuWeights, model: ModelConfig, adapter: LoraWeights): CpuWeights {
  const layers = base.layers.map((layer, index) => {
    const merged = (name: FusedLinear): CpuLinear => mergedLinear(layer[name], name, index, model, adapter);
    const fused = { qkv: merged('qkv'), output: merged('output'), gateUp: merged('gateUp'), down: merged('down') };
    return { ...layer, ...fused };
  });
  return { ...base, layers };
}

function mergedLinear(
  linear: CpuLinear,
  name: FusedLinear,
  layer: number,
  model: ModelConfig,
  { config, tensors }: LoraWeights,
): CpuLinear {
  const { rank, alpha, targets } = config;
  if (!FUSED_LINEARS[name].targets.some((target) => targets.includes(target))) return linear;
  const weight = linear.weight.slice();
  const { inputs } = linear;
  let row = 0;
  for (const target of FUSED_LINEARS[name].targets) {
    const { outputs } = loraSize(model, target);
    const factor = (part: 'A' | 'B'): Float32Array | undefined =>
      tensors.find((tensor) => tensor.layer === layer && tensor.target === target && tensor.part === part)?.values;
    const [a, b] = [factor('A'), factor('B')];
    if (a !== undefined && b !== undefined) {
      for (let o = 0; o < outputs; o++) {
        const at = (row + o) * inputs;
        for (let j = 0; j < rank; j++) {
          const scaled = (alpha / rank) * (b[o * rank + j] ?? NaN);
          for (let k = 0; k < inputs; k++) weight[at + k] = (weight[at + k] ?? 0) + scaled * (a[j * inputs + k] ?? 0);
        }
      }
    }
    row += outputs;
  }
  return { ...linear, weight };
}
