import { prebuiltAppConfig } from '@mlc-ai/web-llm';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SHAPES } from '../../../src/engine/random-model';
import {
  type AdapterFacts,
  batchGpuBytes,
  CATALOG,
  type CatalogModel,
  largestBindingBytes,
  obstaclesOf,
  suggestedModel,
  webllmFor,
} from '../../../src/model/catalog';
import { modelBaseUrl } from '../../../src/model/download/target';
import { expectedTensors, parseManifest, storedTensorBytes } from '../../../src/model/tensors';

const byId = (id: string): CatalogModel => CATALOG.find((model) => model.id === id) ?? expect.fail(id);
const F16 = 'Qwen2.5-Math-1.5B-Instruct-q4f16_1-MLC';
const F32 = 'Qwen2.5-Math-1.5B-Instruct-q4f32_1-MLC';

const GPU: AdapterFacts = {
  name: 'a laptop’s GPU',
  isSoftware: false,
  hasHalfFloats: true,
  maxBindingBytes: 2 ** 27,
  maxBufferBytes: 2 ** 28,
};

describe('the catalog', () => {
  it.each([F16, F32])('says what WebLLM 0.2.86 says of %s', (id) => {
    const record = prebuiltAppConfig.model_list.find((candidate) => candidate.model_id === id);
    const { target, webllm } = byId(id);
    expect(target?.baseUrl).toBe(modelBaseUrl(record?.model ?? ''));
    expect(target?.libraryUrl).toBe(record?.model_lib);
    expect(webllm?.libraryUrl).toBe(record?.model_lib);
    expect(webllm?.gpuBytes).toBe((record?.vram_required_MB ?? 0) * 1024 * 1024);
    // The list names no features; half floats are in the name of the library.
    expect(webllm?.requiredFeatures).toEqual(id === F16 ? ['shader-f16'] : []);
    expect(record?.overrides?.context_window_size).toBe(4096);
  });

  it.each(['q4f16_1', 'q4f32_1'] as const)('has the exact size of a %s model of 1.5 B', (quantization) => {
    const config = { ...SHAPES['qwen2.5-math-1.5b'], quantization };
    const dtype = quantization === 'q4f16_1' ? 'float16' : 'bfloat16';
    const bytes = [...expectedTensors(config).values()].map(({ shape, quantized }) =>
      storedTensorBytes({ shape, dtype: quantized ? 'uint32' : dtype }),
    );
    const model = byId(quantization === 'q4f16_1' ? F16 : F32);
    expect(model.keptBytes).toBe(bytes.reduce((sum, n) => sum + n, 0));
    expect(model.fetchBytes).toBe(model.keptBytes);
    expect(largestBindingBytes(model.shape)).toBe(Math.max(...bytes));
    for (const [name, size] of Object.entries(model.shape)) expect(config, name).toHaveProperty(name, size);
  });

  it('fetches the base model in bf16, and keeps it under an address that WebLLM takes', () => {
    const model = byId('Qwen2.5-Math-1.5B');
    // Half a byte and a sixteenth of two bytes a weight: the rest is norms and biases.
    expect(model.fetchBytes / model.keptBytes).toBeCloseTo(2 / 0.5625, 2);
    expect(model.target?.origin).toMatchObject({ kind: 'checkpoint', quantization: 'q4f16_1' });
    expect(modelBaseUrl(model.target?.baseUrl ?? '')).toBe(model.target?.baseUrl);
  });

  it('knows the embedded model by its own manifest', () => {
    const folder = new URL('../../../public/models/tiny-math/', import.meta.url);
    const { records } = parseManifest(readFileSync(new URL('tensor-cache.json', folder)));
    expect(byId('tiny-math').keptBytes).toBe(records.reduce((sum, { nbytes }) => sum + nbytes, 0));
    const chat = JSON.parse(readFileSync(new URL('mlc-chat-config.json', folder), 'utf8')) as {
      model_config: Record<string, number>;
    };
    const { shape } = byId('tiny-math');
    expect(chat.model_config).toMatchObject({ hidden_size: shape.hiddenSize, vocab_size: shape.vocabSize });
  });
});

describe('what stands against a model', () => {
  it('is nothing on a usual GPU', () => {
    for (const model of CATALOG) expect(obstaclesOf(model, GPU)).toEqual([]);
  });

  it('is a binding that is too small for its largest matrix', () => {
    const small = { ...GPU, maxBindingBytes: 100e6 };
    expect(obstaclesOf(byId(F16), small)).toEqual(['binding-too-small']);
    expect(obstaclesOf(byId('tiny-math'), small)).toEqual([]);
    expect(obstaclesOf(byId(F16), { ...GPU, maxBufferBytes: 100e6 })).toEqual(['binding-too-small']);
  });

  it('is, for WebLLM alone, the lack of half floats', () => {
    const plain = { ...GPU, hasHalfFloats: false };
    expect(obstaclesOf(byId(F16), plain)).toEqual(['webllm-needs-f16']);
    expect(obstaclesOf(byId(F32), plain)).toEqual([]);
  });

  it('decides what is suggested', () => {
    expect(suggestedModel(GPU)).toBe(F16);
    expect(suggestedModel({ ...GPU, hasHalfFloats: false })).toBe(F32);
    expect(suggestedModel({ ...GPU, isSoftware: true })).toBe('tiny-math');
    expect(suggestedModel(null)).toBe('tiny-math');
  });
});

describe('estimates', () => {
  it('count weights, keys and values, and a step’s rows', () => {
    // 869 MB + 2 · 4 · 28 · 256 · 16,384 of cache + about 13 MB.
    const bytes = batchGpuBytes(byId(F16));
    expect(bytes - byId(F16).keptBytes).toBeGreaterThan(939e6);
    expect(bytes - byId(F16).keptBytes).toBeLessThan(960e6);
  });

  it('offer WebLLM for its own shapes only', () => {
    expect(webllmFor(byId(F32).shape)).toEqual(byId(F32).webllm);
    expect(webllmFor({ ...byId(F32).shape, layerCount: 27 })).toBeNull();
  });
});
