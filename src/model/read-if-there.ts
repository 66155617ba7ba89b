import { ModelFileError } from './errors';
import type { ModelSource } from './types';

/** A file that a model may do without; null when there is none. Rejects as `source.read` does for any other reason. */
export async function readIfThere(
  source: Pick<ModelSource, 'read'>,
  fileName: string,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  try {
    return await source.read(fileName, signal);
  } catch (error) {
    if (error instanceof ModelFileError && error.code === 'missing') return null;
    throw error;
  }
}
