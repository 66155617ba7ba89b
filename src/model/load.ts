import { CONFIG_FILE, modelConfigOf, parseChatConfig } from './config';
import { ModelFileError } from './errors';
import { readIfThere } from './read-if-there';
import { checkManifest, type Manifest, MANIFEST_FILE, parseManifest, tensorInfos, tensorsOfShard } from './tensors';
import { createTokenizer, type SizedTokenizer, TOKENIZER_FILE } from './tokenizer';
import type { ModelConfig, ModelFiles, ModelSource, OpenModel, StoredTensor } from './types';

/** Bytes of weights read so far, and of all shards. */
export type ByteProgress = (done: number, total: number) => void;

/**
 * Reads and checks a model's configuration, tokenizer (if there is one) and manifest; its shards are read through
 * `shards()`, one at a time. Rejects with ModelFileError 'missing' or 'invalid', or with the signal's reason.
 */
export async function openModel(source: ModelSource, signal?: AbortSignal): Promise<OpenModel> {
  const chat = parseChatConfig(await source.read(CONFIG_FILE, signal));
  const tokenizer = await readTokenizer(source, chat.tokenizer_files.includes(TOKENIZER_FILE), signal);
  const config = withStopTexts(modelConfigOf(chat, tokenizer?.size ?? null), tokenizer);
  const manifest = parseManifest(await source.read(MANIFEST_FILE, signal));
  checkManifest(manifest, config);
  return {
    id: source.id,
    config,
    tokenizer,
    tensors: tensorInfos(manifest),
    weightBytes: manifest.records.flatMap(({ records }) => records).reduce((sum, { nbytes }) => sum + nbytes, 0),
    shards: (signal) => readShards(source, manifest, signal),
  };
}

/**
 * Reads all of a model into memory: for models small enough, and for what needs the weights themselves.
 * Rejects with ModelFileError: 'missing' file, 'invalid' contents, 'corrupt' shard (size or MD5); with the signal's
 * reason when aborted.
 */
export async function loadModelFiles(
  source: ModelSource,
  onProgress: ByteProgress = () => undefined,
  signal?: AbortSignal,
): Promise<ModelFiles> {
  const model = await openModel(source, signal);
  return withTensors(model, await readTensors(model, onProgress, signal));
}

/** All tensors of a model, by name, in memory. Rejects with ModelFileError 'missing' or 'corrupt', or the signal's reason. */
export async function readTensors(
  model: OpenModel,
  onProgress: ByteProgress,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>();
  let done = 0;
  onProgress(done, model.weightBytes);
  for await (const shard of model.shards(signal)) {
    for (const tensor of shard) {
      tensors.set(tensor.name, tensor);
      done += tensor.bytes.byteLength;
    }
    onProgress(done, model.weightBytes);
  }
  return tensors;
}

/** A template's stop texts as token ids. ModelFileError 'invalid' for a text that is no token: paths end with tokens only. */
function withStopTexts(config: ModelConfig, tokenizer: SizedTokenizer | null): ModelConfig {
  if (tokenizer === null) return config;
  const ids = (config.conversation?.stopTexts ?? []).map((text) => {
    const id = tokenizer.addedId(text);
    if (id !== null) return id;
    const message = `${CONFIG_FILE}: conv_template.stop_str has "${text}", which is no token: paths end with tokens only.`;
    throw new ModelFileError('invalid', CONFIG_FILE, message);
  });
  const reachable = ids.filter((id) => id < config.vocabSize);
  return { ...config, stopTokenIds: [...new Set([...config.stopTokenIds, ...reachable])] };
}

async function* readShards(source: ModelSource, manifest: Manifest, signal?: AbortSignal) {
  for (const shard of manifest.records) {
    const bytes = await source.read(shard.dataPath, signal);
    const checked = await source.isVerified?.(shard.dataPath, shard.md5sum);
    signal?.throwIfAborted();
    yield tensorsOfShard(shard, bytes, checked);
  }
}

/** A model whose weights are these tensors, all in memory. */
export function withTensors(
  model: Pick<OpenModel, 'id' | 'config' | 'tokenizer' | 'weightBytes'>,
  tensors: ReadonlyMap<string, StoredTensor>,
): ModelFiles {
  const { id, config, tokenizer, weightBytes } = model;
  return {
    id,
    config,
    tokenizer,
    weightBytes,
    tensors,
    async *shards() {
      yield [...tensors.values()];
    },
  };
}

/** A folder without tokenizer is a folder of token ids, unless its configuration promises one. */
async function readTokenizer(source: ModelSource, promised: boolean, signal?: AbortSignal) {
  const bytes = await (promised ? source.read(TOKENIZER_FILE, signal) : readIfThere(source, TOKENIZER_FILE, signal));
  return bytes === null ? null : createTokenizer(bytes);
}
