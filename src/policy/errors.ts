import { GpuError } from '../gpu/error';
import { ModelFileError } from '../model/errors';
import { EngineError } from './types';

/** Any failure as an EngineError; once `signal` has fired, that is the reason, whatever broke because of it. */
export function toEngineError(error: unknown, signal?: AbortSignal): EngineError {
  if (signal?.aborted === true) return new EngineError('aborted', 'Stopped on request.');
  if (error instanceof EngineError) return error;
  if (error instanceof GpuError) return new EngineError(error.code, error.message);
  if (error instanceof ModelFileError) {
    return new EngineError(`model-${error.code}`, error.message, { file: error.file });
  }
  return new EngineError('internal', error instanceof Error ? error.message : String(error));
}

/** Awaits `work`, but rejects at once when `signal` fires; `work` goes on unheard. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
