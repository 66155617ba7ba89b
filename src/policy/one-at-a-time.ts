import { toEngineError } from './errors';
import { EngineError } from './types';

/** Calls of an engine that share what they work with, so that only one may run. */
export class OneAtATime {
  #current: Promise<void> | null = null;

  /** Rejects with EngineError: 'internal' while another call runs, else as `work` does, or 'aborted'. */
  async run<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#current !== null) throw new EngineError('internal', 'The engine is busy with another request.');
    const running = work();
    const settled = (): void => {
      this.#current = null;
    };
    this.#current = running.then(settled, settled);
    try {
      return await running;
    } catch (error) {
      throw toEngineError(error, signal);
    }
  }

  /** Resolves once the running call, if any, has ended: abort it first. Never rejects. */
  async ended(): Promise<void> {
    await this.#current;
  }
}
