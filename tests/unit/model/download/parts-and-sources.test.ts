import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchKnownFile } from '../../../../src/model/download/fetch-file';
import { checkLibrary } from '../../../../src/model/download/library';
import { storeSource } from '../../../../src/model/download/store';
import { modelBaseUrl, type ModelTarget } from '../../../../src/model/download/target';
import { modelStatus } from '../../../../src/model/download/stored-model';
import { loadModelFiles } from '../../../../src/model/load';
import { md5 } from '../../../../src/model/md5';
import { FaultServer } from '../../../fixtures/fault-server';
import { checkpointOf, EXPECTED } from '../../../fixtures/converted';
import { browserWith, FOLDER, LIBRARY, loadedTensors, serveModel, targetOn } from './setup';

const MB = 1024 * 1024;

let server: FaultServer;
beforeEach(async () => {
  server = await FaultServer.start();
});
afterEach(() => server.close());

describe('a file that is fetched in several goes', () => {
  const bytes = new Uint8Array(randomBytes(20 * MB));
  const start = () => {
    server.files.set('big.bin', bytes);
    const browser = browserWith();
    let arrived = 0;
    const fetcher = { ...browser.tools, onBytes: (n: number) => void (arrived += n) };
    const file = { url: `${server.url}big.bin`, fileName: 'big.bin', nbytes: bytes.length, md5sum: md5(bytes) };
    return { ...browser, fetcher, file, arrived: () => arrived };
  };
  const ranges = (): (string | null)[] => server.requestsFor('big.bin').map(({ range }) => range);

  it('goes on at the very byte where a pause ended it, also after a reload', async () => {
    const { fetcher, file, caches, arrived } = start();
    const pause = new AbortController();
    server.fail('big.bin', { kind: 'stall', after: 9 * MB + 12_345 + 200_000 });
    const watching = {
      ...fetcher,
      onBytes: (n: number) => (fetcher.onBytes(n), arrived() >= 9 * MB + 212_345 && pause.abort()),
    };
    await expect(fetchKnownFile(watching, file, pause.signal)).rejects.toMatchObject({ name: 'AbortError' });
    // A new page knows nothing but the caches.
    const next = browserWith(caches);
    let seen = 0;
    const found = await fetchKnownFile(
      { ...next.tools, onBytes: (n) => void (seen += n) },
      file,
      new AbortController().signal,
    );
    expect(md5(found)).toBe(file.md5sum);
    expect(seen).toBe(bytes.length);
    expect(ranges()).toEqual([null, `bytes=${9 * MB + 212_345}-`]);
  });

  it('goes on at the last whole piece after a crash', async () => {
    const { fetcher, file, parts } = start();
    await parts.put(file.url, file.md5sum, 0, bytes.slice(0, 8 * MB));
    await parts.put(file.url, file.md5sum, 8 * MB, bytes.slice(8 * MB, 16 * MB));
    const found = await fetchKnownFile(fetcher, file, new AbortController().signal);
    expect(md5(found)).toBe(file.md5sum);
    expect(ranges()).toEqual([`bytes=${16 * MB}-`]);
  });

  it('starts anew when what was kept is wrong, or belongs to another version', async () => {
    const { fetcher, file, parts } = start();
    await parts.put(file.url, 'f'.repeat(32), 0, new Uint8Array(8 * MB));
    await parts.put(file.url, file.md5sum, 0, new Uint8Array(8 * MB));
    const found = await fetchKnownFile(fetcher, file, new AbortController().signal);
    expect(md5(found)).toBe(file.md5sum);
    expect(ranges()).toEqual([`bytes=${8 * MB}-`, null]);
  });

  it('counts bytes back that turn out to be useless', async () => {
    const { fetcher, file, arrived } = start();
    server.fail('big.bin', { kind: 'truncate', after: 5 * MB }, { kind: 'no-range' });
    await fetchKnownFile(fetcher, file, new AbortController().signal);
    expect(arrived()).toBe(bytes.length);
  });
});

