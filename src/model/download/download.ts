import { CONFIG_FILE, modelConfigOf, parseChatConfig } from '../config';
import { convertModel, type ModelSink } from '../convert/convert';
import { md5 } from '../md5';
import { checkManifest, type Manifest, MANIFEST_FILE, parseManifest } from '../tensors';
import { createTokenizer, TOKENIZER_FILE } from '../tokenizer';
import { DownloadError } from './errors';
import { type Fetcher, fetchSmallFile, type KnownFile } from './fetch-file';
import type { HttpOptions, Network } from './http';
import { checkLibrary } from './library';
import { type PartStore } from './parts';
import { folderCheckpoint, folderFiles, type FileSource, httpCheckpoint, httpFiles } from './sources';
import type { ModelStore } from './store';
import type { ModelTarget } from './target';

/** What a download uses of the browser; tests replace it. */
export interface DownloadTools {
  readonly store: ModelStore;
  readonly parts: PartStore;
  readonly network: Network;
  readonly http: HttpOptions;
  /** null where the browser does not tell. */
  freeBytes(): Promise<number | null>;
}

type DownloadPhase = 'list' | 'check' | 'fetch' | 'convert' | 'library';

export interface DownloadProgress {
  readonly phase: DownloadPhase;
  /** Of the files that are fetched (or read, when converting); stored ones count as done. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Of those, the bytes that this download fetched: for its speed. */
  readonly arrivedBytes: number;
}

type OnProgress = (progress: DownloadProgress) => void;

/** Files fetched side by side. */
const PARALLEL = 4;
/** Space beyond the files themselves: the browser's bookkeeping, and partial files that are stored twice for a moment. */
const SPARE_BYTES = 64 * 1024 * 1024;

/**
 * Fetches what is missing of a model, checks it and stores it; the manifest comes last, so that a partial download never
 * counts as a model. Rejects with ModelFileError, DownloadError, or the signal's reason; what has arrived stays, and
 * another call resumes from there.
 */
