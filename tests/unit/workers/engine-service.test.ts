import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GpuError } from '../../../src/gpu/error';
import { ModelFileError } from '../../../src/model/errors';
import {
  EngineError,
  type EngineInfo,
  type Policy,
  type PromptMeasure,
  type SampleListener,
  type SampleRequest,
  type SampleTiming,
} from '../../../src/policy/types';
import { DEFAULT_RUN_SETTINGS } from '../../../src/run/settings';
import type { StepBatch } from '../../../src/run/step-batch';
import { EngineClient } from '../../../workers/engine-client';
import { EngineService } from '../../../workers/engine-service';
import type { LoadedEngine } from '../../../workers/load-engine';
import type { EngineSource } from '../../../workers/protocol';
import { silent } from '../../fixtures/listeners';
import { stepBatch } from '../../fixtures/step-batch';
import { fakeWorkers } from './fake-worker';

const SOURCE: EngineSource = { modelId: 'one', modelUrl: 'https://example.org/one/' };
const REQUEST: SampleRequest = { problem: '2 + 3', settings: { ...DEFAULT_RUN_SETTINGS, maxTokens: 4 } };
const TIMING: SampleTiming = { promptTokens: 3, prefillMs: 1, decodeMs: 1, tokens: 4, tokensPerSecond: 4 };
const MEASURE: PromptMeasure = { fault: null, tokens: 3, limit: 9, unknownCharacters: [] };

/** Samples `maxTokens` steps, one a turn of the event loop; for ever where there are more than 1000. */
class FakeEngine implements LoadedEngine, Policy {
  readonly policy = this;
  readonly trainable = null;
  readonly info: EngineInfo;
  lose: (reason: string) => void = () => undefined;
  readonly lost = new Promise<string>((resolve) => (this.lose = resolve));
  failure: unknown = null;

  constructor(
    modelId: string,
    private readonly log: string[],
  ) {
    this.info = {
      ...{
        engine: 'batch',
        modelId,
        parameterCount: 1,
        device: 'GPU 1',
        isSoftwareAdapter: false,
        quantization: 'q4f16_1',
        promptDigest: '',
      },
      ...{ contextTokens: 64, bytesInUse: 1, loadMs: 1 },
    };
  }

  measure(): PromptMeasure {
    return MEASURE;
  }

  async sample({ settings }: SampleRequest, listener: SampleListener, signal: AbortSignal): Promise<SampleTiming> {
    listener.onStart({ promptTokens: 3, capacity: settings.maxTokens });
    for (let step = 0; step < settings.maxTokens; step++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal.throwIfAborted();
      if (this.failure !== null) throw this.failure;
      listener.onStep(stepBatch([{ path: 1, step, tokens: 7, entropyAtReportedK: [1, 2, 3, 4] }]));
    }
    return TIMING;
  }

  async selfTest() {
    return { device: 'GPU 1', tests: 1, failures: [], milliseconds: 1 };
  }

  async dispose(): Promise<void> {
    // Nothing is held.
  }

  async close(): Promise<void> {
    this.log.push(`close ${this.info.modelId}`);
  }
}

let log: string[];
let engines: FakeEngine[];
/** What the next load waits for. */
let gate: Promise<void>;
let client: EngineClient;
let workers: ReturnType<typeof fakeWorkers>;

beforeEach(() => {
  log = [];
  engines = [];
  gate = Promise.resolve();
  workers = fakeWorkers(
    () =>
      new EngineService(async ({ modelId }, onProgress, signal) => {
        log.push(`load ${modelId}`);
        onProgress({ phase: 'device', done: 0, total: 0, unit: 'items' });
        await gate;
        signal.throwIfAborted();
        if (modelId === 'broken') throw new ModelFileError('corrupt', 'shard 1', 'Shard 1 is damaged.');
        if (modelId === 'huge') throw new GpuError('out-of-memory', 'It does not fit.');
        const engine = new FakeEngine(modelId, log);
        engines.push(engine);
        return engine;
      }),
  );
  vi.stubGlobal('Worker', workers.FakeWorker);
  client = new EngineClient();
});
afterEach(() => {
  for (const worker of workers.all) worker.terminate();
  vi.unstubAllGlobals();
});

const load = (modelId = 'one', signal?: AbortSignal) => client.load({ ...SOURCE, modelId }, () => undefined, signal);
const endless: SampleRequest = { ...REQUEST, settings: { ...REQUEST.settings, maxTokens: 1_000_000 } };

