import { md5 } from '../../../src/model/md5';
import { ModelFileError } from '../../../src/model/errors';
import type { ModelSource } from '../../../src/model/types';

interface TensorRecord {
  name: string;
  shape: number[];
  dtype: string;
  format: string;
  nbytes: number;
  byteOffset: number;
}

/** A tiny model in memory (hidden 32, one layer, two shards) whose files a test may damage before it is read. */
export function fixtureModel(floats: 'float16' | 'float32' = 'float16') {
  const dims: [name: string, shape: number[]][] = [
    ['model.embed_tokens.q_weight', [40, 4]],
    ['model.embed_tokens.q_scale', [40, 1]],
    ['model.layers.0.input_layernorm.weight', [32]],
    ['model.layers.0.post_attention_layernorm.weight', [32]],
    ['model.layers.0.self_attn.c_attn.q_weight', [64, 4]],
    ['model.layers.0.self_attn.c_attn.q_scale', [64, 1]],
    ['model.layers.0.self_attn.c_attn.bias', [64]],
    ['model.layers.0.self_attn.o_proj.q_weight', [32, 4]],
    ['model.layers.0.self_attn.o_proj.q_scale', [32, 1]],
    ['model.layers.0.mlp.gate_up_proj.q_weight', [128, 4]],
    ['model.layers.0.mlp.gate_up_proj.q_scale', [128, 1]],
    ['model.layers.0.mlp.down_proj.q_weight', [32, 8]],
    ['model.layers.0.mlp.down_proj.q_scale', [32, 2]],
    ['model.norm.weight', [32]],
  ];
  const config = {
    model_type: 'qwen2',
    quantization: floats === 'float16' ? 'q4f16_1' : 'q4f32_1',
    model_config: {
      hidden_size: 32,
      intermediate_size: 64,
      num_attention_heads: 2,
      num_hidden_layers: 1,
      num_key_value_heads: 1,
      rms_norm_eps: 1e-6,
      rope_theta: 10000,
      vocab_size: 40,
      context_window_size: 128,
    } as Record<string, unknown>,
  } as Record<string, unknown> & { model_config: Record<string, unknown> };
  const shards = [dims.slice(0, 5), dims.slice(5)].map((part, index) => shardOf(part, floats, index));
  const manifest = { records: shards.map(({ record }) => record) };
  const extraFiles = new Map<string, Uint8Array>();
  const shardBytes = shards.map(({ bytes }) => bytes);

  /** The source as the files stand at the time of the call. */
  const source = (): ModelSource => {
    const files = new Map(extraFiles);
    files.set('mlc-chat-config.json', jsonBytes(config));
    files.set('tensor-cache.json', jsonBytes(manifest));
    shardBytes.forEach((bytes, i) => files.set(`params_shard_${i}.bin`, bytes));
    return memorySource('fixture', files);
  };
  return { config, manifest, shardBytes, extraFiles, source };
}

export function jsonBytes(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

function memorySource(id: string, files: ReadonlyMap<string, Uint8Array>): ModelSource {
  return {
    id,
    async read(fileName) {
      const bytes = files.get(fileName);
      if (bytes === undefined) throw new ModelFileError('missing', fileName, `${fileName} is not there.`);
      return bytes;
    },
  };
}

function shardOf(dims: [string, number[]][], floats: string, index: number) {
  const records: TensorRecord[] = [];
  let offset = 0;
  for (const [name, shape] of dims) {
    const quantized = name.endsWith('q_weight');
    const nbytes = shape.reduce((product, dim) => product * dim, quantized ? 4 : 2);
    const dtype = quantized ? 'uint32' : floats;
    records.push({ name, shape, dtype, format: 'f32-to-bf16', nbytes, byteOffset: offset });
    offset += nbytes;
  }
  const bytes = Uint8Array.from({ length: offset }, (_, i) => (i * 31 + index) & 255);
  const dataPath = `params_shard_${index}.bin`;
  return { bytes, record: { dataPath, format: 'raw-shard', nbytes: offset, md5sum: md5(bytes), records } };
}
