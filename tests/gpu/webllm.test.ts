import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referenceStep } from '../../src/engine/reference/sampling';
import type { SampleRequest } from '../../src/policy/types';
import { stabilityOf } from '../../src/method/stability';
import type { ModelTokenizer, OpenModel } from '../../src/model/types';
import { RunTrace } from '../../src/run/trace';
import type { CompletionRequest, CreateMlcEngine, LibraryConfig, LogitProcessor } from '../../src/webllm/library';
import { meterDevice } from '../../src/engine/decode/logit-meter';
import type { MeterDevice } from '../../src/policy/logit-meter';
import { WebLlmEngine, type WebLlmLocation } from '../../src/webllm/webllm-engine';
import { randomModel, SHAPES } from '../../src/engine/random-model';
import { freshDevice, testDevice } from './device';
import { gaussians } from './random';
import { into, onStep, silent } from '../fixtures/listeners';

const never = new AbortController().signal;
const STOP = 7;
const LOCATION: WebLlmLocation = {
  modelUrl: 'https://example.org/model/resolve/main/',
  libraryUrl: 'https://example.org/library.wasm',
  requiredFeatures: ['shader-f16'],
  acceptUnknownRope: false,
};

/** One token a character. */
const tokenizer: ModelTokenizer = {
  encode: (text) => [...text].map((character) => character.charCodeAt(0)),
  piece: (id) => Uint8Array.of(id),
  isSpecial: (id) => id === STOP,
  unknownCharacters: () => [],
};

const conversation = {
  systemPrefixIds: [],
  hasRoleAfterSystem: true,
  userTemplate: '{user_message}',
  assistantTemplate: '{assistant_message}',
  messages: [],
  trimsProblem: false,
  stopTexts: [],
  systemTemplate: '{system_message}',
  systemMessage: '',
  userRole: 'U',
  assistantRole: 'A',
  roleContentSeparator: ':',
  roleEmptySeparator: '',
  separators: ['.'],
};
const model: OpenModel = {
  ...randomModel('fake', { ...SHAPES.tiny, stopTokenIds: [STOP], conversation }),
  tokenizer,
};

/**
 * A library in WebLLM's form: its logits are noise, its tokens the likeliest of them, STOP at the step of
 * `stopAt[path]`.
 */
function fakeLibrary({ base = '1.000000e+06f', stopAt = [] as number[], promptTokens = 0 } = {}) {
  const log = {
    config: undefined as LibraryConfig | undefined,
    options: undefined as Record<string, unknown> | undefined,
    requests: [] as CompletionRequest[],
    /** Raw logits of every step. */
    logits: [] as Float32Array[],
    /** The token of every step. */
    drawn: [] as number[],
    shader: '',
    unloaded: 0,
    device: undefined as GPUDevice | undefined,
  };
  let interrupted = false;
  const create: CreateMlcEngine = (config) => {
    log.config = config;
    const tap = config.logitProcessorRegistry.get('fake');
    return {
      reload: async (_, options) => {
        log.options = options;
        config.initProgressCallback({ progress: 0.5, text: 'Fetching param cache[1/2]: 1MB' });
        log.device = (await freshDevice()).device;
        const code = `@compute @workgroup_size(1) fn fused_rope_kernel() { let f = pow(${base}, 2.0f); }`;
        const module = log.device.createShaderModule({ code });
        log.shader = (await module.getCompilationInfo()).messages.map(({ message }) => message).join();
      },
      completion: async (request) => {
        log.requests.push(request);
        interrupted = false;
        await write(tap, request, stopAt[log.requests.length - 1]);
        return { usage: { prompt_tokens: promptTokens || request.prompt.length } };
      },
      interruptGenerate: () => (interrupted = true),
      unload: async () => void log.unloaded++,
    };
  };
  async function write(tap: LogitProcessor | undefined, request: CompletionRequest, stop = Infinity): Promise<void> {
    for (let step = 0; step < request.max_tokens && !interrupted; step++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      const row = gaussians(384, 1000 * log.requests.length + step, 3);
      row[STOP] = step === stop ? 50 : -50;
      log.logits.push(row.slice());
      const sampledFrom = [...(tap?.processLogits(row) ?? [])];
      const token = sampledFrom.indexOf(Math.max(...sampledFrom));
      log.drawn.push(token);
      tap?.processSampledToken(token);
      if (token === STOP) return;
    }
  }
  return { create, log };
}

