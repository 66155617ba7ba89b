import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DownloadFailure, DownloadResult } from '../../../../workers/download-protocol';
import { CATALOG } from '../../../../src/model/catalog';
import type { DownloadProgress } from '../../../../src/model/download/download';
import type { ModelOutline } from '../../../../src/model/download/inspect';
import type { ModelTarget } from '../../../../src/model/download/target';
import type { ModelStatus } from '../../../../src/model/download/stored-model';
import { ModelsState } from '../../../../src/app/models/models.svelte';
import { listed, ownModel } from '../../../../src/app/models/own-models';
import { SHAPES } from '../../../../src/engine/random-model';

const INSTRUCT = 'Qwen2.5-Math-1.5B-Instruct-q4f16_1-MLC';
const BASE = 'Qwen2.5-Math-1.5B';
const PAGE = 'https://page.example/lab/';
const MLC: ModelOutline = { kind: 'mlc', config: SHAPES.tiny, fetchBytes: 700, keptBytes: 700, notes: [] };

const DONE = { ok: true, value: undefined } as const;
const failed = (code: DownloadFailure['code']): DownloadFailure => ({ ok: false, code, message: code, details: {} });

/** A worker that does what it is told, and writes down what it was asked. */
class ScriptedDownloads {
  readonly calls: string[] = [];
  readonly kept = new Map<string, ModelStatus>();
  removed: ModelTarget | null = null;
  outline: DownloadResult<ModelOutline> = { ok: true, value: MLC };
  damaged: string[] = [];
  finish: (result: DownloadResult<void>) => void = () => undefined;
  tell: (progress: DownloadProgress) => void = () => undefined;

  async statuses(targets: readonly ModelTarget[]): Promise<DownloadResult<ModelStatus[]>> {
    return { ok: true, value: targets.map(({ id }) => this.kept.get(id) ?? { state: 'absent', keptBytes: 0 }) };
  }

  async inspect(): Promise<DownloadResult<ModelOutline>> {
    this.calls.push('inspect');
    return this.outline;
  }

  download(
    target: ModelTarget,
    tell: (progress: DownloadProgress) => void,
    signal?: AbortSignal,
  ): Promise<DownloadResult<void>> {
    this.calls.push(`download ${target.id}`);
    this.tell = tell;
    signal?.addEventListener('abort', () => {
      this.calls.push('abort');
      this.finish(failed('aborted'));
    });
    return new Promise((resolve) => (this.finish = resolve));
  }

  async forgetDamaged(target: ModelTarget): Promise<DownloadResult<string[]>> {
    this.calls.push(`check ${target.id}`);
    return { ok: true, value: this.damaged };
  }

  async remove(target: ModelTarget): Promise<DownloadResult<void>> {
    this.calls.push(`remove ${target.id}`);
    this.removed = target;
    return DONE;
  }
}

let downloads: ScriptedDownloads;
let models: ModelsState;
beforeEach(() => {
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('document', { baseURI: PAGE });
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
  vi.stubGlobal('navigator', {
    storage: {
      estimate: async () => ({ usage: 1, quota: 2 }),
      persisted: async () => true,
      persist: async () => true,
    },
  });
  downloads = new ScriptedDownloads();
  models = new ModelsState(() => downloads);
});

const started = (call: string) => expect.poll(() => downloads.calls).toContain(call);

describe('a download on the page', () => {
  it('asks first, tells how it goes, and looks again at the end', async () => {
    models.ask(INSTRUCT);
    expect(models.asking).toBe(INSTRUCT);
    expect(downloads.calls).toEqual([]);
    const work = models.download(INSTRUCT);
    await started(`download ${INSTRUCT}`);
    expect(models.asking).toBeNull();
    vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValueOnce(2000);
    downloads.tell({ phase: 'fetch', doneBytes: 500, totalBytes: 1000, arrivedBytes: 0 });
    expect(models.job).toMatchObject({ phase: 'fetch', bytesPerSecond: null, remainingMs: null });
    downloads.tell({ phase: 'fetch', doneBytes: 700, totalBytes: 1000, arrivedBytes: 200 });
    // What was here before does not count for the speed: 200 bytes in 2 s, 300 to go.
    expect(models.job).toMatchObject({ doneBytes: 700, bytesPerSecond: 100, remainingMs: 3000 });
    downloads.kept.set(INSTRUCT, { state: 'ready', keptBytes: 1000 });
    downloads.finish(DONE);
    await work;
    expect(models.job).toBeNull();
    expect(models.statusOf(INSTRUCT)?.state).toBe('ready');
    expect(models.storage).toEqual({ usedBytes: 1, quotaBytes: 2, isPersisted: true });
  });

  it('does one thing at a time', async () => {
    void models.download(INSTRUCT);
    await started(`download ${INSTRUCT}`);
    await models.download(BASE);
    await models.repair(BASE);
    await models.remove(BASE);
    expect(downloads.calls).toEqual([`download ${INSTRUCT}`]);
  });

  it('keeps what has come when it is paused, and deletes it when it is cancelled', async () => {
    const paused = models.download(INSTRUCT);
    await started(`download ${INSTRUCT}`);
    models.pause();
    await paused;
    expect(downloads.calls).toEqual([`download ${INSTRUCT}`, 'abort']);
    expect(models.failureOf(INSTRUCT)).toBeNull();
    downloads.calls.length = 0;
    const cancelled = models.download(INSTRUCT);
    await started(`download ${INSTRUCT}`);
    models.cancel();
    await cancelled;
    expect(downloads.calls).toEqual([`download ${INSTRUCT}`, 'abort', `remove ${INSTRUCT}`]);
  });

  it('shows a failure until the next try', async () => {
    const work = models.download(INSTRUCT);
    await started(`download ${INSTRUCT}`);
    downloads.finish(failed('network'));
    await work;
    expect(models.failureOf(INSTRUCT)?.code).toBe('network');
    models.ask(INSTRUCT);
    expect(models.failureOf(INSTRUCT)).toBeNull();
  });
});

