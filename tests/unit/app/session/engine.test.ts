import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineInfo } from '../../../../src/policy/types';
import { type EngineConnection, EngineState } from '../../../../src/app/session/engine.svelte';
import type { EngineSource } from '../../../../workers/protocol';
import { silent } from '../../../fixtures/listeners';
import type { ModelLocation } from '../../../../src/app/session/model-location';

/** What the page's side of the workers was asked, by every client in turn. */
const clients: FakeClient[] = [];

class FakeClient implements EngineConnection {
  webllm: EngineSource['webllm'];
  calls: string[] = [];
  disposed = false;
  lose: (reason: string) => void = () => undefined;

  constructor() {
    clients.push(this);
  }

  load: EngineConnection['load'] = async ({ modelId, webllm }) => {
    this.webllm = webllm;
    const engine = webllm === undefined ? 'batch' : 'webllm';
    const info: EngineInfo = {
      ...{
        engine,
        modelId,
        parameterCount: 1,
        device: 'GPU 1',
        isSoftwareAdapter: false,
        quantization: 'q4f16_1',
        promptDigest: '',
      },
      ...{ contextTokens: 4096, bytesInUse: 1, loadMs: 1 },
    };
    return { ok: true, value: info };
  };
  selfTest: EngineConnection['selfTest'] = async () => {
    this.calls.push('selfTest');
    return { ok: true, value: { device: 'GPU 1', tests: 8, failures: [], milliseconds: 5 } };
  };
  sample: EngineConnection['sample'] = async () => {
    return { ok: true, value: { promptTokens: 9, prefillMs: 1, decodeMs: 1, tokens: 640, tokensPerSecond: 64 } };
  };
  setAdapter: EngineConnection['setAdapter'] = async (weights) => {
    this.calls.push(weights === null ? 'adapter off' : 'adapter on');
    return { ok: true, value: undefined };
  };
  importAdapter: EngineConnection['importAdapter'] = async () => {
    this.calls.push('import');
    return { ok: true, value: { weights: ADAPTER.weights, otherBase: null } };
  };
  measure: EngineConnection['measure'] = async () => NOT_ASKED;
  learn: EngineConnection['learn'] = async () => NOT_ASKED;
  evaluate: EngineConnection['evaluate'] = async () => NOT_ASKED;
  whenLost: EngineConnection['whenLost'] = () => new Promise((resolve) => (this.lose = resolve));
  dispose(): void {
    this.disposed = true;
  }
}

const NOT_ASKED = { ok: false, code: 'internal', message: 'not asked here', details: {} } as const;
const QWEN: ModelLocation = {
  id: 'qwen',
  url: 'https://example.org/resolve/main/',
  webllm: { libraryUrl: 'https://example.org/q.wasm', requiredFeatures: ['shader-f16'], gpuBytes: 1 },
};
const TINY: ModelLocation = { id: 'tiny-math', url: 'https://example.org/tiny/', webllm: null };
const SETTINGS = { paths: 16, seed: 1, temperature: 1, topP: 1, maxTokens: 256, entropyK: 20 };
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

async function open(model: ModelLocation): Promise<EngineState> {
  const engine = new EngineState(model, () => new FakeClient());
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
    await engine.sample({ problem: '1+1', settings: SETTINGS }, silent);
    expect(engine.rates).toEqual({ webllm: { tokensPerSecond: 64, paths: 16 } });
  });

  it('says that its device was lost, unless another engine has replaced it', async () => {
    const engine = await open(QWEN);
    engine.reload();
    await engine.loaded();
    clients[0]?.lose('too late');
    await Promise.resolve();
    expect(engine.status).toBe('ready');
    clients[1]?.lose('driver crashed');
    await vi.waitFor(() => expect(engine.status).toBe('failed'));
    expect(engine.failure).toMatchObject({ code: 'device-lost', details: { reason: 'driver crashed' } });
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

  it('can come from files, and is put on the next engine too', async () => {
    const engine = await open(TINY);
    expect(await engine.importAdapter([])).toMatchObject({ ok: true });
    expect(engine.adapter).toEqual({ steps: 0, weights: ADAPTER.weights });
    engine.reload();
    await engine.loaded();
    expect(clients[1]?.calls).toContain('adapter on');
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
