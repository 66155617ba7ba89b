import * as v from 'valibot';
import { countUpTo, MOST } from './bounds';
import { GROUP_SIZE } from './config';
import { ModelFileError } from './errors';
import { md5 } from './md5';
import { checkIsFile } from './placeholder';
import { parseJsonFile } from './parse';
import type { ModelConfig, StoredTensor, TensorDtype, TensorInfo } from './types';

export const MANIFEST_FILE = 'tensor-cache.json';

const count = countUpTo(Number.MAX_SAFE_INTEGER);

const TensorRecordSchema = v.object({
  name: v.string(),
  shape: v.array(count),
  dtype: v.picklist(['uint32', 'float16', 'bfloat16', 'float32']),
  format: v.picklist(['raw', 'f32-to-bf16']),
  nbytes: count,
  byteOffset: count,
});

const ShardSchema = v.object({
  // A plain file name: a manifest must not lead out of its folder.
  dataPath: v.pipe(v.string(), v.regex(/^[\w-][\w.-]*$/, 'a plain file name')),
  format: v.literal('raw-shard'),
  nbytes: countUpTo(MOST.shardBytes),
  md5sum: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'an MD5 in hexadecimal')),
  records: v.array(TensorRecordSchema),
});

const ManifestSchema = v.object({ records: v.pipe(v.array(ShardSchema), v.maxLength(MOST.shards)) });

type TensorRecord = v.InferOutput<typeof TensorRecordSchema>;
export type Shard = v.InferOutput<typeof ShardSchema>;
export type Manifest = v.InferOutput<typeof ManifestSchema>;

const BYTES_PER_ELEMENT: Record<TensorDtype, number> = { uint32: 4, float16: 2, bfloat16: 2, float32: 4 };

/** 4-bit weights in one u32. */
const WEIGHTS_PER_WORD = 8;

interface ExpectedTensor {
  readonly shape: readonly number[];
  readonly quantized: boolean;
}

export function parseManifest(bytes: Uint8Array): Manifest {
  return parseJsonFile(ManifestSchema, MANIFEST_FILE, bytes);
}

/**
 * Checks that the manifest lists each tensor of a Qwen2 model once, with the shape and number type that the
 * configuration implies, before anything large is read. ModelFileError 'invalid' names the first tensor at fault.
 */
export function checkManifest(manifest: Manifest, config: ModelConfig): void {
  const missing = expectedTensors(config);
  const files = new Set<string>();
  for (const shard of manifest.records) {
    if (files.has(shard.dataPath)) invalid(`${shard.dataPath} is listed twice`);
    files.add(shard.dataPath);
    checkOverlaps(shard);
    for (const record of shard.records) {
      const expected = missing.get(record.name);
      if (expected === undefined) {
        invalid(`${record.name} in ${shard.dataPath} is not a tensor of this model, or is listed twice`);
      }
      checkRecord(record, shard, expected, config);
      missing.delete(record.name);
    }
  }
  const [name] = missing.keys();
  if (name !== undefined) {
    invalid(`${name} is missing (${missing.size} of ${expectedTensors(config).size} tensors are not listed)`);
  }
}

/** What the manifest says of each tensor, by name. */
export function tensorInfos(manifest: Manifest): Map<string, TensorInfo> {
  const records = manifest.records.flatMap((shard) => shard.records);
  return new Map(
    records.map((record) => [record.name, { name: record.name, shape: record.shape, dtype: storedDtype(record) }]),
  );
}

/**
 * The tensors of a shard as views into its bytes. ModelFileError 'corrupt' when size or MD5 differ from the manifest;
 * `md5Checked`: someone has made sure of the MD5 before.
 */
export function tensorsOfShard(shard: Shard, bytes: Uint8Array, md5Checked = false): StoredTensor[] {
  const { dataPath, nbytes, md5sum } = shard;
  checkFile(bytes, { fileName: dataPath, nbytes, md5sum: md5Checked ? null : md5sum });
  return shard.records.map((record) => ({
    name: record.name,
    shape: record.shape,
    dtype: storedDtype(record),
    bytes: bytes.subarray(record.byteOffset, record.byteOffset + record.nbytes),
  }));
}

/** ModelFileError 'corrupt' when size or MD5 are not these; no MD5, no check of it. */
export function checkFile(
  bytes: Uint8Array,
  { fileName, nbytes, md5sum }: { readonly fileName: string; readonly nbytes: number; readonly md5sum: string | null },
): void {
  if (bytes.length !== nbytes) {
    checkIsFile(bytes, fileName);
    throw new ModelFileError('corrupt', fileName, `${fileName} should have ${nbytes} bytes, but has ${bytes.length}.`);
  }
  if (md5sum === null) return;
  const found = md5(bytes);
  if (found === md5sum) return;
  throw new ModelFileError('corrupt', fileName, `${fileName} should have MD5 ${md5sum}, but has ${found}.`);
}

