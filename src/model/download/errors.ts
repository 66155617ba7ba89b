/**
 * Why a download ended before its time, apart from the files themselves (ModelFileError): the network did not answer
 * ('network'), or the browser has no room ('quota').
 */
export class DownloadError extends Error {
  constructor(
    readonly code: 'network' | 'quota',
    message: string,
    readonly details: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
    this.name = 'DownloadError';
  }
}

/** One attempt has failed, and another may succeed. */
export class TransientError extends Error {
  constructor(
    message: string,
    /** What the server asked to be waited; null: our own rule. */
    readonly waitMs: number | null = null,
  ) {
    super(message);
    this.name = 'TransientError';
  }
}