describe('a checkpoint that is converted while it is fetched', () => {
  const serveCheckpoint = (name: string): ModelTarget => {
    for (const file of readdirSync(checkpointOf(name))) {
      server.files.set(`hf/resolve/main/${file}`, readFileSync(join(checkpointOf(name), file)));
    }
    server.files.set('lib.wasm', LIBRARY);
    const quantization = name.endsWith('q4f16_1') ? 'q4f16_1' : 'q4f32_1';
    return {
      id: 'base',
      baseUrl: `${server.url}hf/resolve/main/converted/`,
      origin: { kind: 'checkpoint', from: `${server.url}hf/resolve/main/`, quantization },
      libraryUrl: `${server.url}lib.wasm`,
    };
  };
  const WEIGHTS = 'hf/resolve/main/model-00001-of-00002.safetensors';
  const sums = async (browser: ReturnType<typeof browserWith>, { baseUrl }: ModelTarget) => {
    const { tensors } = await loadModelFiles(storeSource(browser.store, 'base', baseUrl));
    return Object.fromEntries([...tensors].map(([name, { bytes }]) => [name, md5(bytes)]));
  };

  it.each(['bf16/q4f16_1', 'bf16/q4f32_1'])('gives the same tensors over a bad network, %s', async (name) => {
    const target = serveCheckpoint(name);
    const browser = browserWith();
    server.fail(WEIGHTS, { kind: 'status', status: 503 }, { kind: 'truncate', after: 3 }, { kind: 'short', length: 2 });
    await browser.download(target);
    expect(await sums(browser, target)).toEqual(EXPECTED[name]?.tensors);
    expect((await modelStatus(target, browser.store, browser.parts)).state).toBe('ready');
  });

  it('goes on with what is finished', async () => {
    const target = serveCheckpoint('bf16/q4f16_1');
    const browser = browserWith();
    server.fail('lib.wasm', { kind: 'status', status: 404 });
    await expect(browser.download(target)).rejects.toMatchObject({ code: 'missing' });
    expect((await modelStatus(target, browser.store, browser.parts)).state).toBe('partial');
    server.seen.length = 0;
    await browser.download(target);
    // Size, length of the header, header: no weight was read again.
    expect(server.requestsFor(WEIGHTS).map(({ range }) => range)).toEqual([
      'bytes=0-0',
      'bytes=0-7',
      expect.any(String),
    ]);
    expect(await sums(browser, target)).toEqual(EXPECTED['bf16/q4f16_1']?.tensors);
  });

  /** The same checkpoint with other weights: every number negated, so that header, names and sizes stay. */
  const negated = (bytes: Uint8Array): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    const start = 8 + Number(new DataView(copy.buffer).getBigUint64(0, true));
    for (let at = start + 1; at < copy.length; at += 2) copy[at] = (copy[at] ?? 0) ^ 0x80;
    return copy;
  };
  const negateAll = (): void => {
    for (const [path, bytes] of server.files) if (path.endsWith('.safetensors')) server.files.set(path, negated(bytes));
  };

  it.each([
    ['with ETags', true],
    ['without', false],
  ])('takes nothing of an earlier version of the same files, %s', async (_, hasEtags) => {
    server.hasEtags = hasEtags;
    const target = serveCheckpoint('bf16/q4f16_1');
    const browser = browserWith();
    server.fail('lib.wasm', { kind: 'status', status: 404 });
    await expect(browser.download(target)).rejects.toMatchObject({ code: 'missing' });
    negateAll();
    await browser.download(target);
    const fresh = browserWith();
    await fresh.download(target);
    const found = await sums(browser, target);
    expect(found).toEqual(await sums(fresh, target));
    expect(found['model.norm.weight']).not.toBe(EXPECTED['bf16/q4f16_1']?.tensors['model.norm.weight']);
  });

  it('takes nothing of a finished model of the same name, nor its tokenizer', async () => {
    const target = serveCheckpoint('bf16/q4f16_1');
    const tokenizer = new URL('../../../../public/models/tiny-math/tokenizer.json', import.meta.url);
    server.files.set('hf/resolve/main/tokenizer.json', readFileSync(tokenizer));
    const browser = browserWith();
    await browser.download(target);
    negateAll();
    server.files.delete('hf/resolve/main/tokenizer.json');
    await browser.download(target);
    expect((await sums(browser, target))['model.norm.weight']).not.toBe(
      EXPECTED['bf16/q4f16_1']?.tensors['model.norm.weight'],
    );
    expect(await browser.store.find(`${target.baseUrl}tokenizer.json`)).toBeNull();
  });

  it('does not join two versions of a file', async () => {
    const target = serveCheckpoint('bf16/q4f16_1');
    const browser = browserWith();
    const { fetch } = browser.tools.network;
    let requests = 0;
    browser.tools.network.fetch = (...request) => {
      if (String(request[0]).endsWith(WEIGHTS) && ++requests === 5) negateAll();
      return fetch(...request);
    };
    await expect(browser.download(target)).rejects.toMatchObject({ code: 'corrupt', file: WEIGHTS.split('/').at(-1) });
  });

  it('reads two folders of one name, sizes and times each for itself', async () => {
    const folder = (change: (bytes: Uint8Array) => Uint8Array) =>
      new Map(
        readdirSync(checkpointOf('bf16')).map((name) => {
          const bytes = readFileSync(join(checkpointOf('bf16'), name));
          const contents = Uint8Array.from(name.endsWith('.safetensors') ? change(bytes) : bytes);
          return [name, new File([contents], name, { lastModified: 0 })];
        }),
      );
    const target = (files: Map<string, File>): ModelTarget => ({
      id: 'model',
      baseUrl: 'https://page.example/imported/model/resolve/local/',
      origin: { kind: 'checkpoint', from: files, quantization: 'q4f16_1' },
      libraryUrl: null,
    });
    const browser = browserWith();
    await browser.download(target(folder((bytes) => bytes)));
    const second = target(folder(negated));
    await browser.download(second);
    const fresh = browserWith();
    await fresh.download(second);
    expect(await sums(browser, second)).toEqual(await sums(fresh, second));
  });

  it.each([
    ['that does not hand out parts', { kind: 'no-range' }],
    ['that hands out another part', { kind: 'other-range' }],
  ] as const)('refuses a server %s', async (_, fault) => {
    const target = serveCheckpoint('bf16/q4f16_1');
    server.fail(WEIGHTS, { kind: 'truncate', after: 0 }, ...Array(9).fill(fault));
    const browser = browserWith();
    await expect(browser.download(target)).rejects.toMatchObject({ code: 'missing', file: WEIGHTS.split('/').at(-1) });
    expect(await loadedTensors(browser.store, target.baseUrl)).toBeNull();
  });

  it('can be a folder on the own disk', async () => {
    const files = new Map<string, Blob>();
    for (const file of readdirSync(checkpointOf('f32/q4f32_1'))) {
      files.set(file, new Blob([readFileSync(join(checkpointOf('f32/q4f32_1'), file))]));
    }
    const baseUrl = 'https://page.example/imported/f32/resolve/local/';
    const target: ModelTarget = {
      id: 'f32',
      baseUrl,
      origin: { kind: 'checkpoint', from: files, quantization: 'q4f32_1' },
      libraryUrl: null,
    };
    const browser = browserWith();
    await browser.download(target);
    expect(await sums(browser, target)).toEqual(EXPECTED['f32/q4f32_1']?.tensors);
  });
});