export async function downloadModel(
  target: ModelTarget,
  tools: DownloadTools,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<void> {
  const meter = new Meter(onProgress);
  const fetcher: Fetcher = { ...tools, onBytes: (bytes, isNew) => meter.add(bytes, isNew) };
  meter.enter('list', 0, 0);
  if (target.origin.kind === 'mlc') await fetchMlc(target, tools, fetcher, meter, signal);
  else await convertCheckpoint(target, tools, fetcher, meter, signal);
  await tools.parts.clear(target.baseUrl);
}

async function fetchMlc(
  target: ModelTarget,
  tools: DownloadTools,
  fetcher: Fetcher,
  meter: Meter,
  signal: AbortSignal,
): Promise<void> {
  const { store } = tools;
  const { from } = target.origin;
  const files = typeof from === 'string' ? httpFiles(from, fetcher) : folderFiles(from, fetcher.onBytes);
  const urlOf = (fileName: string): string => new URL(fileName, target.baseUrl).href;
  const listed = await listFiles(files, signal);
  const shards = listed.manifest.records.map(({ dataPath, nbytes, md5sum }) => {
    return { url: urlOf(dataPath), fileName: dataPath, nbytes, md5sum };
  });
  const total = shards.reduce((sum, { nbytes }) => sum + nbytes, 0);
  meter.enter('check', 0, total);
  const missing: KnownFile[] = [];
  for (const shard of shards) {
    signal.throwIfAborted();
    if (await isKept(store, shard)) meter.add(shard.nbytes, false);
    else missing.push(shard);
  }
  // Until everything is here again, this is no model.
  if (missing.length > 0) await store.remove(urlOf(MANIFEST_FILE));
  await checkRoom(
    tools,
    missing.reduce((sum, { nbytes }) => sum + nbytes, 0),
  );
  meter.enter('fetch', meter.doneBytes, total);
  await inParallel(missing, PARALLEL, signal, async (shard, signal) => {
    const bytes = await files.known(shard, signal);
    await store.write(shard.url, bytes, shard.md5sum);
    await tools.parts.clear(shard.url);
  });
  await keepLibrary(target, store, fetcher, meter, signal);
  // Another model's tokenizer would be taken for this one's.
  if (!listed.files.has(TOKENIZER_FILE)) await store.remove(urlOf(TOKENIZER_FILE));
  for (const [fileName, bytes] of listed.files) await store.write(urlOf(fileName), bytes, md5(bytes));
}

/** The small files, each checked, in the order in which they are stored: the manifest last. */
async function listFiles(
  files: FileSource,
  signal: AbortSignal,
): Promise<{ manifest: Manifest; files: Map<string, Uint8Array<ArrayBuffer>> }> {
  const chatBytes = await files.small(CONFIG_FILE, signal);
  const chat = parseChatConfig(chatBytes);
  const kept = new Map([[CONFIG_FILE, chatBytes]]);
  let tokenizerSize: number | null = null;
  if (chat.tokenizer_files.includes(TOKENIZER_FILE)) {
    const bytes = await files.small(TOKENIZER_FILE, signal);
    tokenizerSize = createTokenizer(bytes).size;
    kept.set(TOKENIZER_FILE, bytes);
  }
  const manifestBytes = await files.small(MANIFEST_FILE, signal);
  const manifest = parseManifest(manifestBytes);
  checkManifest(manifest, modelConfigOf(chat, tokenizerSize));
  kept.set(MANIFEST_FILE, manifestBytes);
  return { manifest, files: kept };
}

/** Whether a file is stored and correct; one that has not been checked yet is checked now. */
async function isKept(store: ModelStore, { url, nbytes, md5sum }: KnownFile): Promise<boolean> {
  const found = await store.find(url);
  if (found === null || found.bytes !== nbytes) return false;
  if (found.md5sum !== null) return found.md5sum === md5sum;
  const bytes = await store.read(url);
  if (bytes === null || bytes.length !== nbytes || md5(bytes) !== md5sum) return false;
  await store.write(url, bytes, md5sum);
  return true;
}

async function convertCheckpoint(
  target: ModelTarget,
  tools: DownloadTools,
  fetcher: Fetcher,
  meter: Meter,
  signal: AbortSignal,
): Promise<void> {
  const { origin, id, baseUrl } = target;
  if (origin.kind !== 'checkpoint') throw new TypeError('Only a checkpoint can be converted.');
  const { from, quantization } = origin;
  const source = typeof from === 'string' ? httpCheckpoint(id, from, fetcher) : folderCheckpoint(id, from);
  const urlOf = (fileName: string): string => new URL(fileName, baseUrl).href;
  const sink: ModelSink = {
    async finished(fileName, nbytes, origin) {
      const found = await tools.store.find(urlOf(fileName));
      return found?.bytes === nbytes && found.origin === origin ? found.md5sum : null;
    },
    async write(fileName, bytes, md5sum, origin) {
      if (fileName === MANIFEST_FILE) await keepLibrary(target, tools.store, fetcher, meter, signal);
      await tools.store.write(urlOf(fileName), bytes, md5sum, origin);
    },
    remove: (fileName) => tools.store.remove(urlOf(fileName)),
  };
  await convertModel(source, sink, {
    quantization,
    signal,
    async onPlan(bytes) {
      await tools.store.remove(urlOf(MANIFEST_FILE));
      await checkRoom(tools, bytes);
    },
    onProgress: (done, total, read) => meter.enter('convert', done, total, read),
  });
}

async function checkRoom({ freeBytes }: DownloadTools, neededBytes: number): Promise<void> {
  const free = await freeBytes();
  if (neededBytes === 0 || free === null || neededBytes + SPARE_BYTES <= free) return;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const message = `The model needs ${megabytes(neededBytes)}, but the browser has room for ${megabytes(free)} only.`;
  throw new DownloadError('quota', message, { neededBytes, freeBytes: free });
}

async function keepLibrary(
  { libraryUrl }: ModelTarget,
  store: ModelStore,
  fetcher: Fetcher,
  meter: Meter,
  signal: AbortSignal,
): Promise<void> {
  if (libraryUrl === null) return;
  const kept = await store.find(libraryUrl);
  if (kept !== null && kept.md5sum !== null) return;
  meter.enter('library', meter.doneBytes, meter.totalBytes);
  const bytes = await fetchSmallFile(fetcher, libraryUrl, signal);
  checkLibrary(bytes, new URL(libraryUrl).pathname.split('/').at(-1) ?? libraryUrl);
  await store.write(libraryUrl, bytes, md5(bytes));
}

/** Works on all items, a few at a time; the first failure ends the others and is the one reported. */
async function inParallel<Item>(
  items: readonly Item[],
  workers: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      both.throwIfAborted();
      await work(item, both);
    }
  };
  const running = Array.from({ length: workers }, () => worker().catch((error: unknown) => failed.abort(error)));
  await Promise.all(running);
  both.throwIfAborted();
}

/** Counts bytes and reports them. */
class Meter {
  #phase: DownloadPhase = 'list';
  #arrivedBytes = 0;
  doneBytes = 0;
  totalBytes = 0;

  constructor(private readonly onProgress: OnProgress) {}

  enter(phase: DownloadPhase, doneBytes: number, totalBytes: number, arrivedBytes = 0): void {
    this.#phase = phase;
    this.totalBytes = totalBytes;
    this.doneBytes = doneBytes;
    this.#arrivedBytes = arrivedBytes;
    this.add(0, false);
  }

  add(bytes: number, isNew: boolean): void {
    this.doneBytes += bytes;
    if (isNew) this.#arrivedBytes += bytes;
    const { doneBytes, totalBytes } = this;
    this.onProgress({ phase: this.#phase, doneBytes, totalBytes, arrivedBytes: this.#arrivedBytes });
  }
}
