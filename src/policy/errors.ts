import * as v from 'valibot';
import { withoutCredentials } from '../net/credentials';
import { ModelFileError } from '../model/errors';
import { EngineError, isEngineErrorCode } from './types';

const detailsSchema = v.record(v.string(), v.union([v.string(), v.number()]));

/** Any failure as an EngineError; once `signal` has fired, that is the reason, whatever broke because of it. */
export function toEngineError(error: unknown, signal?: AbortSignal): EngineError {
  if (signal?.aborted === true) return new EngineError('aborted', 'Stopped on request.');
  if (error instanceof EngineError) return error;
  if (error instanceof ModelFileError) {
    return new EngineError(`model-${error.code}`, error.message, { file: error.file });
  }
  // The GPU layer's errors carry codes of ours, which saves an import of it here.
  if (error instanceof Error && 'code' in error && isEngineErrorCode(error.code)) {
    const details = 'details' in error ? v.safeParse(detailsSchema, error.details) : null;
    return new EngineError(error.code, error.message, details?.success === true ? details.output : {});
  }
  return new EngineError('internal', withoutCredentials(error instanceof Error ? error.message : String(error)));
}

/** Awaits `work`, but rejects at once when `signal` fires; `work` then keeps running and its result is ignored. */
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
