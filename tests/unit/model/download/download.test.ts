import * as webllm from '@mlc-ai/web-llm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteModel, forgetDamaged, modelStatus } from '../../../../src/model/download/stored-model';
import { md5 } from '../../../../src/model/md5';
import { type Fault, FaultServer } from '../../../fixtures/fault-server';
import { MemoryCaches } from '../../../fixtures/memory-caches';
import { fixtureModel } from '../fixture-model';
import { browserWith, FOLDER, loadedTensors, serveModel, targetOn } from './setup';

const SHARD = `${FOLDER}params_shard_1.bin`;

/** Where a test waits for it; elsewhere a busy machine must not look like a silent server. */
const SHORT_STALL_MS = 100;

let server: FaultServer;
let truth: Map<string, string>;
beforeEach(async () => {
  server = await FaultServer.start();
  serveModel(server);
  const { store, download } = browserWith();
  await download(targetOn(server));
  truth = (await loadedTensors(store, targetOn(server).baseUrl)) ?? new Map();
  expect(truth.size).toBe(14);
  server.seen.length = 0;
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

describe('a download', () => {
  it('fetches every file once, tells how far it is, and leaves the same tensors', async () => {
    const { store, parts, progress, download } = browserWith();
    const target = targetOn(server);
    expect(await modelStatus(target, store, parts)).toEqual({ state: 'absent', keptBytes: 0 });
    await download(target);
    expect(await loadedTensors(store, target.baseUrl)).toEqual(truth);
    expect(server.seen.map(({ path }) => path).sort()).toEqual([
      'lib.wasm',
      ...[
        'mlc-chat-config.json',
        'params_shard_0.bin',
        'params_shard_1.bin',
        'tensor-cache.json',
        'tokenizer.json',
      ].map((name) => FOLDER + name),
    ]);
    expect(progress.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1])).toEqual([
      'list',
      'check',
      'fetch',
      'library',
    ]);
    const bytes = fixtureModel().shardBytes.reduce((sum, shard) => sum + shard.length, 0);
    expect(progress.at(-1)).toMatchObject({ phase: 'library', doneBytes: bytes, totalBytes: bytes });
    expect((await modelStatus(target, store, parts)).state).toBe('ready');
  });

  it('lands where WebLLM looks for it, and is all that WebLLM needs', async () => {
    const { caches, store, parts, download } = browserWith();
    const target = targetOn(server);
    await download(target);
    vi.stubGlobal('caches', caches);
    const record = { model: `${server.url}org/model`, model_id: 'model', model_lib: target.libraryUrl ?? '' };
    const appConfig = { ...webllm.prebuiltAppConfig, model_list: [record] };
    expect(await webllm.hasModelInCache('model', appConfig)).toBe(true);
    expect(caches.listing()).toEqual({
      'webllm/config': [`${target.baseUrl}mlc-chat-config.json`],
      'webllm/model': ['params_shard_0.bin', 'params_shard_1.bin', 'tensor-cache.json', 'tokenizer.json'].map(
        (name) => target.baseUrl + name,
      ),
      'webllm/wasm': [target.libraryUrl],
    });
    await webllm.deleteModelAllInfoInCache('model', appConfig);
    expect(caches.listing()).toEqual({ 'webllm/model': [`${target.baseUrl}tensor-cache.json`] });
    expect((await modelStatus(target, store, parts)).state).toBe('damaged');
    await deleteModel(target, store, parts);
    expect(caches.listing()).toEqual({});
  });

  it('does not fetch again what is here, and asks the engine to check nothing twice', async () => {
    const { caches, store, download } = browserWith();
    const target = targetOn(server);
    await download(target);
    server.seen.length = 0;
    await browserWith(caches).download(target);
    expect(server.seen.map(({ path }) => path)).not.toContain(SHARD);
    expect(server.seen.map(({ path }) => path)).not.toContain('lib.wasm');
    expect(await loadedTensors(store, target.baseUrl)).toEqual(truth);
  });

  it.each<[string, ...Fault[]]>([
    ['two times 503', { kind: 'status', status: 503 }, { kind: 'status', status: 503 }],
    ['429 with a time to wait', { kind: 'status', status: 429, retryAfter: 0 }],
    ['a connection that breaks', { kind: 'truncate', after: 1000 }],
    ['a connection that breaks at once, often', ...Array(3).fill({ kind: 'truncate', after: 0 })],
    ['a body that is too short', { kind: 'short', length: 1000 }],
    ['a body that is too long', { kind: 'longer' }],
    ['a connection that falls silent', { kind: 'stall', after: 1000 }],
    ['one wrong byte', { kind: 'wrong', at: 77 }],
    ['a wrong byte and a break', { kind: 'wrong', at: 77 }, { kind: 'truncate', after: 10 }],
    ['a server that ignores Range after a break', { kind: 'truncate', after: 1000 }, { kind: 'no-range' }],
    ['another part than asked for', { kind: 'truncate', after: 1000 }, { kind: 'other-range' }],
    ['a break, and 416 for the rest', { kind: 'truncate', after: 1000 }, { kind: 'status', status: 416 }],
  ])('gets over %s', async (_, ...faults) => {
    server.fail(SHARD, ...faults);
    const { caches, store, download, tools } = browserWith();
    tools.http.stallMs = faults.some(({ kind }) => kind === 'stall') ? SHORT_STALL_MS : tools.http.stallMs;
    const target = targetOn(server);
    await download(target);
    expect(await loadedTensors(store, target.baseUrl)).toEqual(truth);
    expect(server.requestsFor(SHARD).length).toBeGreaterThan(1);
    expect(caches.listing()['sasc/parts']).toBeUndefined();
  });

  it.each<[string, string, string, ...Fault[]]>([
    ['a shard that is not there', SHARD, 'missing', { kind: 'status', status: 404 }],
    ['a page instead of a shard', SHARD, 'missing', { kind: 'html' }],
    ['a page instead of the manifest', `${FOLDER}tensor-cache.json`, 'missing', { kind: 'html' }],
    ['half a manifest', `${FOLDER}tensor-cache.json`, 'invalid', { kind: 'short', length: 500 }],
    ['half a tokenizer', `${FOLDER}tokenizer.json`, 'invalid', { kind: 'short', length: 500 }],
    ['half a library', 'lib.wasm', 'corrupt', { kind: 'short', length: 11 }],
    ['a shard that is wrong twice', SHARD, 'corrupt', { kind: 'wrong', at: 5 }, { kind: 'wrong', at: 6 }],
    ['a shard that is too long twice', SHARD, 'corrupt', { kind: 'longer' }, { kind: 'longer' }],
    ['a server that is down', SHARD, 'network', ...Array(4).fill({ kind: 'status', status: 503 })],
    ['a server that always ends early', SHARD, 'network', ...Array(4).fill({ kind: 'short', length: 0 })],
    ['a server that always falls silent', SHARD, 'network', ...Array(4).fill({ kind: 'stall', after: 0 })],
  ])('ends with %s, leaves no model, and can go on', async (_, path, code, ...faults) => {
    server.fail(path, ...faults);
    const { store, parts, download, tools } = browserWith();
    tools.http.stallMs = faults.some(({ kind }) => kind === 'stall') ? SHORT_STALL_MS : tools.http.stallMs;
    const target = targetOn(server);
    await expect(download(target)).rejects.toMatchObject({ code });
    expect(await loadedTensors(store, target.baseUrl)).toBeNull();
    expect((await modelStatus(target, store, parts)).state).not.toBe('ready');
    await download(target);
    expect(await loadedTensors(store, target.baseUrl)).toEqual(truth);
  });

  it('fetches the shards of another version anew, whatever was kept', async () => {
    const { caches, store, download } = browserWith();
    const target = targetOn(server);
    await download(target);
    serveModel(
      server,
      ({
        shardBytes: [, shard],
        manifest: {
          records: [, record],
        },
      }) => {
        if (shard !== undefined && record !== undefined) record.md5sum = md5(shard.fill(3));
      },
    );
    server.seen.length = 0;
    await browserWith(caches).download(target);
    expect(server.seen.map(({ path }) => path)).not.toContain(`${FOLDER}params_shard_0.bin`);
    const tensors = await loadedTensors(store, target.baseUrl);
    expect(tensors?.get('model.norm.weight')).toBe('03'.repeat(64));
  });

  it('looks into what WebLLM has fetched by itself: what is right stays, what is wrong goes', async () => {
    const { caches, store, download } = browserWith();
    const target = targetOn(server);
    const cache = await caches.open('webllm/model');
    const [right, wrong] = fixtureModel().shardBytes.map((bytes) => bytes.slice());
    wrong?.fill(1, 7, 8);
    await cache.put(`${target.baseUrl}params_shard_0.bin`, new Response(right ?? null));
    await cache.put(`${target.baseUrl}params_shard_1.bin`, new Response(wrong ?? null));
    await download(target);
    expect(server.requestsFor(`${FOLDER}params_shard_0.bin`)).toEqual([]);
    expect(server.requestsFor(SHARD).length).toBe(1);
    expect(await loadedTensors(store, target.baseUrl)).toEqual(truth);
  });
});