const REQUEST: SampleRequest = {
  problem: '1+1',
  settings: { paths: 3, seed: 5, temperature: 0.7, topP: 0.9, maxTokens: 6, entropyK: 13 },
};

describe('WebLLM as an engine, with a library of noise', () => {
  let gpu: MeterDevice;
  const { create, log } = fakeLibrary({ stopAt: [2, 99, 0] });
  let engine: WebLlmEngine;
  const trace = new RunTrace(3, 6);
  beforeAll(async () => {
    gpu = meterDevice(await testDevice());
    engine = await WebLlmEngine.load(create, gpu, model, LOCATION);
    await engine.sample(REQUEST, into(trace), never);
  });
  afterAll(() => engine.dispose());

  it('names the model, its files and what the GPU must have', () => {
    expect(log.config?.appConfig.model_list).toEqual([
      {
        model: LOCATION.modelUrl,
        model_id: 'fake',
        model_lib: LOCATION.libraryUrl,
        required_features: ['shader-f16'],
      },
    ]);
    expect(log.options).toMatchObject({
      context_window_size: 256,
      conv_template: { stop_token_ids: [STOP], stop_str: [] },
    });
  });

  it('repairs the rotary base', () => {
    expect(engine.rope).toEqual({ needed: 10_000, found: [1_000_000], state: 'repaired' });
    expect(log.shader).toBe('');
  });

  it('asks for one path after another, with every sampling value and a seed of its own', () => {
    expect(log.requests).toHaveLength(3);
    expect(new Set(log.requests.map(({ seed }) => seed)).size).toBe(3);
    for (const request of log.requests) {
      expect(request).toMatchObject({ prompt: 'U:1+1.A', temperature: 0.7, top_p: 0.9, max_tokens: 6, n: 1 });
      expect(Object.values(request)).not.toContain(undefined);
    }
  });

  it("reports the library's tokens with the figures that the f64 reference computes from its logits", () => {
    expect(trace.paths.map(({ length, finish }) => [length, finish])).toEqual([
      [3, 'stop'],
      [6, 'length'],
      [1, 'stop'],
    ]);
    let row = 0;
    for (const path of trace.paths) {
      const entropies: number[] = [];
      for (let t = 0; t < path.length; t++) {
        const reference = referenceStep((log.logits[row++] ?? new Float32Array()).subarray(0, 381));
        entropies.push(reference.entropy(13));
        expect(path.tokens[t]).toBe(reference.ranked[0]);
        expect(path.entropy[t]).toBeCloseTo(reference.entropy(13), 4);
        expect(path.logprob[t]).toBeCloseTo(reference.logprobs[path.tokens[t] ?? -1] ?? NaN, 4);
        expect(path.confidence[t]).toBeCloseTo(reference.confidence, 4);
        expect(path.meanLogprob[t]).toBeCloseTo(reference.meanLogprob, 4);
        expect([...path.alternativeToken.subarray(5 * t, 5 * t + 5)]).toEqual(reference.ranked.slice(0, 5));
        [5, 10, 20, 40].forEach((k, i) =>
          expect(path.entropyAtReportedK[4 * t + i]).toBeCloseTo(reference.entropy(k), 4),
        );
      }
      expect(path.stability).toBeCloseTo(stabilityOf(entropies) ?? NaN, 4);
    }
    expect(row).toBe(log.logits.length);
    expect(trace.paths.map((path) => trace.text(path)).map((text) => text.length)).toEqual([2, 6, 0]);
  });
});

