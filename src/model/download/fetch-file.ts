import { ModelFileError } from '../errors';
import { checkFile } from '../tensors';
import { TransientError } from './errors';
import { type HttpOptions, type Network, request, withRetries } from './http';
import type { PartStore } from './parts';

/** A file whose size and MD5 are known before it is fetched. */
export interface KnownFile {
  readonly url: string;
  readonly fileName: string;
  readonly nbytes: number;
  readonly md5sum: string;
}

export interface Fetcher {
  readonly network: Network;
  readonly parts: PartStore;
  readonly http: HttpOptions;
  /** Bytes of files that have just arrived (`isNew`) or were found kept; negative when they turned out to be useless. */
  onBytes(bytes: number, isNew: boolean): void;
}

/** Pieces in which an unfinished file is kept. */
const PART_BYTES = 8 * 1024 * 1024;
/** A last piece shorter than this is not worth keeping when a download is paused. */
const LEAST_PART_BYTES = 64 * 1024;
/** A file that is not what it should be is fetched once more from its beginning. */
const MAX_WRONG = 2;

/**
 * Fetches a file, going on where an earlier attempt ended, and checks its size and MD5. Rejects with ModelFileError
 * 'missing', or 'corrupt' when it is wrong twice; with DownloadError; or with the signal's reason, and then the beginning
 * is kept.
 */
export async function fetchKnownFile(
  fetcher: Fetcher,
  file: KnownFile,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  for (let wrong = 1; ; wrong++) {
    const download = new PartialFile(fetcher, file);
    try {
      await download.restore();
      await withRetries(fetcher.network, fetcher.http, signal, (progressed) => download.advance(progressed, signal));
      checkFile(download.bytes, file);
      return download.bytes;
    } catch (error) {
      if (!(error instanceof ModelFileError && error.code === 'corrupt')) throw error;
      await fetcher.parts.clear(file.url);
      download.startAgain();
      if (wrong >= MAX_WRONG) throw error;
    }
  }
}

/** Fetches a small file of unknown size. Rejects as fetchKnownFile does, except for 'corrupt'. */
export async function fetchSmallFile(
  { network, http }: Pick<Fetcher, 'network' | 'http'>,
  url: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  return withRetries(network, http, signal, async () => {
    const chunks: Uint8Array[] = [];
    const target = { url, range: null, stallMs: http.stallMs };
    await request(
      network,
      target,
      signal,
      () => undefined,
      (chunk) => void chunks.push(chunk),
    );
    return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  });
}

/** A file on its way: `bytes` are right up to `#have`, and kept as pieces up to `#kept`. */
class PartialFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  #have = 0;
  #kept = 0;
  /** The most that there ever was: only beyond it an attempt has brought something. */
  #most = 0;

  constructor(
    private readonly fetcher: Fetcher,
    private readonly file: KnownFile,
  ) {
    this.bytes = new Uint8Array(file.nbytes);
  }

  async restore(): Promise<void> {
    const { url, md5sum } = this.file;
    this.#have = this.#kept = await this.fetcher.parts.load(url, md5sum, this.bytes);
    this.fetcher.onBytes(this.#have, false);
  }

  /** One request for what is missing. */
  async advance(progressed: () => void, signal: AbortSignal): Promise<void> {
    const { network, http } = this.fetcher;
    const { url, nbytes } = this.file;
    if (this.#have === nbytes) return;
    const range = this.#have > 0 ? { first: this.#have } : null;
    try {
      await request(
        network,
        { url, range, stallMs: http.stallMs },
        signal,
        (response) => this.#checkStart(response),
        async (chunk) => {
          await this.#append(chunk);
          if (this.#have > this.#most) progressed();
          this.#most = Math.max(this.#most, this.#have);
        },
      );
    } catch (error) {
      if (this.#have - this.#kept >= LEAST_PART_BYTES) await this.#keep(this.#have);
      throw error;
    }
    if (this.#have < nbytes) throw new TransientError(`${url} ended after ${this.#have} of ${nbytes} bytes.`);
  }

  /** A server that does not go on where it should sends the file from its beginning, or says that it has no such part. */
  #checkStart(response: Response): void {
    const first = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
    // Other origins may hide Content-Range: then status 206 has to do, and the MD5 decides.
    const goesOn = response.status === 206 && (first === undefined || Number(first) === this.#have);
    if (this.#have === 0 ? response.status === 200 : goesOn) return;
    this.startAgain();
    if (response.status !== 200)
      throw new TransientError(`${this.file.url}: the server sent another part than asked for.`);
  }

  async #append(chunk: Uint8Array): Promise<void> {
    const { nbytes, fileName } = this.file;
    if (this.#have + chunk.length > nbytes) {
      throw new ModelFileError('corrupt', fileName, `${fileName} should have ${nbytes} bytes, but came with more.`);
    }
    this.bytes.set(chunk, this.#have);
    this.#have += chunk.length;
    this.fetcher.onBytes(chunk.length, true);
    if (this.#have - this.#kept >= PART_BYTES && this.#have < nbytes) await this.#keep(this.#have);
  }

  async #keep(end: number): Promise<void> {
    const { url, md5sum } = this.file;
    await this.fetcher.parts.put(url, md5sum, this.#kept, this.bytes.slice(this.#kept, end));
    this.#kept = end;
  }

  /** Forgets what there is; the kept pieces stay. */
  startAgain(): void {
    this.fetcher.onBytes(-this.#have, false);
    this.#have = this.#kept = 0;
  }
}
