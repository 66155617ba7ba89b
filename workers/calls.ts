/**
 * Cancelling one call of a worker: an AbortSignal cannot be posted, so the page numbers its calls and posts the number of
 * the one that is to end. The others continue.
 */

/** No two calls of one client have the same. */
export type CallId = number;

/** The page's half. */
export class Calls {
  #last: CallId = 0;

  /** @param cancel posts the number to the worker */
  constructor(private readonly cancel: (call: CallId) => void) {}

  /** Makes a call that `signal` cancels; it settles when the worker says how it ended. */
  async run<T>(signal: AbortSignal | undefined, make: (call: CallId) => Promise<T>): Promise<T> {
    const call = ++this.#last;
    const onAbort = (): void => this.cancel(call);
    const made = make(call);
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort);
    try {
      return await made;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }
}

/** The worker's half: the calls that are running. */
export class RunningCalls {
  readonly #running = new Map<CallId, AbortController>();

  async run<T>(call: CallId, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#running.set(call, controller);
    try {
      return await work(controller.signal);
    } finally {
      this.#running.delete(call);
    }
  }

  /** Nothing happens where the call has ended. */
  cancel(call: CallId): void {
    this.#running.get(call)?.abort();
  }
}
