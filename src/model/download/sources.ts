import type { CheckpointSource, RandomAccessFile } from '../convert/checkpoint';
import { ModelFileError } from '../errors';
import { secondDownload } from '../second-download';
import { checkFile } from '../tensors';
import { TransientError } from './errors';
import { type Fetcher, fetchKnownFile, fetchSmallFile, type KnownFile } from './fetch-file';
import { request, withRetries } from './http';
import type { FolderFiles } from './target';

/** Where files of a model in MLC's layout come from. */
export interface FileSource {
  /** A file of unknown size. Rejects with ModelFileError 'missing', DownloadError, or the signal's reason. */
  small(fileName: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** A file that is checked against size and MD5: besides, ModelFileError 'corrupt'. */
  known(file: KnownFile, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

export function httpFiles(baseUrl: string, fetcher: Fetcher): FileSource {
  return {
    small: (fileName, signal) => fetchSmallFile(fetcher, new URL(fileName, baseUrl).href, signal),
    known: (file, signal) => fetchKnownFile(fetcher, { ...file, url: new URL(file.fileName, baseUrl).href }, signal),
  };
}

export function folderFiles(files: FolderFiles, onBytes: Fetcher['onBytes']): FileSource {
  const read = async (fileName: string): Promise<Uint8Array<ArrayBuffer>> => {
    return new Uint8Array(await fileOf(files, fileName).arrayBuffer());
  };
  return {
    small: read,
    async known(file) {
      const bytes = await read(file.fileName);
      checkFile(bytes, file);
      onBytes(bytes.length, true);
      return bytes;
    },
  };
}

/** A Hugging Face folder whose weights are read in parts, by Range requests. */
export function httpCheckpoint(id: string, baseUrl: string, fetcher: Fetcher): CheckpointSource {
  const never = new AbortController().signal;
  return {
    id,
    read: (fileName, signal = never) => fetchSmallFile(fetcher, new URL(fileName, baseUrl).href, signal),
    async open(fileName, signal = never): Promise<RandomAccessFile> {
      const file = { url: new URL(fileName, baseUrl).href, fileName };
      const { total, stamp } = await readRange(fetcher, { ...file, stamp: null }, 0, 1, signal);
      return {
        size: total,
        version: versionOf(stamp),
        read: async (begin, end, signal = never) =>
          (await readRange(fetcher, { ...file, stamp }, begin, end, signal)).bytes,
      };
    },
  };
}

export function folderCheckpoint(id: string, files: FolderFiles): CheckpointSource {
  return {
    id,
    read: async (fileName) => new Uint8Array(await fileOf(files, fileName).arrayBuffer()),
    async open(fileName): Promise<RandomAccessFile> {
      const file = fileOf(files, fileName);
      return {
        size: file.size,
        // The same name, size and time do not make the same contents, and a disk is read quickly.
        version: null,
        read: async (begin, end) => new Uint8Array(await file.slice(begin, end).arrayBuffer()),
      };
    },
  };
}

function fileOf(files: FolderFiles, fileName: string): Blob {
  const file = files.get(fileName) ?? files.get(secondDownload(fileName, files.keys()) ?? '');
  if (file !== undefined) return file;
  throw new ModelFileError('missing', fileName, `${fileName} is not in the folder.`);
}

/** A file on a server. `stamp`: what it answers as the file's version; null: not known yet. */
interface RemoteFile {
  readonly url: string;
  readonly fileName: string;
  readonly stamp: string | null;
}

/** Bytes begin .. end − 1 of a file, and its whole size and version where the server lets them be seen. */
async function readRange(
  fetcher: Fetcher,
  { url, fileName, ...known }: RemoteFile,
  begin: number,
  end: number,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; total: number | null; stamp: string | null }> {
  const { network, http } = fetcher;
  const bytes = new Uint8Array(end - begin);
  let total: number | null = null;
  let { stamp } = known;
  let have = 0;
  await withRetries(network, http, signal, async (progressed) => {
    const range = { first: begin + have, last: end - 1 };
    const onHead = (response: Response): void => {
      const header = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
      const isPart = response.status === 206 && (header === null || Number(header[1]) === range.first);
      if (!isPart) {
        const message = `The server does not hand out parts of ${fileName}, so it cannot be converted from there.`;
        throw new ModelFileError('missing', fileName, message);
      }
      total = header === null ? null : Number(header[2]);
      const found = response.headers.get('etag') ?? response.headers.get('last-modified');
      if (stamp !== null && found !== null && found !== stamp) {
        const message = `${fileName} has changed on the server while it was read: start again.`;
        throw new ModelFileError('corrupt', fileName, message);
      }
      stamp ??= found;
    };
    await request(network, { url, range, stallMs: http.stallMs }, signal, onHead, (chunk) => {
      if (have + chunk.length > bytes.length) {
        throw new ModelFileError('corrupt', fileName, `The server sent more of ${fileName} than was asked for.`);
      }
      bytes.set(chunk, have);
      have += chunk.length;
      progressed();
    });
    if (have < bytes.length) throw new TransientError(`${url} ended after ${begin + have} bytes.`);
  });
  return { bytes, total, stamp };
}

/** A date says less than an ETag: a file may change twice within a second (RFC 9110, 8.8.2.2). */
const SETTLED_MS = 60_000;

/** A stamp that changes with the file's contents; null where it may not. */
function versionOf(stamp: string | null): string | null {
  const date = Date.parse(stamp ?? '');
  return Number.isNaN(date) || Date.now() - date > SETTLED_MS ? stamp : null;
}
