import { NotChosenError } from '../../net/ask';
import { CredentialsError } from '../../net/credentials';
import { ModelFileError } from '../errors';
import { isHtmlPage } from '../html-page';
import { DownloadError, TransientError } from './errors';

/** The network as it is used here, so that tests can bring their own. */
export interface Network {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface HttpOptions {
  /** Attempts without a single new byte before a file is given up. */
  readonly attempts: number;
  /** A connection without a byte for so long is closed. */
  readonly stallMs: number;
  /** Wait before the second attempt; doubled for each further one. */
  readonly firstWaitMs: number;
}

/** Longest wait between two attempts, whatever a server asks for. */
const MAX_WAIT_MS = 60_000;

/** Bytes first .. last of a file; without `last` to its end. */
export interface ByteRange {
  readonly first: number;
  readonly last?: number;
}

/**
 * Makes attempts until one succeeds, with growing waits between them. An attempt that calls `progressed` begins the count
 * anew. Rejects with DownloadError 'network' after the last one, at once with any error but TransientError, or with the
 * signal's reason.
 */
export async function withRetries<T>(
  network: Network,
  options: HttpOptions,
  signal: AbortSignal,
  attempt: (progressed: () => void) => Promise<T>,
): Promise<T> {
  let failures = 0;
  for (;;) {
    try {
      return await attempt(() => (failures = 0));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      failures++;
      if (failures >= options.attempts) throw new DownloadError('network', error.message);
      const wait = error.waitMs ?? options.firstWaitMs * 2 ** (failures - 1);
      await network.sleep(Math.min(wait, MAX_WAIT_MS), signal);
    }
  }
}

/**
 * One request, whose body is handed over chunk by chunk. `onHead` sees status and headers first. Throws ModelFileError
 * 'missing' where the server says so, TransientError for what may go away, or the signal's reason.
 */
export async function request(
  network: Network,
  { url, range, stallMs }: { readonly url: string; readonly range: ByteRange | null; readonly stallMs: number },
  signal: AbortSignal,
  onHead: (response: Response) => void,
  onChunk: (chunk: Uint8Array) => Promise<void> | void,
): Promise<void> {
  const stall = new Stall(stallMs);
  const init: RequestInit = { signal: AbortSignal.any([signal, stall.signal]), cache: 'no-store' };
  if (range !== null) init.headers = { Range: `bytes=${range.first}-${range.last ?? ''}` };
  try {
    const response = await fetchOrFail(network, url, init);
    checkStatus(url, response);
    onHead(response);
    await readBody(url, response, stall, onChunk);
  } catch (error) {
    signal.throwIfAborted();
    if (stall.signal.aborted) throw new TransientError(`No byte of ${url} came for ${stallMs / 1000} s.`);
    throw error;
  } finally {
    stall.stop();
  }
}

async function fetchOrFail(network: Network, url: string, init: RequestInit): Promise<Response> {
  try {
    return await network.fetch(url, init);
  } catch (error) {
    const reason = `${url} cannot be reached: ${(error as Error).message}.`;
    // Asking again would change nothing.
    if (error instanceof NotChosenError || error instanceof CredentialsError)
      throw new DownloadError('network', reason);
    throw new TransientError(reason);
  }
}

async function readBody(
  url: string,
  response: Response,
  stall: Stall,
  onChunk: (chunk: Uint8Array) => Promise<void> | void,
): Promise<void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: Error) => {
        throw new TransientError(`${url} broke off: ${error.message}.`);
      });
      stall.restart();
      if (done) return;
      await onChunk(value);
    }
  } finally {
    // Ends the connection of a body that is not wanted to its end; a finished one does not mind.
    await reader.cancel().catch(() => undefined);
  }
}

/** A signal that fires when nothing has happened for a while. */
class Stall {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout>;

  constructor(private readonly ms: number) {
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#controller.abort(), this.ms);
  }
}

function checkStatus(url: string, response: Response): void {
  const { status } = response;
  const isPage = isHtmlPage(response);
  if (response.ok && !isPage) return;
  // Nothing lies at or behind the first byte asked for: what was kept is not the beginning of this file.
  if (status === 416) return;
  const answer = isPage && response.ok ? 'an HTML page' : `status ${status}`;
  const message = `The server answered ${answer} for ${url}.`;
  if (status === 408 || status === 429 || status >= 500) throw new TransientError(message, retryAfterMs(response));
  const file = new URL(url).pathname.split('/').at(-1) ?? url;
  if (status === 401 || status === 403) {
    const why = 'the model is gated or private, or it is not there';
    const what = 'Sign in there, accept its terms, download its files and choose their folder here.';
    throw new ModelFileError(
      'missing',
      file,
      `The server does not hand out ${url} (status ${status}): ${why}. ${what}`,
    );
  }
  throw new ModelFileError('missing', file, message);
}

/** Retry-After in seconds; its other form, a date, is left to our own rule. */
function retryAfterMs(response: Response): number | null {
  const header = response.headers.get('retry-after');
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) && seconds >= 0 ? 1000 * seconds : null;
}