describe('loading', () => {
  it('tells how far it is, and what was loaded', async () => {
    const phases: string[] = [];
    const result = await client.load(SOURCE, ({ phase }) => phases.push(phase));
    expect(result).toMatchObject({ ok: true, value: { modelId: 'one', device: 'GPU 1' } });
    expect(phases).toEqual(['device']);
    expect(await client.measure('2 + 3')).toEqual({ ok: true, value: MEASURE });
    expect(await client.selfTest()).toMatchObject({ ok: true, value: { tests: 1 } });
  });

  it('closes the engine that was there before the next one is loaded', async () => {
    await load('one');
    await load('two');
    expect(log).toEqual(['load one', 'close one', 'load two']);
  });

  it('says what was wrong, and leaves no engine', async () => {
    await load('one');
    expect(await load('broken')).toMatchObject({ ok: false, code: 'model-corrupt', details: { file: 'shard 1' } });
    expect(await load('huge')).toMatchObject({ ok: false, code: 'out-of-memory', message: 'It does not fit.' });
    const notLoaded = { ok: false, code: 'internal', message: 'The engine has not been loaded.' };
    expect(await client.measure('1')).toMatchObject(notLoaded);
    expect(await client.sample(REQUEST, silent)).toMatchObject(notLoaded);
    expect(await client.selfTest()).toMatchObject(notLoaded);
  });

  it('ends on request', async () => {
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const stop = new AbortController();
    const loading = load('one', stop.signal);
    await vi.waitFor(() => expect(log).toEqual(['load one']));
    stop.abort();
    // A later message arrives after the one that ends the load.
    await client.measure('1');
    open();
    expect(await loading).toMatchObject({ ok: false, code: 'aborted' });
  });

  it('announces the loss of the present engine, not of one that was replaced', async () => {
    await load('one');
    await load('two');
    let reason: string | null = null;
    void client.whenLost().then((lost) => (reason = lost));
    engines[0]?.lose('old');
    await client.measure('1');
    expect(reason).toBeNull();
    engines[1]?.lose('driver crashed');
    await vi.waitFor(() => expect(reason).toBe('driver crashed'));
  });
});

describe('sampling', () => {
  it('announces the request, then every step, then the result', async () => {
    await load();
    const heard: unknown[] = [];
    const batches: StepBatch[] = [];
    const result = await client.sample(REQUEST, {
      onStart: (start) => heard.push(start),
      onStep: (batch) => {
        heard.push(batch.step[0]);
        batches.push(batch);
      },
    });
    expect(heard).toEqual([{ promptTokens: 3, capacity: 4 }, 0, 1, 2, 3]);
    expect(result).toEqual({ ok: true, value: TIMING });
    expect(batches[2]).toEqual(stepBatch([{ path: 1, step: 2, tokens: 7, entropyAtReportedK: [1, 2, 3, 4] }]));
  });

  it('never throws, whatever the engine throws', async () => {
    await load();
    const [engine] = engines;
    if (engine === undefined) throw new Error('No engine.');
    const cases: [unknown, string][] = [
      [new EngineError('bad-logits', 'NaN.', { step: 2 }), 'bad-logits'],
      [new GpuError('device-lost', 'Gone.'), 'device-lost'],
      [new TypeError('x is not a function'), 'internal'],
      ['text', 'internal'],
    ];
    for (const [thrown, code] of cases) {
      engine.failure = thrown;
      expect(await client.sample(REQUEST, silent)).toMatchObject({ ok: false, code });
    }
    engine.failure = cases[0]?.[0];
    expect(await client.sample(REQUEST, silent)).toMatchObject({ message: 'NaN.', details: { step: 2 } });
  });

  it('needs an engine that can be trained for learning and adapters', async () => {
    await load();
    const refused = { ok: false, code: 'bad-settings' };
    expect(await client.setAdapter(null)).toMatchObject(refused);
    expect(await client.importAdapter([])).toMatchObject(refused);
    const task = { problems: [], settings: REQUEST.settings, step: 0 };
    expect(await client.evaluate(task, () => undefined)).toMatchObject(refused);
  });
});

describe('cancelling', () => {
  it('ends one call and no other', async () => {
    await load();
    const stop = new AbortController();
    const other = new AbortController();
    const first = client.sample(endless, silent, stop.signal);
    let steps = 0;
    const second = client.sample(endless, { onStart: () => undefined, onStep: () => void steps++ }, other.signal);
    await vi.waitFor(() => expect(steps).toBeGreaterThan(0));
    stop.abort();
    expect(await first).toMatchObject({ ok: false, code: 'aborted' });
    const before = steps;
    await vi.waitFor(() => expect(steps).toBeGreaterThan(before));
    other.abort();
    expect(await second).toMatchObject({ ok: false, code: 'aborted' });
  });

  it('comes in time for a call that is made with a signal which has fired', async () => {
    await load();
    expect(await client.sample(endless, silent, AbortSignal.abort())).toMatchObject({ ok: false, code: 'aborted' });
  });

  it('comes too late for a call that has ended, and does not touch the next one', async () => {
    await load();
    const stop = new AbortController();
    expect(await client.sample(REQUEST, silent, stop.signal)).toMatchObject({ ok: true });
    const next = client.sample(REQUEST, silent);
    stop.abort();
    expect(await next).toMatchObject({ ok: true });
  });
});

describe('the client', () => {
  it('settles every call when the worker dies', async () => {
    await load();
    const sampling = client.sample(endless, silent);
    const lost = client.whenLost();
    workers.all[0]?.dispatchEvent(new Event('messageerror'));
    expect(await sampling).toMatchObject({ ok: false, code: 'internal', message: 'the worker did not start' });
    expect(await client.measure('1')).toMatchObject({ ok: false, code: 'internal' });
    expect(await lost).toBe('the worker did not start');
  });

  it('ends the worker when it is disposed of', () => {
    client.dispose();
    expect(workers.all[0]?.isTerminated).toBe(true);
  });
});
