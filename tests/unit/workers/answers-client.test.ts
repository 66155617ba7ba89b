import * as Comlink from 'comlink';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnswersClient } from '../../../workers/answers-client';
import { AnswersService } from '../../../workers/answers-service';

/** A worker on the same thread, over a real message channel; a stuck one never reads its messages. */
class FakeWorker extends EventTarget {
  static readonly all: FakeWorker[] = [];
  static isStuck = false;
  isTerminated = false;
  readonly #channel = new MessageChannel();

  constructor() {
    super();
    FakeWorker.all.push(this);
    this.#channel.port1.onmessage = ({ data }) => this.dispatchEvent(new MessageEvent('message', { data }));
    if (!FakeWorker.isStuck) Comlink.expose(new AnswersService(), this.#channel.port2);
  }

  postMessage(message: unknown): void {
    this.#channel.port1.postMessage(message);
  }

  terminate(): void {
    this.isTerminated = true;
    this.#channel.port1.close();
  }
}

describe('the answers worker', () => {
  beforeEach(() => {
    FakeWorker.all.length = 0;
    FakeWorker.isStuck = false;
    vi.stubGlobal('Worker', FakeWorker);
  });
  afterEach(() => {
    for (const worker of FakeWorker.all) worker.terminate();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('says which answers mean the same, and stays', async () => {
    const client = new AnswersClient();
    expect(await client.classes(['1/2', '0.5', '2'])).toEqual(new Map([['1/2', '1/2'], ['0.5', '1/2'], ['2', '2']])); // prettier-ignore
    await client.classes(['3']);
    expect(FakeWorker.all.map(({ isTerminated }) => isTerminated)).toEqual([false]);
  });

  it('is ended when it takes too long, and started again for the next question', async () => {
    vi.useFakeTimers();
    FakeWorker.isStuck = true;
    const client = new AnswersClient();
    const first = client.classes(['1/2', '0.5']);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await first).toBeNull();
    vi.useRealTimers();
    FakeWorker.isStuck = false;
    expect((await client.classes(['7']))?.get('7')).toBe('7');
    expect(FakeWorker.all.map(({ isTerminated }) => isTerminated)).toEqual([true, false]);
  });

  it('that dies is no answer', async () => {
    FakeWorker.isStuck = true;
    const client = new AnswersClient();
    const classes = client.classes(['1']);
    FakeWorker.all[0]?.dispatchEvent(new Event('error'));
    expect(await classes).toBeNull();
  });
});
