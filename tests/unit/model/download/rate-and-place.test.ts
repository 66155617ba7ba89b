import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectModel } from '../../../../src/model/download/inspect';
import { modelSource } from '../../../../src/model/download/model-source';
import { RateMeter } from '../../../../src/model/download/rate';
import { folderCheckpoint, httpCheckpoint } from '../../../../src/model/download/sources';
import { FaultServer } from '../../../fixtures/fault-server';
import { MemoryCaches } from '../../../fixtures/memory-caches';
import { browserWith, FOLDER, serveModel, targetOn } from './setup';

let server: FaultServer;
beforeEach(async () => {
  server = await FaultServer.start();
});
afterEach(() => server.close());

describe('a rate', () => {
  it('is that of the last eight seconds', () => {
    const meter = new RateMeter();
    expect(meter.rate(0, 0)).toBeNull();
    expect(meter.rate(500, 500)).toBeNull();
    expect(meter.rate(1000, 1000)).toBe(1000);
    for (let s = 2; s <= 20; s++) meter.rate(1000 + 5000 * (s - 1), 1000 * s);
    expect(meter.rate(101_000, 21_000)).toBe(5000);
  });

  it('falls to nothing while nothing comes, and begins anew when bytes are taken back', () => {
    const meter = new RateMeter();
    meter.rate(0, 0);
    meter.rate(9000, 1000);
    for (let s = 2; s <= 12; s++) meter.rate(9000, 1000 * s);
    expect(meter.rate(9000, 13_000)).toBe(0);
    expect(meter.rate(100, 14_000)).toBeNull();
  });
});

describe('where the engine reads a model', () => {
  const PAGE = 'https://page.example';

  it('is the page’s own server for what comes with the page', async () => {
    serveModel(server);
    const origin = new URL(server.url).origin;
    const source = await modelSource(new MemoryCaches(), origin, 'own', server.url + FOLDER);
    expect((await source.read('tokenizer.json')).length).toBeGreaterThan(100);
    expect(
      await (await modelSource(undefined, origin, 'own', server.url + FOLDER)).read('tensor-cache.json'),
    ).toBeTruthy();
  });

  it('is what was downloaded, and never another server', async () => {
    serveModel(server);
    const { baseUrl } = targetOn(server);
    const { caches, download } = browserWith();
    const before = await modelSource(caches, PAGE, 'model', baseUrl);
    await expect(before.read('mlc-chat-config.json')).rejects.toMatchObject({
      code: 'missing',
      message: 'mlc-chat-config.json of model is not among the downloaded files.',
    });
    expect(server.seen).toEqual([]);
    await download(targetOn(server));
    server.seen.length = 0;
    const source = await modelSource(caches, PAGE, 'model', baseUrl);
    expect((await source.read('params_shard_0.bin')).length).toBeGreaterThan(1000);
    expect(await source.isVerified?.('params_shard_0.bin', 'f'.repeat(32))).toBe(false);
    expect(server.seen).toEqual([]);
  });
});

describe('looking at a model before it is fetched', () => {
  const signal = new AbortController().signal;
  const sourceAt = (url: string) => {
    return httpCheckpoint('', url, { ...browserWith().tools, onBytes: () => undefined });
  };

  it('reads no weights', async () => {
    const bytes = serveModel(server).shardBytes.reduce((sum, shard) => sum + shard.length, 0);
    const outline = await inspectModel(sourceAt(server.url + FOLDER), signal);
    expect(outline).toMatchObject({ kind: 'mlc', fetchBytes: bytes, keptBytes: bytes });
    expect(outline.config.hiddenSize).toBe(32);
    expect(server.seen.map(({ path }) => path)).toEqual([
      `${FOLDER}mlc-chat-config.json`,
      `${FOLDER}tensor-cache.json`,
    ]);
  });

  it('says what is wrong with a folder', async () => {
    const empty = inspectModel(folderCheckpoint('', new Map([['notes.txt', new Blob(['hello'])]])), signal);
    await expect(empty).rejects.toMatchObject({
      code: 'missing',
      message: 'There is neither mlc-chat-config.json nor config.json, so this is no model folder.',
    });
    const llama = new Map([['mlc-chat-config.json', new Blob(['{"model_type":"llama"}'])]]);
    await expect(inspectModel(folderCheckpoint('', llama), signal)).rejects.toMatchObject({ code: 'invalid' });
  });
});
