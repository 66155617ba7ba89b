import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineInfo, LoadProgress, WebLlmOptions } from '../../../../src/policy/types';
import { EngineState } from '../../../../src/app/session/engine.svelte';
import type { ModelPlace } from '../../../../src/app/session/model-place';

/** What the page's side of the workers was asked, by every client in turn. */
const clients = vi.hoisted(() => [] as FakeClient[]);
interface FakeClient {
  webllm: WebLlmOptions | undefined;
  calls: string[];
  disposed: boolean;
}

vi.mock('../../../../workers/engine-client', () => ({
  EngineClient: class {
    webllm: WebLlmOptions | undefined;
    calls: string[] = [];
    disposed = false;
    constructor() {
      clients.push(this);
    }
    async load(_url: string, modelId: string, _onProgress: (progress: LoadProgress) => void, webllm?: WebLlmOptions) {
      this.webllm = webllm;
      const engine = webllm === undefined ? 'batch' : 'webllm';
      const info: EngineInfo = {
        ...{ engine, modelId, parameterCount: 1, device: 'GPU 1', isSoftwareAdapter: false },
        ...{ contextTokens: 4096, bytesInUse: 1, loadMs: 1 },
      };
      return { ok: true, value: info };
    }
    async selfTest() {
      this.calls.push('selfTest');
      return { ok: true, value: { device: 'GPU 1', tests: 8, failures: [], milliseconds: 5 } };
    }
    async sample() {
      const value = { promptTokens: 9, prefillMs: 1, decodeMs: 1, tokens: 640, tokensPerSecond: 64 };
      return { ok: true, value };
    }
    async setAdapter(weights: unknown) {
      this.calls.push(weights === null ? 'adapter off' : 'adapter on');
      return { ok: true, value: undefined };
    }
    whenLost() {
      return new Promise(() => undefined);
    }
    dispose() {
      this.disposed = true;
    }
  },
}));

const QWEN: ModelPlace = {
  id: 'qwen',
  url: 'https://example.org/resolve/main/',
  webllm: { libraryUrl: 'https://example.org/q.wasm', requiredFeatures: ['shader-f16'], gpuBytes: 1 },
};
const TINY: ModelPlace = { id: 'tiny-math', url: 'https://example.org/tiny/', webllm: null };
const SETTINGS = { paths: 16, seed: 1, temperature: 1, topP: 1, maxTokens: 256, topK: 20 };
const ADAPTER = { steps: 1, weights: { config: { rank: 8, alpha: 16, targets: ['q'] }, tensors: [] } } as const;

/** The browser's storage, for the states that keep something. */
function memoryStorage() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}

beforeEach(() => {
  clients.length = 0;
  vi.stubGlobal('localStorage', memoryStorage());
  vi.stubGlobal('navigator', { userAgent: 'Browser 1' });
});

async function open(model: ModelPlace): Promise<EngineState> {
  const engine = new EngineState(model);
  await engine.loaded();
  // The self-test follows the load.
  await Promise.resolve();
  return engine;
}

describe('the engine of the page', () => {
  it('is WebLLM for a model that it can run, with the library and features that it needs', async () => {
    const engine = await open(QWEN);
    expect([engine.kind, engine.info?.engine]).toEqual(['webllm', 'webllm']);
    expect(clients[0]?.webllm).toEqual({
      libraryUrl: 'https://example.org/q.wasm',
      requiredFeatures: ['shader-f16'],
      acceptUnknownRope: false,
    });
    expect((await open(TINY)).kind).toBe('batch');
    expect(clients[1]?.webllm).toBeUndefined();
  });

  it('is the other one when it is chosen, now and on the next visit', async () => {
    const engine = await open(QWEN);
    engine.choose('batch');
    await engine.loaded();
    expect([engine.kind, engine.info?.engine, clients[0]?.disposed]).toEqual(['batch', 'batch', true]);
    expect((await open(QWEN)).kind).toBe('batch');
  });

  it('goes on with a library of unknown base only when told to', async () => {
    const engine = await open(QWEN);
    engine.acceptRope();
    await engine.loaded();
    expect(clients[1]?.webllm?.acceptUnknownRope).toBe(true);
    expect((await open(QWEN)).kind).toBe('webllm');
    expect(clients[2]?.webllm?.acceptUnknownRope).toBe(false);
  });

  it('keeps the rates of finished runs, engine by engine', async () => {
    const engine = await open(QWEN);
    expect(engine.rates).toEqual({});
    await engine.sample({ problem: '1+1', settings: SETTINGS }, () => undefined);
    expect(engine.rates).toEqual({ webllm: { tokensPerSecond: 64, paths: 16 } });
  });

  it('is tested once a device', async () => {
    const engine = await open(QWEN);
    expect(engine.selfTest).toMatchObject({ tests: 8, failures: [] });
    await open(QWEN);
    expect(clients.map(({ calls }) => calls)).toEqual([['selfTest'], []]);
  });
});

describe('an adapter', () => {
  it('brings our engine for now, and leaves the choice as it is', async () => {
    const engine = await open(QWEN);
    expect(await engine.setAdapter(ADAPTER)).toMatchObject({ ok: true });
    expect([engine.kind, engine.info?.engine]).toEqual(['batch', 'batch']);
    expect(clients[1]?.calls).toContain('adapter on');
    expect(engine.adapter).toBe(ADAPTER);
    expect((await open(QWEN)).kind).toBe('webllm');
  });

  it('is off when WebLLM is chosen', async () => {
    const engine = await open(QWEN);
    await engine.setAdapter(ADAPTER);
    engine.choose('webllm');
    await engine.loaded();
    expect([engine.kind, engine.adapter]).toEqual(['webllm', null]);
    expect(clients[2]?.calls).not.toContain('adapter on');
    expect(await engine.setAdapter(null)).toMatchObject({ ok: true });
    expect([engine.kind, clients.length]).toEqual(['webllm', 3]);
  });
});
