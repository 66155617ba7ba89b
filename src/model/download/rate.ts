/** Older figures say little about the present network. */
const WINDOW_MS = 8000;
/** A rate over less time would fluctuate. */
const LEAST_MS = 1000;

/** Bytes a second over the last seconds. */
export class RateMeter {
  readonly #samples: { readonly ms: number; readonly bytes: number }[] = [];

  /**
   * Bytes a second, null while nothing can be said.
   * @param bytes all that has arrived so far; less than before: start again
   * @param nowMs any monotonic clock
   */
  rate(bytes: number, nowMs: number): number | null {
    const last = this.#samples.at(-1);
    if (last !== undefined && bytes < last.bytes) this.#samples.length = 0;
    this.#samples.push({ ms: nowMs, bytes });
    while ((this.#samples[1]?.ms ?? Infinity) <= nowMs - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || nowMs - first.ms < LEAST_MS) return null;
    return (1000 * (bytes - first.bytes)) / (nowMs - first.ms);
  }
}
