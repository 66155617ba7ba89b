import type { BufferArena } from '../../gpu/arena';
import { EngineError } from '../types';
import type { ModelFiles, StoredTensor } from '../../model/types';
import { toFloat32 } from './floats';
import type { ScaleDtype } from './kernels';

/** An int4 matrix on the GPU; outputs × inputs, packed as design §3 says. */
export interface Linear {
  readonly outputs: number;
  readonly inputs: number;
  readonly weight: GPUBuffer;
  readonly scales: GPUBuffer;
  /** f32 [outputs], or null. */
  readonly bias: GPUBuffer | null;
}

export interface LayerWeights {
  readonly inputNorm: GPUBuffer;
  readonly qkv: Linear;
  readonly output: Linear;
  readonly postNorm: GPUBuffer;
  readonly gateUp: Linear;
  readonly down: Linear;
}

export interface DecoderWeights {
  /** Also the head: the embedding is tied. */
  readonly embedding: Linear;
  readonly layers: readonly LayerWeights[];
  readonly finalNorm: GPUBuffer;
}

/** Number type of the model's scales, which every matrix shares. Throws 'model-invalid' where they differ. */
export function scaleDtypeOf(files: ModelFiles): ScaleDtype {
  const dtypes = new Set<string>();
  for (const [name, tensor] of files.tensors) if (name.endsWith('.q_scale')) dtypes.add(tensor.dtype);
  const [dtype] = dtypes;
  if (dtypes.size !== 1 || (dtype !== 'float16' && dtype !== 'bfloat16' && dtype !== 'float32')) {
    throw new EngineError(
      'model-invalid',
      `The scales of a model share one float type; found ${[...dtypes].join(', ')}.`,
    );
  }
  return dtype;
}

/** Number of weights, for display: every int4 weight, bias and gain. */
export function parameterCountOf(files: ModelFiles): number {
  let count = 0;
  for (const [name, tensor] of files.tensors) {
    if (name.endsWith('.q_scale')) continue;
    const elements = tensor.shape.reduce((product, dim) => product * dim, 1);
    count += name.endsWith('.q_weight') ? 8 * elements : elements;
  }
  return count;
}

/** Most bytes handed to the queue before waiting for it: keeps the browser's staging memory small. */
const UPLOAD_BATCH_BYTES = 64 * 1024 * 1024;

/**
 * Uploads all tensors. Gains and biases become f32; weights and scales stay packed.
 * Rejects with GpuError 'out-of-memory', or the signal's reason.
 */
export async function uploadWeights(
  arena: BufferArena,
  files: ModelFiles,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<DecoderWeights> {
  const upload = new Upload(arena, files, onProgress, signal);
  const layers: LayerWeights[] = [];
  const embedding = await upload.linear('model.embed_tokens');
  for (let i = 0; i < files.config.layerCount; i++) {
    const layer = `model.layers.${i}`;
    layers.push({
      inputNorm: await upload.floats(`${layer}.input_layernorm.weight`),
      qkv: await upload.linear(`${layer}.self_attn.c_attn`),
      output: await upload.linear(`${layer}.self_attn.o_proj`),
      postNorm: await upload.floats(`${layer}.post_attention_layernorm.weight`),
      gateUp: await upload.linear(`${layer}.mlp.gate_up_proj`),
      down: await upload.linear(`${layer}.mlp.down_proj`),
    });
  }
  const finalNorm = await upload.floats('model.norm.weight');
  await arena.settle();
  return { embedding, layers, finalNorm };
}

class Upload {
  readonly #total: number;
  #done = 0;
  #sinceWait = 0;

  constructor(
    readonly arena: BufferArena,
    readonly files: ModelFiles,
    readonly onProgress: (done: number, total: number) => void,
    readonly signal: AbortSignal,
  ) {
    this.#total = [...files.tensors.values()].reduce((sum, tensor) => sum + tensor.bytes.byteLength, 0);
    onProgress(0, this.#total);
  }

  async linear(name: string): Promise<Linear> {
    const stored = this.#tensor(`${name}.q_weight`);
    const [outputs = 0, words = 0] = stored.shape;
    const weight = await this.#send(stored, stored.bytes);
    const storedScales = this.#tensor(`${name}.q_scale`);
    const scales = await this.#send(storedScales, storedScales.bytes);
    const bias = this.files.tensors.has(`${name}.bias`) ? await this.floats(`${name}.bias`) : null;
    return { outputs, inputs: 8 * words, weight, scales, bias };
  }

  async floats(name: string): Promise<GPUBuffer> {
    const tensor = this.#tensor(name);
    return this.#send(tensor, toFloat32(tensor));
  }

  #tensor(name: string): StoredTensor {
    const tensor = this.files.tensors.get(name);
    if (tensor === undefined) throw new EngineError('model-invalid', `The model has no tensor ${name}.`);
    return tensor;
  }

  async #send(tensor: StoredTensor, data: Uint8Array | Float32Array): Promise<GPUBuffer> {
    this.signal.throwIfAborted();
    const buffer = this.arena.upload(tensor.name, data);
    this.#done += tensor.bytes.byteLength;
    this.#sinceWait += data.byteLength;
    if (this.#sinceWait > UPLOAD_BATCH_BYTES) {
      await this.arena.gpu.settle(this.arena.gpu.device.queue.onSubmittedWorkDone());
      this.#sinceWait = 0;
    }
    this.onProgress(this.#done, this.#total);
    return buffer;
  }
}
