import type { CacheLike, CachesLike } from './caches';
import { asQuotaError } from './store';

const PARTS_CACHE = 'sasc/parts';
const OFFSET = 'sasc-part';
const MD5 = 'sasc-md5';

/** Partial files of interrupted downloads, in pieces, so that they resume even after a reload. */
export class PartStore {
  constructor(private readonly caches: CachesLike) {}

  async put(url: string, md5sum: string, offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const headers = { 'content-length': String(bytes.length) };
    try {
      await (await this.#cache()).put(partUrl(url, md5sum, offset), new Response(bytes, { headers }));
    } catch (error) {
      throw asQuotaError(error, bytes.length);
    }
  }

  /** Copies the pieces that follow one another from the start into `file`; how many bytes those are. */
  async load(url: string, md5sum: string, file: Uint8Array): Promise<number> {
    const cache = await this.#cache();
    let length = 0;
    for (;;) {
      const response = await cache.match(partUrl(url, md5sum, length));
      if (response === undefined) return length;
      const bytes = new Uint8Array(await response.arrayBuffer());
      // Pieces that do not fit are of no use, whatever made them.
      if (bytes.length === 0 || length + bytes.length > file.length) return 0;
      file.set(bytes, length);
      length += bytes.length;
    }
  }

  /** Bytes of all pieces of files whose URL begins so. */
  async bytesUnder(urlStart: string): Promise<number> {
    const cache = await this.#cache();
    const sizes = (await this.#keysUnder(urlStart)).map(async (url) => {
      return Number((await cache.match(url))?.headers.get('content-length') ?? 0);
    });
    return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Forgets all pieces of files whose URL begins so. */
  async clear(urlStart: string): Promise<void> {
    const cache = await this.#cache();
    for (const url of await this.#keysUnder(urlStart)) await cache.delete(url);
  }

  async #keysUnder(urlStart: string): Promise<string[]> {
    const keys = await (await this.#cache()).keys();
    return keys.flatMap(({ url }) => (url.startsWith(urlStart) ? [url] : []));
  }

  #cache(): Promise<CacheLike> {
    return this.caches.open(PARTS_CACHE);
  }
}

/** Pieces of another version of a file have another MD5 and are never joined with these. */
function partUrl(url: string, md5sum: string, offset: number): string {
  const part = new URL(url);
  part.searchParams.set(MD5, md5sum);
  part.searchParams.set(OFFSET, String(offset));
  return part.href;
}
