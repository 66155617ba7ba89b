/** Work on the processor's thread goes on for this long before messages are heard, in ms. */
const SLICE_MS = 8;

/** Lets the thread hear messages while it computes, so that a request to stop is heard too. */
export class Pace {
  #last = performance.now();
  // setTimeout would wait 4 ms each time in a browser; Node's channels do not let timers and signals through, and there
  // setImmediate does.
  readonly #channel = 'setImmediate' in globalThis ? null : new MessageChannel();

  constructor(private readonly signal: AbortSignal) {}

  /** Whether it is time to `breathe`: to be asked between two pieces of work, since awaiting costs time itself. */
  get isDue(): boolean {
    return performance.now() - this.#last > SLICE_MS;
  }

  /** Resolves once what was waiting has run. Rejects with the signal's reason. */
  async breathe(): Promise<void> {
    await new Promise<void>((resolve) => this.#soon(resolve));
    this.#last = performance.now();
    this.signal.throwIfAborted();
  }

  dispose(): void {
    this.#channel?.port1.close();
  }

  #soon(resume: () => void): void {
    if (this.#channel === null) {
      setImmediate(resume);
      return;
    }
    this.#channel.port1.onmessage = resume;
    this.#channel.port2.postMessage(null);
  }
}
