import type { BufferArena } from '../../gpu/arena';
import { EngineError } from '../../policy/types';
import type { OpenModel, StoredTensor } from '../../model/types';
import { toFloat32 } from '../../model/floats';
import type { ScaleDtype } from '../ops/q4';

/** An int4 matrix on the GPU; outputs × inputs, packed as src/engine/reference/quantized.ts says. */
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
export function scaleDtypeOf(model: Pick<OpenModel, 'tensors'>): ScaleDtype {
  const dtypes = new Set<string>();
  for (const [name, tensor] of model.tensors) if (name.endsWith('.q_scale')) dtypes.add(tensor.dtype);
  const [dtype] = dtypes;
  if (dtypes.size !== 1 || (dtype !== 'float16' && dtype !== 'bfloat16' && dtype !== 'float32')) {
    throw new EngineError(
      'model-invalid',
      `The scales of a model share one float type; found ${[...dtypes].join(', ')}.`,
    );
  }
  return dtype;
}

/** Most bytes written to the queue before waiting for it, since they stay in memory until then. A multiple of 4. */
const UPLOAD_BATCH_BYTES = 16 * 1024 * 1024;

/**
 * Uploads all tensors, shard by shard as they are read. Gains and biases become f32; weights and scales stay packed.
 * Rejects with GpuError 'out-of-memory', ModelFileError, EngineError 'model-invalid' or the signal's reason.
 */
export async function uploadWeights(
  arena: BufferArena,
  model: OpenModel,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<DecoderWeights> {
  const buffers = await uploadTensors(arena, model, onProgress, signal);
  const { tensors, config } = model;
  const floats = (name: string): GPUBuffer => {
    const buffer = buffers.get(name);
    if (buffer === undefined) throw new EngineError('model-invalid', `The model has no tensor ${name}.`);
    return buffer;
  };
  const linear = (name: string): Linear => {
    const [outputs = 0, words = 0] = tensors.get(`${name}.q_weight`)?.shape ?? [];
    const [weight, scales] = [floats(`${name}.q_weight`), floats(`${name}.q_scale`)];
    return { outputs, inputs: 8 * words, weight, scales, bias: buffers.get(`${name}.bias`) ?? null };
  };
  const layers = Array.from({ length: config.layerCount }, (_, i): LayerWeights => {
    const layer = `model.layers.${i}`;
    return {
      inputNorm: floats(`${layer}.input_layernorm.weight`),
      qkv: linear(`${layer}.self_attn.c_attn`),
      output: linear(`${layer}.self_attn.o_proj`),
      postNorm: floats(`${layer}.post_attention_layernorm.weight`),
      gateUp: linear(`${layer}.mlp.gate_up_proj`),
      down: linear(`${layer}.mlp.down_proj`),
    };
  });
  return { embedding: linear('model.embed_tokens'), layers, finalNorm: floats('model.norm.weight') };
}

/** Every tensor's buffer by its name. */
async function uploadTensors(
  arena: BufferArena,
  model: OpenModel,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, GPUBuffer>> {
  const { device } = arena.gpu;
  const buffers = new Map<string, GPUBuffer>();
  let done = 0;
  let queued = 0;
  onProgress(done, model.weightBytes);
  for await (const shard of model.shards(signal)) {
    for (const tensor of shard) {
      const data = isPacked(tensor) ? tensor.bytes : toFloat32(tensor);
      const buffer = arena.storage(tensor.name, data.byteLength);
      buffers.set(tensor.name, buffer);
      for (let from = 0; from < data.byteLength; from += UPLOAD_BATCH_BYTES) {
        signal.throwIfAborted();
        queued += arena.write(buffer, data, from, UPLOAD_BATCH_BYTES);
        if (queued < UPLOAD_BATCH_BYTES) continue;
        await arena.gpu.settle(device.queue.onSubmittedWorkDone());
        queued = 0;
      }
      done += tensor.bytes.byteLength;
      onProgress(done, model.weightBytes);
    }
  }
  await arena.settle();
  return buffers;
}

function isPacked({ name }: StoredTensor): boolean {
  return name.endsWith('.q_weight') || name.endsWith('.q_scale');
}
