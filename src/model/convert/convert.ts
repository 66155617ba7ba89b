import { CONFIG_FILE } from '../config';
import { md5 } from '../md5';
import type { ModelNote } from '../notes';
import { MANIFEST_FILE } from '../tensors';
import type { ModelConfig, TensorDtype } from '../types';
import { checkpointTensors, type CheckpointSource } from './checkpoint';
import { readTarget } from './hf-config';
import { type PlannedShard, planShards, sourcesOf } from './plan';
import { convertShard } from './shard';

/** Where a converted model goes. */
export interface ModelSink {
  /** MD5 of a shard that an earlier, interrupted conversion made of this very source; null: it must be made. */
  finished(fileName: string, nbytes: number, origin: string): Promise<string | null>;
  /** @param origin what a shard was made of, for `finished`; null: not for use by another conversion */
  write(fileName: string, bytes: Uint8Array<ArrayBuffer>, md5sum: string, origin: string | null): Promise<void>;
  /** Removes a file that an earlier model may have left here. */
  remove(fileName: string): Promise<void>;
}

export interface ConvertOptions {
  readonly quantization: ModelConfig['quantization'];
  /** Called with the bytes of all shards before the first is made; a rejection ends the conversion. */
  readonly onPlan?: (bytes: number) => Promise<void>;
  /** Called with what is worth knowing of the model, before anything is written. */
  readonly onNote?: (note: ModelNote) => void;
  /** Bytes of the checkpoint's weights that are done, of all of them, and of those read by this conversion. */
  readonly onProgress?: (done: number, total: number, read: number) => void;
  readonly signal?: AbortSignal;
}

/** A number type as MLC's manifest names it: its bf16 is float32 in the format "f32-to-bf16". */
const MANIFEST_DTYPE: Readonly<Record<TensorDtype, string>> = {
  uint32: 'uint32',
  float16: 'float16',
  bfloat16: 'float32',
  float32: 'float32',
};

/**
 * Converts a Hugging Face checkpoint of a Qwen2 model to MLC's layout, a shard at a time. The manifest is
 * written last: until then the folder is no model. Rejects with ModelFileError, with the sink's error, or with the
 * signal's reason.
 */
export async function convertModel(
  source: CheckpointSource,
  sink: ModelSink,
  { quantization, onPlan, onNote, onProgress = () => undefined, signal }: ConvertOptions,
): Promise<ModelConfig> {
  const { chatConfig, config, copies, absent, ...target } = await readTarget(source, quantization, signal);
  const { tensors, notes } = await checkpointTensors(source, signal);
  for (const note of [...target.notes, ...notes]) onNote?.(note);
  const shards = planShards(tensors, config);
  const total = shards.reduce((sum, shard) => sum + sourceBytes(shard), 0);
  await onPlan?.(shards.reduce((sum, { nbytes }) => sum + nbytes, 0));
  let done = 0;
  let read = 0;
  onProgress(done, total, read);
  await sink.write(CONFIG_FILE, chatConfig, md5(chatConfig), null);
  for (const { fileName, bytes } of copies) await sink.write(fileName, bytes.slice(), md5(bytes), null);
  // Another model's tokenizer would be taken for this one's.
  for (const fileName of absent) await sink.remove(fileName);
  const records = [];
  for (const shard of shards) {
    signal?.throwIfAborted();
    const before = done;
    const origin = originOf(shard, quantization);
    let md5sum = origin === null ? null : await sink.finished(shard.dataPath, shard.nbytes, origin);
    if (md5sum === null) {
      const onRead = (bytes: number): void => onProgress((done += bytes), total, (read += bytes));
      const bytes = await convertShard(shard, quantization, onRead, signal);
      md5sum = md5(bytes);
      await sink.write(shard.dataPath, bytes, md5sum, origin);
    }
    done = before + sourceBytes(shard);
    onProgress(done, total, read);
    records.push(manifestRecord(shard, md5sum));
  }
  const manifest = new TextEncoder().encode(JSON.stringify(manifestOf(records, shards, tensors.values())));
  await sink.write(MANIFEST_FILE, manifest, md5(manifest), null);
  return config;
}

/** Names all that a shard's bytes follow from; null where the sources' contents cannot be told from others. */
function originOf(shard: PlannedShard, quantization: ModelConfig['quantization']): string | null {
  const sources = sourcesOf(shard);
  if (sources.some(({ origin }) => origin === null)) return null;
  const parts = sources.map(({ name, fileName, origin }) => [name, fileName, origin]);
  return md5(new TextEncoder().encode(JSON.stringify([quantization, parts])));
}

function sourceBytes(shard: PlannedShard): number {
  return sourcesOf(shard).reduce((sum, { begin, end }) => sum + end - begin, 0);
}

function manifestRecord({ dataPath, nbytes, parameters }: PlannedShard, md5sum: string) {
  let byteOffset = 0;
  const records = parameters
    .flatMap(({ tensors }) => tensors)
    .map(({ name, shape, dtype, nbytes }) => {
      const record = { name, shape, dtype: MANIFEST_DTYPE[dtype], format: 'f32-to-bf16', nbytes, byteOffset };
      byteOffset += nbytes;
      return record;
    });
  return { dataPath, format: 'raw-shard', nbytes, md5sum, records };
}

function manifestOf(
  records: readonly ReturnType<typeof manifestRecord>[],
  shards: readonly PlannedShard[],
  sources: Iterable<{ readonly shape: readonly number[] }>,
) {
  const bytes = records.reduce((sum, { nbytes }) => sum + nbytes, 0);
  const weights = [...sources].reduce((sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1), 0);
  const ParamSize = shards.flatMap(({ parameters }) => parameters).flatMap(({ tensors }) => tensors).length;
  return { metadata: { ParamSize, ParamBytes: bytes, BitsPerParam: (8 * bytes) / weights }, records };
}
