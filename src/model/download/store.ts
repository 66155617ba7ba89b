import { CONFIG_FILE } from '../config';
import { ModelFileError } from '../errors';
import { MANIFEST_FILE } from '../tensors';
import type { ModelSource } from '../types';
import type { CacheLike, CachesLike } from './caches';
import { DownloadError } from './errors';

/** The caches and keys of WebLLM 0.2.86: keys are the files' URLs, so WebLLM finds what is stored here, and the reverse. */
const MODEL_CACHE = 'webllm/model';
const CONFIG_CACHE = 'webllm/config';
const LIBRARY_CACHE = 'webllm/wasm';

/** On stored files: the MD5 that they had when they were checked. WebLLM's own downloads have none. */
const MD5_HEADER = 'x-md5';
/** On shards that a conversion has made: what it made them of. */
const ORIGIN_HEADER = 'x-origin';

export interface KeptFile {
  readonly bytes: number;
  /** null: stored without a check. */
  readonly md5sum: string | null;
  /** What a conversion made it of; null: no conversion, or one that cannot tell. */
  readonly origin: string | null;
}

/** Model files in the browser's Cache Storage. A file is complete or absent: `put` is atomic. */
export class ModelStore {
  constructor(private readonly caches: CachesLike) {}

  async write(
    url: string,
    bytes: Uint8Array<ArrayBuffer>,
    md5sum: string,
    origin: string | null = null,
  ): Promise<void> {
    const headers: Record<string, string> = {
      'content-type': url.endsWith('.json') ? 'application/json' : 'application/octet-stream',
      'content-length': String(bytes.length),
      [MD5_HEADER]: md5sum,
    };
    if (origin !== null) headers[ORIGIN_HEADER] = origin;
    try {
      await (await this.#cacheOf(url)).put(url, new Response(bytes, { headers }));
    } catch (error) {
      throw asQuotaError(error, bytes.length);
    }
  }

  /** null: no such file. */
  async read(url: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const response = await (await this.#cacheOf(url)).match(url);
    return response === undefined ? null : new Uint8Array(await response.arrayBuffer());
  }

  async find(url: string): Promise<KeptFile | null> {
    const response = await (await this.#cacheOf(url)).match(url);
    if (response === undefined) return null;
    const length = response.headers.get('content-length');
    const bytes = length === null ? (await response.blob()).size : Number(length);
    const { headers } = response;
    return { bytes, md5sum: headers.get(MD5_HEADER), origin: headers.get(ORIGIN_HEADER) };
  }

  async remove(url: string): Promise<void> {
    await (await this.#cacheOf(url)).delete(url);
  }

  /** URLs of all files stored under a URL that ends in '/'. */
  async filesUnder(baseUrl: string): Promise<string[]> {
    const caches = await Promise.all([MODEL_CACHE, CONFIG_CACHE].map((name) => this.caches.open(name)));
    const keys = await Promise.all(caches.map((cache) => cache.keys()));
    return keys.flat().flatMap(({ url }) => (url.startsWith(baseUrl) ? [url] : []));
  }

  #cacheOf(url: string): Promise<CacheLike> {
    const { pathname } = new URL(url);
    if (pathname.endsWith(`/${CONFIG_FILE}`)) return this.caches.open(CONFIG_CACHE);
    return this.caches.open(pathname.endsWith('.wasm') ? LIBRARY_CACHE : MODEL_CACHE);
  }
}

/** A full disk is no fault of the file; anything else is passed on. */
export function asQuotaError(error: unknown, bytes: number): unknown {
  if (!(error instanceof Error && error.name === 'QuotaExceededError')) return error;
  const message = `The browser has no room for another ${(bytes / 1e6).toFixed(0)} MB.`;
  return new DownloadError('quota', message, { neededBytes: bytes });
}

/** A stored model as the engine reads it. `baseUrl` ends in '/'. */
export function storeSource(store: ModelStore, id: string, baseUrl: string): ModelSource {
  const urlOf = (fileName: string): string => new URL(fileName, baseUrl).href;
  return {
    id,
    async read(fileName, signal) {
      const bytes = await store.read(urlOf(fileName));
      signal?.throwIfAborted();
      if (bytes !== null) return bytes;
      throw new ModelFileError('missing', fileName, `${fileName} of ${id} is not among the downloaded files.`);
    },
    async isVerified(fileName, md5sum) {
      return (await store.find(urlOf(fileName)))?.md5sum === md5sum;
    },
  };
}

/** Whether there is a complete model under this URL: its manifest is stored last. */
export async function hasModel(store: ModelStore, baseUrl: string): Promise<boolean> {
  return (await store.find(new URL(MANIFEST_FILE, baseUrl).href)) !== null;
}
