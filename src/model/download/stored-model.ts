import { CONFIG_FILE, parseChatConfig } from '../config';
import { ModelFileError } from '../errors';
import { md5 } from '../md5';
import { type Manifest, MANIFEST_FILE, parseManifest } from '../tensors';
import { createTokenizer, TOKENIZER_FILE } from '../tokenizer';
import { checkLibrary } from './library';
import type { PartStore } from './parts';
import type { ModelStore } from './store';
import type { ModelTarget } from './target';

type Location = Pick<ModelTarget, 'baseUrl' | 'libraryUrl'>;

/** What is stored of a model. */
export interface ModelStatus {
  /** `damaged`: there is a manifest, but not all that it lists. */
  readonly state: 'absent' | 'partial' | 'ready' | 'damaged';
  readonly keptBytes: number;
}

/** Reads names, sizes and noted MD5s only, which is quick. */
export async function modelStatus(location: Location, store: ModelStore, parts: PartStore): Promise<ModelStatus> {
  const urls = await store.filesUnder(location.baseUrl);
  const files = new Map(await Promise.all(urls.map(async (url) => [url, await store.find(url)] as const)));
  const keptBytes = [...files.values()].reduce((sum, file) => sum + (file?.bytes ?? 0), 0);
  const urlOf = (fileName: string): string => new URL(fileName, location.baseUrl).href;
  if (!files.has(urlOf(MANIFEST_FILE))) {
    const bytes = keptBytes + (await parts.bytesUnder(location.baseUrl));
    return { state: bytes === 0 ? 'absent' : 'partial', keptBytes: bytes };
  }
  const manifest = await readManifest(location, store);
  const isWhole = manifest?.records.every(({ dataPath, nbytes, md5sum }) => {
    const file = files.get(urlOf(dataPath));
    return file?.bytes === nbytes && (file.md5sum === null || file.md5sum === md5sum);
  });
  return { state: isWhole === true && files.has(urlOf(CONFIG_FILE)) ? 'ready' : 'damaged', keptBytes };
}

/**
 * Reads all that is stored of a model and deletes what is damaged, so that a download fetches it again; resolves with the
 * names of what was deleted. `onBytes` gets the bytes read since its last call.
 */
export async function forgetDamaged(
  location: Location,
  store: ModelStore,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string[]> {
  const damaged: Check[] = [];
  for (const check of await checksOf(location, store)) {
    signal.throwIfAborted();
    const bytes = await store.read(check.url);
    if (bytes === null || !passes(bytes, check)) damaged.push(check);
    onBytes(bytes?.length ?? 0);
  }
  // The manifest first: without it this is no model, whatever happens from now on.
  if (damaged.length > 0) await store.remove(new URL(MANIFEST_FILE, location.baseUrl).href);
  for (const { url } of damaged) await store.remove(url);
  return damaged.map(({ fileName }) => fileName);
}

/** Deletes a model with everything that belongs to it, also what WebLLM's own delete leaves behind. */
export async function deleteModel(location: Location, store: ModelStore, parts: PartStore): Promise<void> {
  await store.remove(new URL(MANIFEST_FILE, location.baseUrl).href);
  for (const url of await store.filesUnder(location.baseUrl)) await store.remove(url);
  if (location.libraryUrl !== null) await store.remove(location.libraryUrl);
  await parts.clear(location.baseUrl);
}

interface Check {
  readonly url: string;
  readonly fileName: string;
  /** What the manifest says, or what was noted when the file was kept; null: nobody knows. */
  readonly md5sum: string | null;
  /** Throws ModelFileError for contents that cannot be used. */
  read(bytes: Uint8Array): unknown;
}

/** Every file that a download would have kept, the tokenizer and the library only where they are. */
async function checksOf({ baseUrl, libraryUrl }: Location, store: ModelStore): Promise<Check[]> {
  const noted = async (url: string, read: Check['read']): Promise<Check> => {
    const fileName = new URL(url).pathname.split('/').at(-1) ?? url;
    return { url, fileName, md5sum: (await store.find(url))?.md5sum ?? null, read };
  };
  const urlOf = (fileName: string): string => new URL(fileName, baseUrl).href;
  const checks = [await noted(urlOf(CONFIG_FILE), parseChatConfig), await noted(urlOf(MANIFEST_FILE), parseManifest)];
  const tokenizerUrl = urlOf(TOKENIZER_FILE);
  if ((await store.find(tokenizerUrl)) !== null) checks.push(await noted(tokenizerUrl, createTokenizer));
  if (libraryUrl !== null && (await store.find(libraryUrl)) !== null) {
    checks.push(await noted(libraryUrl, (bytes) => checkLibrary(bytes, libraryUrl)));
  }
  const manifest = await readManifest({ baseUrl }, store);
  for (const { dataPath, md5sum } of manifest?.records ?? []) {
    checks.push({ url: urlOf(dataPath), fileName: dataPath, md5sum, read: () => undefined });
  }
  return checks;
}

/** null: none, or one that cannot be read. */
async function readManifest({ baseUrl }: Pick<Location, 'baseUrl'>, store: ModelStore): Promise<Manifest | null> {
  const bytes = await store.read(new URL(MANIFEST_FILE, baseUrl).href);
  try {
    return bytes === null ? null : parseManifest(bytes);
  } catch (error) {
    if (error instanceof ModelFileError) return null;
    throw error;
  }
}

function passes(bytes: Uint8Array, { md5sum, read }: Check): boolean {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof ModelFileError) return false;
    throw error;
  }
  return md5sum === null || md5(bytes) === md5sum;
}
