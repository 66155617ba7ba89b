import * as v from 'valibot';
import { ModelFileError } from '../errors';
import { md5 } from '../md5';
import type { ModelNote } from '../notes';
import { parseJsonFile } from '../parse';
import { safetensorsDataStart, safetensorsEntries } from '../safetensors';
import { readIfThere } from '../read-if-there';
import type { ModelSource } from '../types';
import { SOURCE_BYTES, type SourceDtype } from './decode';

/** A file of which any part can be read. */
export interface RandomAccessFile {
  /** Bytes of the whole file; null where a server does not tell. */
  readonly size: number | null;
  /** Changes whenever the contents do, as an ETag; null: nothing tells, so what was made of it earlier is of no use. */
  readonly version: string | null;
  /** Bytes begin .. end − 1. Rejects with ModelFileError 'missing' or 'corrupt', or with the signal's reason. */
  read(begin: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A Hugging Face folder: small files are read whole, weights in parts. */
export interface CheckpointSource extends ModelSource {
  /** Rejects with a ModelFileError 'missing' when there is no such file. */
  open(fileName: string, signal?: AbortSignal): Promise<RandomAccessFile>;
}

/** A tensor of a checkpoint and where its bytes are. */
export interface SourceTensor {
  readonly name: string;
  readonly dtype: SourceDtype;
  readonly shape: readonly number[];
  readonly fileName: string;
  readonly file: RandomAccessFile;
  /** Names the file's contents: size, version and header; null where they cannot be told from others. */
  readonly origin: string | null;
  readonly begin: number;
  readonly end: number;
}

const SINGLE_FILE = 'model.safetensors';
const INDEX_FILE = 'model.safetensors.index.json';

const IndexSchema = v.object({
  // Plain file names: an index must not lead out of its folder.
  weight_map: v.record(v.string(), v.pipe(v.string(), v.regex(/^[\w-][\w.-]*$/, 'a plain file name'))),
});

export interface CheckpointTensors {
  readonly tensors: ReadonlyMap<string, SourceTensor>;
  readonly notes: readonly ModelNote[];
}

/**
 * All tensors of a checkpoint, from one file or from those that its index names; only headers are read.
 * Rejects with ModelFileError 'missing' or 'invalid', the latter also where there are two checkpoints to choose from.
 */
export async function checkpointTensors(source: CheckpointSource, signal?: AbortSignal): Promise<CheckpointTensors> {
  const index = await readIndex(source, signal);
  const shards = new Set(index?.values());
  if (index === null && !(await isThere(source, SINGLE_FILE, signal))) await refuseOtherWeights(source, signal);
  if (shards.has(SINGLE_FILE) || !(await isThere(source, SINGLE_FILE, signal))) {
    return { tensors: await tensorsOf(source, index, index === null ? [SINGLE_FILE] : shards, signal), notes: [] };
  }
  const here: string[] = [];
  for (const shard of shards) if (await isThere(source, shard, signal)) here.push(shard);
  if (here.length > 0) {
    const other = `${INDEX_FILE} with ${here.length} of its ${shards.size} files`;
    invalid(SINGLE_FILE, `there are two checkpoints here, this file and ${other}: remove the one that is not meant`);
  }
  const tensors = await tensorsOf(source, null, [SINGLE_FILE], signal);
  return { tensors, notes: index === null ? [] : [STALE_INDEX] };
}

/** Weights in formats that are not read. */
const OTHER_WEIGHTS: readonly (readonly [fileName: string, fault: string])[] = [
  ...['pytorch_model.bin', 'pytorch_model.bin.index.json', 'consolidated.00.pth'].map(
    (name) => [name, 'a pickle may run any program when it is read; save the model as safetensors'] as const,
  ),
  ['tf_model.h5', 'these are weights for TensorFlow; save the model as safetensors'],
  ['flax_model.msgpack', 'these are weights for Flax; save the model as safetensors'],
];

/** Names the weights that are there in place of those that are missing; otherwise the missing file is named as usual. */
async function refuseOtherWeights(source: CheckpointSource, signal?: AbortSignal): Promise<void> {
  for (const [fileName, fault] of OTHER_WEIGHTS) {
    if (await isThere(source, fileName, signal)) invalid(fileName, fault);
  }
}

const STALE_INDEX: ModelNote = {
  code: 'stale-index',
  message: `${INDEX_FILE} names files that are not here, so the whole ${SINGLE_FILE} was read instead.`,
};

async function tensorsOf(
  source: CheckpointSource,
  index: ReadonlyMap<string, string> | null,
  fileNames: Iterable<string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, SourceTensor>> {
  const tensors = new Map<string, SourceTensor>();
  for (const fileName of fileNames) {
    for (const tensor of await tensorsOfFile(source, fileName, signal)) {
      if (index !== null && index.get(tensor.name) !== fileName) continue;
      tensors.set(tensor.name, tensor);
    }
  }
  for (const [name, fileName] of index ?? []) {
    if (!tensors.has(name)) invalid(fileName, `${name} is not in it, although ${INDEX_FILE} says so`);
  }
  return tensors;
}

async function isThere(source: CheckpointSource, fileName: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await source.open(fileName, signal);
    return true;
  } catch (error) {
    if (error instanceof ModelFileError && error.code === 'missing') return false;
    throw error;
  }
}

/** File by tensor; null for a checkpoint in one file. */
async function readIndex(source: CheckpointSource, signal?: AbortSignal): Promise<Map<string, string> | null> {
  const bytes = await readIfThere(source, INDEX_FILE, signal);
  return bytes === null ? null : new Map(Object.entries(parseJsonFile(IndexSchema, INDEX_FILE, bytes).weight_map));
}

async function tensorsOfFile(source: CheckpointSource, fileName: string, signal?: AbortSignal) {
  const file = await source.open(fileName, signal);
  const dataStart = safetensorsDataStart(await file.read(0, 8, signal), fileName);
  const header = await file.read(0, dataStart, signal);
  const entries = safetensorsEntries(header, file.size, fileName);
  const origin = file.version === null ? null : `${file.size} ${file.version} ${md5(header)}`;
  return [...entries].map(([name, { dtype, shape, begin, end }]): SourceTensor => {
    if (!isSourceDtype(dtype)) return invalid(fileName, `${name} should be F32, F16 or BF16, but is ${dtype}`);
    return { name, dtype, shape, fileName, file, origin, begin, end };
  });
}

function isSourceDtype(dtype: string): dtype is SourceDtype {
  return dtype in SOURCE_BYTES;
}

function invalid(file: string, fault: string): never {
  throw new ModelFileError('invalid', file, `${file}: ${fault}.`);
}