describe('a folder in MLC’s layout', () => {
  it('is checked like a download', async () => {
    serveModel(server);
    const files = new Map(
      [...server.files].map(([path, bytes]) => [
        path.replace(FOLDER, ''),
        new Blob([bytes as Uint8Array<ArrayBuffer>]),
      ]),
    );
    const target: ModelTarget = { ...targetOn(server), origin: { kind: 'mlc', from: files }, libraryUrl: null };
    const browser = browserWith();
    await browser.download(target);
    expect((await loadedTensors(browser.store, target.baseUrl))?.size).toBe(14);
    expect(server.seen).toEqual([]);
    const wrong = browserWith();
    files.set('params_shard_1.bin', new Blob([new Uint8Array(4352)]));
    await expect(wrong.download(target)).rejects.toMatchObject({ code: 'corrupt', file: 'params_shard_1.bin' });
    expect(await loadedTensors(wrong.store, target.baseUrl)).toBeNull();
    files.delete('params_shard_1.bin');
    await expect(wrong.download(target)).rejects.toMatchObject({ code: 'missing', file: 'params_shard_1.bin' });
  });
});

describe('a model’s URL', () => {
  it.each([
    ['https://huggingface.co/mlc-ai/M', 'https://huggingface.co/mlc-ai/M/resolve/main/'],
    ['https://huggingface.co/mlc-ai/M/', 'https://huggingface.co/mlc-ai/M/resolve/main/'],
    ['https://huggingface.co/mlc-ai/M/resolve/dev', 'https://huggingface.co/mlc-ai/M/resolve/dev/'],
    [' http://127.0.0.1:1/a/resolve/main/ ', 'http://127.0.0.1:1/a/resolve/main/'],
    ['Qwen/Qwen2.5-0.5B', 'https://huggingface.co/Qwen/Qwen2.5-0.5B/resolve/main/'],
    ['https://huggingface.co/mlc-ai/M/tree/main', 'https://huggingface.co/mlc-ai/M/resolve/main/'],
    ['https://huggingface.co/mlc-ai/M/tree/dev/sub', 'https://huggingface.co/mlc-ai/M/resolve/dev/sub/'],
    ['https://huggingface.co/mlc-ai/M/blob/main/config.json', 'https://huggingface.co/mlc-ai/M/resolve/main/'],
    [
      'https://huggingface.co/mlc-ai/M/resolve/main/a.safetensors?download=true',
      'https://huggingface.co/mlc-ai/M/resolve/main/',
    ],
    ['https://huggingface.co/mlc-ai/M?library=mlc#files', 'https://huggingface.co/mlc-ai/M/resolve/main/'],
    ['https://huggingface.co/mlc-ai/M/tree/main/?show=1', 'https://huggingface.co/mlc-ai/M/resolve/main/'],
  ])('%s', (url, expected) => {
    expect(modelBaseUrl(url)).toBe(expected);
  });

  it.each(['', 'tiny', './models/tiny', 'a/b/c', 'file:///models/'])('is refused when it is "%s"', (url) => {
    expect(() => modelBaseUrl(url)).toThrow(TypeError);
  });
});

describe('WebLLM’s library', () => {
  it('is whole or refused, wherever it ends', () => {
    expect(() => checkLibrary(LIBRARY, 'lib.wasm')).not.toThrow();
    for (let length = 0; length < LIBRARY.length; length++) {
      if (length === 8) continue; // A module without sections is a module.
      expect(() => checkLibrary(LIBRARY.subarray(0, length), 'lib.wasm')).toThrow('not a whole WebAssembly module');
    }
    expect(() => checkLibrary(new TextEncoder().encode('<!doctype html>'), 'lib.wasm')).toThrow('lib.wasm is not');
  });
});
