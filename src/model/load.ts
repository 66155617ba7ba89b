import { CONFIG_FILE, modelConfigOf, parseChatConfig } from './config';
import { ModelFileError } from './errors';
import { checkManifest, MANIFEST_FILE, parseManifest, tensorsOfShard } from './tensors';
import { createTokenizer, TOKENIZER_FILE } from './tokenizer';
import type { ModelFiles, ModelSource, StoredTensor } from './types';

/** Bytes of weights read so far, and of all shards. */
export type ByteProgress = (done: number, total: number) => void;

/**
 * Reads and checks a model in MLC's layout: configuration, tokenizer (if there is one), manifest and shards.
 * Rejects with ModelFileError: 'missing' file, 'invalid' contents, 'corrupt' shard (size or MD5); with the signal's
 * reason when aborted.
 */
export async function loadModelFiles(
  source: ModelSource,
  onProgress: ByteProgress = () => undefined,
  signal?: AbortSignal,
): Promise<ModelFiles> {
  const chat = parseChatConfig(await source.read(CONFIG_FILE, signal));
  const tokenizer = await readTokenizer(source, chat.tokenizer_files.includes(TOKENIZER_FILE), signal);
  const config = modelConfigOf(chat, tokenizer?.size ?? null);
  const manifest = parseManifest(await source.read(MANIFEST_FILE, signal));
  checkManifest(manifest, config);

  const tensors = new Map<string, StoredTensor>();
  const total = manifest.records.reduce((sum, shard) => sum + shard.nbytes, 0);
  let done = 0;
  onProgress(done, total);
  for (const shard of manifest.records) {
    const bytes = await source.read(shard.dataPath, signal);
    signal?.throwIfAborted();
    for (const tensor of tensorsOfShard(shard, bytes)) tensors.set(tensor.name, tensor);
    done += shard.nbytes;
    onProgress(done, total);
  }
  return { id: source.id, config, tensors, tokenizer };
}

/** A folder without tokenizer is a folder of token ids, unless its configuration promises one. */
async function readTokenizer(source: ModelSource, promised: boolean, signal?: AbortSignal) {
  try {
    return createTokenizer(await source.read(TOKENIZER_FILE, signal));
  } catch (error) {
    if (!promised && error instanceof ModelFileError && error.code === 'missing') return null;
    throw error;
  }
}