describe('repair and delete', () => {
  it('fetches only when something was damaged', async () => {
    await models.repair(INSTRUCT);
    expect(downloads.calls).toEqual([`check ${INSTRUCT}`]);
    downloads.damaged = ['params_shard_3.bin'];
    const work = models.repair(INSTRUCT);
    await started(`download ${INSTRUCT}`);
    downloads.finish(DONE);
    await work;
    expect(downloads.calls).toEqual([`check ${INSTRUCT}`, `check ${INSTRUCT}`, `download ${INSTRUCT}`]);
  });

  it('leaves a library that another model needs', async () => {
    await models.remove(INSTRUCT);
    expect(downloads.removed?.libraryUrl).toContain('.wasm');
    downloads.kept.set(BASE, { state: 'ready', keptBytes: 1 });
    await models.refresh();
    await models.remove(INSTRUCT);
    expect(downloads.removed?.libraryUrl).toBeNull();
  });
});

describe('models of one’s own', () => {
  it('are looked at, listed and asked about', async () => {
    expect(await models.addUrl('https://host.example/org/My-Model')).toBeNull();
    expect(models.list.map(({ id }) => id)).toEqual([...CATALOG.map(({ id }) => id), 'My-Model']);
    expect(models.asking).toBe('My-Model');
    expect(models.find('My-Model')?.target).toMatchObject({
      baseUrl: 'https://host.example/org/My-Model/resolve/main/',
      origin: { kind: 'mlc', from: 'https://host.example/org/My-Model/resolve/main/' },
      libraryUrl: null,
    });
    await models.remove('My-Model');
    expect(models.find('My-Model')).toBeNull();
  });

  it('that cannot be used are not listed', async () => {
    downloads.outline = failed('invalid');
    expect(await models.addUrl('https://host.example/org/Llama')).toMatchObject({ code: 'invalid' });
    expect(models.list).toHaveLength(CATALOG.length);
    await expect(models.addUrl('not an address')).rejects.toThrow(TypeError);
  });

  it('from a folder are listed for good only when they are whole', async () => {
    const files = new Map([['mlc-chat-config.json', new Blob(['{}'])]]);
    const first = models.addFolder('my folder', files);
    await started('download my folder');
    expect(models.find('my folder')?.target?.baseUrl).toBe(`${PAGE}imported/my%20folder/resolve/local/`);
    expect(models.find('my folder')?.target?.origin.from).toBe(files);
    downloads.finish(failed('corrupt'));
    expect(await first).toMatchObject({ code: 'corrupt' });
    expect(models.find('my folder')).toBeNull();
    expect(downloads.calls.at(-1)).toBe('remove my folder');
    downloads.calls.length = 0;
    const second = models.addFolder('my folder', files);
    await started('download my folder');
    downloads.finish(DONE);
    expect(await second).toBeNull();
    expect(models.find('my folder')?.isOwn).toBe(true);
    expect(new ModelsState(() => downloads).find('my folder')?.isOwn).toBe(true);
  });

  it('that are checkpoints are kept beside themselves, in 4 bits', () => {
    const outline: ModelOutline = { ...MLC, kind: 'checkpoint', config: SHAPES['qwen2.5-math-1.5b'] };
    const own = ownModel({ url: 'https://host.example/org/Base/resolve/main/' }, outline, PAGE);
    expect(own).toMatchObject({
      id: 'Base-q4f16_1',
      baseUrl: 'https://host.example/org/Base/resolve/main/converted-q4f16_1/',
    });
    expect(listed(own).webllm?.libraryUrl).toContain('Qwen2-1.5B-Instruct-q4f16_1');
  });
});

describe('the chosen model', () => {
  it('is the embedded one until another is chosen, and survives the page', () => {
    expect(models.location.id).toBe('tiny-math');
    models.choose(INSTRUCT);
    expect(models.location).toMatchObject({ id: INSTRUCT, url: expect.stringContaining('/resolve/main/') as unknown });
    expect(new ModelsState(() => downloads).location.id).toBe(INSTRUCT);
    models.choose('gone');
    expect(models.location.id).toBe('tiny-math');
  });
});