/** Bytes of a tensor as stored. */
export function storedTensorBytes({ shape, dtype }: Pick<TensorInfo, 'shape' | 'dtype'>): number {
  return shape.reduce((product, dim) => product * dim, BYTES_PER_ELEMENT[dtype]);
}

/** MLC's "f32-to-bf16" truncates float32 tensors to bf16 on disk and leaves every other type as it is. */
function storedDtype(record: TensorRecord): TensorDtype {
  return record.dtype === 'float32' && record.format === 'f32-to-bf16' ? 'bfloat16' : record.dtype;
}

function checkRecord(record: TensorRecord, shard: Shard, expected: ExpectedTensor, config: ModelConfig): void {
  const { name, shape, nbytes, byteOffset } = record;
  const dtype = storedDtype(record);
  if (shape.join() !== expected.shape.join()) {
    invalid(`${name} should have shape [${expected.shape.join(', ')}], but has [${shape.join(', ')}]`);
  }
  const floats: TensorDtype[] = config.quantization === 'q4f16_1' ? ['float16'] : ['bfloat16', 'float32'];
  const allowed: TensorDtype[] = expected.quantized ? ['uint32'] : floats;
  if (!allowed.includes(dtype)) {
    invalid(`${name} should be ${allowed.join(' or ')} in a ${config.quantization} model, but is ${dtype}`);
  }
  const expectedBytes = storedTensorBytes({ shape, dtype });
  if (nbytes !== expectedBytes) invalid(`${name} should have ${expectedBytes} bytes, but has ${nbytes}`);
  if (byteOffset + nbytes > shard.nbytes) {
    invalid(
      `${name} should end within the ${shard.nbytes} bytes of ${shard.dataPath}, but ends at ${byteOffset + nbytes}`,
    );
  }
}

/** No two tensors may claim the same bytes. */
function checkOverlaps({ dataPath, records }: Shard): void {
  const inOrder = [...records].sort((a, b) => a.byteOffset - b.byteOffset || a.nbytes - b.nbytes);
  for (const [i, record] of inOrder.entries()) {
    const before = inOrder[i - 1];
    if (before === undefined || before.byteOffset + before.nbytes <= record.byteOffset) continue;
    invalid(`${before.name} and ${record.name} overlap in ${dataPath}, at byte ${record.byteOffset}`);
  }
}

function invalid(fault: string): never {
  throw new ModelFileError('invalid', MANIFEST_FILE, `${MANIFEST_FILE}: ${fault}.`);
}

/** Name → shape of every tensor of a Qwen2 model with fused qkv and gate/up projections and a tied head. */
export function expectedTensors(config: ModelConfig): Map<string, ExpectedTensor> {
  const { hiddenSize, intermediateSize, headDim } = config;
  const queryRows = config.headCount * headDim;
  const qkvRows = queryRows + 2 * config.kvHeadCount * headDim;
  const tensors = new Map<string, ExpectedTensor>();
  const linear = (name: string, rows: number, columns: number): void => {
    tensors.set(`${name}.q_weight`, { shape: [rows, columns / WEIGHTS_PER_WORD], quantized: true });
    tensors.set(`${name}.q_scale`, { shape: [rows, columns / GROUP_SIZE], quantized: false });
  };
  const vector = (name: string, length: number): void => {
    tensors.set(name, { shape: [length], quantized: false });
  };
  linear('model.embed_tokens', config.vocabSize, hiddenSize);
  for (let layer = 0; layer < config.layerCount; layer++) {
    const prefix = `model.layers.${layer}`;
    vector(`${prefix}.input_layernorm.weight`, hiddenSize);
    vector(`${prefix}.post_attention_layernorm.weight`, hiddenSize);
    linear(`${prefix}.self_attn.c_attn`, qkvRows, hiddenSize);
    vector(`${prefix}.self_attn.c_attn.bias`, qkvRows);
    linear(`${prefix}.self_attn.o_proj`, hiddenSize, queryRows);
    linear(`${prefix}.mlp.gate_up_proj`, 2 * intermediateSize, hiddenSize);
    linear(`${prefix}.mlp.down_proj`, hiddenSize, intermediateSize);
  }
  vector('model.norm.weight', hiddenSize);
  return tensors;
}

/** Number of weights, for display: every int4 weight, bias and gain. */
export function parameterCountOf(model: { readonly tensors: ReadonlyMap<string, TensorInfo> }): number {
  let count = 0;
  for (const [name, tensor] of model.tensors) {
    if (name.endsWith('.q_scale')) continue;
    const elements = tensor.shape.reduce((product, dim) => product * dim, 1);
    count += name.endsWith('.q_weight') ? WEIGHTS_PER_WORD * elements : elements;
  }
  return count;
}