describe('room in the browser', () => {
  it('is looked at before any shard is fetched', async () => {
    const { store, download } = browserWith(new MemoryCaches(), 60_000_000);
    const target = targetOn(server);
    await expect(download(target)).rejects.toMatchObject({
      code: 'quota',
      message: 'The model needs 0 MB, but the browser has room for 60 MB only.',
      details: { freeBytes: 60_000_000 },
    });
    expect(server.requestsFor(SHARD)).toEqual([]);
    expect(await loadedTensors(store, target.baseUrl)).toBeNull();
  });

  it('may still run out on the way', async () => {
    const { caches, store, download } = browserWith();
    caches.quotaBytes = 5000;
    const target = targetOn(server);
    await expect(download(target)).rejects.toMatchObject({ code: 'quota' });
    expect(await loadedTensors(store, target.baseUrl)).toBeNull();
    caches.quotaBytes = Infinity;
    await download(target);
    expect(await loadedTensors(store, target.baseUrl)).toEqual(truth);
  });
});

describe('a browser that is closed in between', () => {
  it('has, at any moment, either no model or the right one', async () => {
    const target = targetOn(server);
    let changes = 0;
    const count = browserWith();
    count.caches.onChange = () => changes++;
    await count.download(target);
    expect(changes).toBeGreaterThan(5);
    for (let last = 0; last < changes; last++) {
      const { caches, store, download } = browserWith();
      let left = last;
      caches.onChange = () => {
        if (left-- <= 0) throw new Error('closed');
      };
      await expect(download(target)).rejects.toThrow('closed');
      caches.onChange = () => undefined;
      const tensors = await loadedTensors(store, target.baseUrl);
      if (tensors !== null) expect(tensors).toEqual(truth);
      await browserWith(caches).download(target);
      expect(await loadedTensors(store, target.baseUrl)).toEqual(truth);
    }
  });
});

