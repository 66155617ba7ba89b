import { withoutCredentials } from '../../net/credentials';

/**
 * Why a download ended early, apart from the files themselves (ModelFileError): the network did not answer
 * ('network'), or the browser's storage is full ('quota').
 */
export class DownloadError extends Error {
  constructor(
    readonly code: 'network' | 'quota',
    message: string,
    readonly details: Readonly<Record<string, string | number>> = {},
  ) {
    super(withoutCredentials(message));
    this.name = 'DownloadError';
  }
}

/** One attempt has failed, and another may succeed. */
export class TransientError extends Error {
  constructor(
    message: string,
    /** How long the server asked to wait; null: our own rule. */
    readonly waitMs: number | null = null,
  ) {
    super(withoutCredentials(message));
    this.name = 'TransientError';
  }
}