describe('sampling on from a token with WebLLM', () => {
  it('has the library draw the beginning again, and reports what follows, with figures that go on', async () => {
    const { create, log } = fakeLibrary({ stopAt: [5, 99] });
    const engine = await WebLlmEngine.load(create, meterDevice(await testDevice()), model, LOCATION);
    // Tokens that the noise would hardly draw, with entropies of their own.
    const continuation = { tokens: Uint32Array.of(300, 2, 300), entropy: Float32Array.of(0.5, 2, 0.25) };
    const trace = new RunTrace(2, 6);
    const settings = { ...REQUEST.settings, paths: 2 };
    const timing = await engine.sample({ ...REQUEST, settings, continuation }, into(trace), never);
    expect(timing.tokens).toBe(6);
    expect(trace.paths.map(({ length, finish }) => [length, finish])).toEqual([
      [6, 'stop'],
      [6, 'length'],
    ]);
    trace.paths.forEach((path, index) => {
      const entropies = [...continuation.entropy];
      for (let t = 3; t < 6; t++) {
        const reference = referenceStep((log.logits[6 * index + t] ?? new Float32Array()).subarray(0, 381));
        entropies.push(reference.entropy(13));
        expect(path.tokens[t]).toBe(reference.ranked[0]);
        expect(path.entropy[t]).toBeCloseTo(reference.entropy(13), 4);
      }
      expect(path.stability).toBeCloseTo(stabilityOf(entropies) ?? NaN, 4);
    });
    expect(log.drawn.filter((_, i) => i % 6 < 3)).toEqual([300, 2, 300, 300, 2, 300]);
    await engine.dispose();
  });

  it('refuses padding and a full path, and has nothing to add after a stop token', async () => {
    const { create, log } = fakeLibrary();
    const engine = await WebLlmEngine.load(create, meterDevice(await testDevice()), model, LOCATION);
    const sample = (tokens: number[]) => {
      const continuation = { tokens: Uint32Array.from(tokens), entropy: new Float32Array(tokens.length) };
      return engine.sample({ ...REQUEST, continuation }, silent, never);
    };
    await expect(sample([381])).rejects.toMatchObject({ code: 'bad-settings' });
    await expect(sample([1, 1, 1, 1, 1, 1])).rejects.toMatchObject({ code: 'bad-settings' });
    expect((await sample([1, STOP])).tokens).toBe(0);
    expect(log.requests).toEqual([]);
    await engine.dispose();
  });
});

describe('what can go wrong with WebLLM', () => {
  async function load(options: Parameters<typeof fakeLibrary>[0] = {}, location: Partial<WebLlmLocation> = {}) {
    const { create, log } = fakeLibrary(options);
    const engine = await WebLlmEngine.load(create, meterDevice(await testDevice()), model, {
      ...LOCATION,
      ...location,
    });
    return { engine, log };
  }

  it('refuses a library of unknown base, and unloads it, unless told to go on', async () => {
    const { create, log } = fakeLibrary({ base: '5.000000e+05f' });
    await expect(WebLlmEngine.load(create, meterDevice(await testDevice()), model, LOCATION)).rejects.toMatchObject({
      code: 'rope-unknown',
      details: { needed: 10_000, found: '500000' },
    });
    expect(log.unloaded).toBe(1);
    const { engine } = await load({ base: '5.000000e+05f' }, { acceptUnknownRope: true });
    expect(engine.rope.state).toBe('unknown');
    await engine.dispose();
  });

  it('stops within a step when aborted, and can be asked again', async () => {
    const { engine, log } = await load();
    const stop = new AbortController();
    let rows = 0;
    const settings = { ...REQUEST.settings, maxTokens: 200 };
    const sampling = engine.sample(
      { ...REQUEST, settings },
      onStep(() => (++rows === 5 ? stop.abort() : undefined)),
      stop.signal,
    );
    await expect(sampling).rejects.toMatchObject({ code: 'aborted' });
    expect(rows).toBe(5);
    expect(log.logits.length).toBeLessThan(20);
    const timing = await engine.sample(REQUEST, silent, never);
    expect(timing).toMatchObject({ promptTokens: 7, tokens: 18 });
    await engine.dispose();
    expect(log.unloaded).toBe(1);
  });

  it("says that WebLLM's device was lost", async () => {
    const { engine, log } = await load();
    const settings = { ...REQUEST.settings, maxTokens: 200 };
    const sampling = engine.sample(
      { ...REQUEST, settings },
      onStep(() => log.device?.destroy()),
      never,
    );
    await expect(sampling).rejects.toMatchObject({ code: 'device-lost' });
    await engine.dispose();
  });

  it('does not accept a prompt that WebLLM cuts otherwise', async () => {
    const { engine } = await load({ promptTokens: 9 });
    await expect(engine.sample(REQUEST, silent, never)).rejects.toMatchObject({
      code: 'internal',
      message: 'WebLLM reads the prompt as 9 tokens, and it has 7.',
    });
    await engine.dispose();
  });

  it('stops loading on request, and unloads', async () => {
    const { create, log } = fakeLibrary();
    const loading = WebLlmEngine.load(
      create,
      meterDevice(await testDevice()),
      model,
      LOCATION,
      () => undefined,
      AbortSignal.abort(),
    );
    await expect(loading).rejects.toMatchObject({ code: 'aborted' });
    expect(log.unloaded).toBe(1);
  });
});
