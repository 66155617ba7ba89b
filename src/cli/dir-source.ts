import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ModelFileError } from '../model/errors';
import { secondDownload } from '../model/second-download';
import type { ModelSource } from '../model/types';

/** Model files in a folder on disk; the folder's name is the model's id. */
export function dirSource(folder: string): ModelSource {
  return {
    id: basename(resolve(folder)),
    async read(fileName, signal) {
      try {
        const { buffer, byteOffset, byteLength } = await readFile(join(folder, fileName), { signal });
        // No copy, but no Buffer either: its slice() would share memory.
        return new Uint8Array(buffer, byteOffset, byteLength);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
        const other = secondDownload(fileName, await readdir(folder).catch(() => []));
        if (other !== null) return new Uint8Array(await readFile(join(folder, other), { signal }));
        throw new ModelFileError('missing', fileName, `${fileName} is not in ${folder}.`);
      }
    },
  };
}
