import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asker } from '../../../src/net/ask';
import type { DownloadProgress } from '../../../src/model/download/download';
import { DownloadClient } from '../../../workers/download-client';
import { DownloadService, type WorkerScope } from '../../../workers/download-service';
import { FaultServer } from '../../fixtures/fault-server';
import { MemoryCaches } from '../../fixtures/memory-caches';
import { FOLDER, serveModel, targetOn } from '../model/download/setup';
import { fakeWorkers } from './fake-worker';

const SHARD = `${FOLDER}params_shard_1.bin`;

let server: FaultServer;
let caches: MemoryCaches;
/** Names of the locks that another tab holds. */
let held: Set<string>;
let client: DownloadClient;
let workers: ReturnType<typeof fakeWorkers>;

/** Locks of one tab, which are refused where another tab holds them. */
const locks = {
  async request<T>(name: string, _: LockOptions, work: (lock: Lock | null) => Promise<T>): Promise<T> {
    return work(held.has(name) ? null : { name, mode: 'exclusive' });
  },
};

beforeEach(async () => {
  server = await FaultServer.start();
  serveModel(server);
  caches = new MemoryCaches();
  held = new Set();
  const scope: WorkerScope = {
    caches,
    storage: { estimate: async () => ({ quota: caches.quotaBytes, usage: caches.usedBytes }) },
    locks: locks as WorkerScope['locks'],
    asker,
  };
  workers = fakeWorkers(() => new DownloadService(scope));
  vi.stubGlobal('Worker', workers.FakeWorker);
  client = new DownloadClient();
});
afterEach(async () => {
  for (const worker of workers.all) worker.terminate();
  vi.unstubAllGlobals();
  await server.close();
});

const statusOf = async () => {
  const result = await client.statuses([targetOn(server)]);
  return result.ok ? result.value[0]?.state : result.code;
};

describe('a download in the worker', () => {
  it('tells its phases in order, and leaves a model that is ready', async () => {
    const progress: DownloadProgress[] = [];
    expect(await client.download(targetOn(server), (one) => progress.push(one))).toEqual({
      ok: true,
      value: undefined,
    });
    expect(progress.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1])).toEqual([
      ...['list', 'check', 'fetch', 'library'],
    ]);
    expect(await statusOf()).toBe('ready');
    expect(await client.remove(targetOn(server))).toMatchObject({ ok: true });
    expect(await statusOf()).toBe('absent');
  });

  it('ends on request, and continues from there', async () => {
    server.bytesPerSecond = 20_000;
    const stop = new AbortController();
    const download = client.download(
      targetOn(server),
      ({ phase, arrivedBytes }) => phase === 'fetch' && arrivedBytes > 0 && stop.abort(),
      stop.signal,
    );
    expect(await download).toMatchObject({ ok: false, code: 'aborted' });
    expect(await statusOf()).toBe('partial');
    server.bytesPerSecond = Infinity;
    expect(await client.download(targetOn(server), () => undefined)).toMatchObject({ ok: true });
    expect(await statusOf()).toBe('ready');
  });

  it('is not ended by the signal of another call', async () => {
    await client.download(targetOn(server), () => undefined);
    const stop = new AbortController();
    expect(await client.forgetDamaged(targetOn(server), () => undefined, stop.signal)).toEqual({ ok: true, value: [] });
    await client.remove(targetOn(server));
    const again = client.download(targetOn(server), () => undefined);
    stop.abort();
    expect(await again).toMatchObject({ ok: true });
  });

  it('checks what is kept, and forgets what is damaged', async () => {
    await client.download(targetOn(server), () => undefined);
    const cache = await caches.open('webllm/model');
    const kept = [...cache.entries].find(([url]) => url.endsWith('params_shard_1.bin'));
    if (kept === undefined) throw new Error('The shard is not there.');
    new Uint8Array(kept[1].bytes)[3] = 1 ^ (new Uint8Array(kept[1].bytes)[3] ?? 0);
    let read = 0;
    const damaged = await client.forgetDamaged(targetOn(server), (bytes) => (read = bytes));
    expect(damaged).toEqual({ ok: true, value: ['params_shard_1.bin'] });
    // The last report may arrive after the result.
    await vi.waitFor(() => expect(read).toBeGreaterThan(0));
    expect(await statusOf()).not.toBe('ready');
  });
});

describe('what can go wrong with a download', () => {
  it('a file that is not there', async () => {
    server.files.delete(SHARD);
    expect(await client.download(targetOn(server), () => undefined)).toMatchObject({ ok: false, code: 'missing' });
    expect(await client.inspect(`${server.url}nothing/`)).toMatchObject({ ok: false, code: 'missing' });
  });

  it('a file that says nothing usable', async () => {
    server.files.set(`${FOLDER}mlc-chat-config.json`, new TextEncoder().encode('{}'));
    expect(await client.inspect(server.url + FOLDER)).toMatchObject({ ok: false, code: 'invalid' });
  });

  it('a file that is not what its manifest says', async () => {
    const bytes = server.files.get(SHARD) ?? new Uint8Array();
    server.files.set(
      SHARD,
      bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
    );
    expect(await client.download(targetOn(server), () => undefined)).toMatchObject({ ok: false, code: 'corrupt' });
  });

  it('a browser without room for it', async () => {
    caches.quotaBytes = 10;
    expect(await client.download(targetOn(server), () => undefined)).toMatchObject({ ok: false, code: 'quota' });
  });

  it('another tab that is at it', async () => {
    held.add(`sasc-model ${targetOn(server).baseUrl}`);
    const busy = { ok: false, code: 'busy' };
    expect(await client.download(targetOn(server), () => undefined)).toMatchObject(busy);
    expect(await client.forgetDamaged(targetOn(server), () => undefined)).toMatchObject(busy);
    expect(await client.remove(targetOn(server))).toMatchObject(busy);
  });

  it('a browser that fails in a way nobody thought of', async () => {
    caches.onChange = () => {
      throw new Error('disk on fire');
    };
    const failed = { ok: false, code: 'internal', message: 'disk on fire' };
    expect(await client.download(targetOn(server), () => undefined)).toMatchObject(failed);
  });

  it('a worker that dies', async () => {
    server.bytesPerSecond = 1000;
    const download = client.download(targetOn(server), () => undefined);
    workers.all[0]?.dispatchEvent(new Event('error'));
    expect(await download).toMatchObject({ ok: false, code: 'internal' });
  });
});
