import * as Comlink from 'comlink';

/** Workers of a page on the page's own thread, over real message channels. `expose` makes what each of them runs. */
export function fakeWorkers(expose: () => object) {
  const all: FakeWorker[] = [];
  class FakeWorker extends EventTarget {
    isTerminated = false;
    readonly #channel = new MessageChannel();

    constructor() {
      super();
      all.push(this);
      this.#channel.port1.onmessage = ({ data }) => this.dispatchEvent(new MessageEvent('message', { data }));
      Comlink.expose(expose(), this.#channel.port2);
    }

    postMessage(message: unknown, transfer: Transferable[] = []): void {
      this.#channel.port1.postMessage(message, transfer);
    }

    terminate(): void {
      this.isTerminated = true;
      this.#channel.port1.close();
    }
  }
  return { FakeWorker, all };
}