describe('repair', () => {
  it.each(['params_shard_0.bin', 'tokenizer.json', 'tensor-cache.json', 'mlc-chat-config.json'])(
    'finds a damaged %s, and a download brings back just that',
    async (name) => {
      const { caches, store, download } = browserWith();
      const target = targetOn(server);
      await download(target);
      const cache = await caches.open(name === 'mlc-chat-config.json' ? 'webllm/config' : 'webllm/model');
      const entry = cache.entries.get(target.baseUrl + name);
      new Uint8Array(entry?.bytes ?? new ArrayBuffer(0)).fill(0x62, 40, 50);
      const bytes: number[] = [];
      const damaged = await forgetDamaged(target, store, (n) => bytes.push(n), new AbortController().signal);
      expect(damaged).toEqual([name]);
      expect(await loadedTensors(store, target.baseUrl)).toBeNull();
      server.seen.length = 0;
      await download(target);
      const shards = server.seen.flatMap(({ path }) => (path.endsWith('.bin') ? [path] : []));
      expect(shards).toEqual(name.endsWith('.bin') ? [FOLDER + name] : []);
      expect(await loadedTensors(store, target.baseUrl)).toEqual(truth);
    },
  );

  it('finds nothing in a sound model', async () => {
    const { store, download } = browserWith();
    const target = targetOn(server);
    await download(target);
    expect(await forgetDamaged(target, store, () => undefined, new AbortController().signal)).toEqual([]);
    expect(await loadedTensors(store, target.baseUrl)).toEqual(truth);
  });

  it('is offered where a shard has gone or changed its size', async () => {
    const { caches, store, parts, download } = browserWith();
    const target = targetOn(server);
    await download(target);
    await (await caches.open('webllm/model')).delete(`${target.baseUrl}params_shard_0.bin`);
    expect((await modelStatus(target, store, parts)).state).toBe('damaged');
    await expect(loadedTensors(store, target.baseUrl)).rejects.toMatchObject({ code: 'missing' });
  });
});
