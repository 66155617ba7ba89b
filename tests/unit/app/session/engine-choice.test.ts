import { beforeEach, describe, expect, it } from 'vitest';
import type { EngineKind } from '../../../../src/run/engine-kind';
import type { EngineInfo } from '../../../../src/policy/types';
import { EngineChoice, fasterEngine } from '../../../../src/app/session/engine-choice.svelte';
import type { KeyValueStore } from '../../../../src/app/storage/persisted.svelte';
import { SelfTests } from '../../../../src/app/session/self-tests.svelte';
import { fasterText, ratesText, ropeText, selfTestText } from '../../../../src/app/session/text';

class MemoryStore implements KeyValueStore {
  readonly values = new Map<string, string>();
  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }
}

const QWEN = { id: 'qwen', webllm: {} };
const info = (engine: EngineKind, device = 'GPU 1'): EngineInfo => ({
  engine,
  modelId: 'qwen',
  parameterCount: 1,
  device,
  isSoftwareAdapter: false,
  quantization: 'q4f16_1',
  promptDigest: '',
  contextTokens: 4096,
  bytesInUse: 1,
  loadMs: 1,
});
const timing = (tokensPerSecond: number, tokens = 1000) => ({
  promptTokens: 10,
  prefillMs: 1,
  decodeMs: 1,
  tokens,
  tokensPerSecond,
});

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

describe('the engine of a model', () => {
  it('is WebLLM at first where it can run the model, and ours elsewhere', () => {
    const choice = new EngineChoice(store);
    expect(choice.kindOf(QWEN)).toBe('webllm');
    expect(choice.kindOf({ id: 'tiny-math', webllm: null })).toBe('batch');
  });

  it('is what the user chose, model by model, after a reload too', () => {
    new EngineChoice(store).choose('qwen', 'batch');
    const choice = new EngineChoice(store);
    expect(choice.kindOf(QWEN)).toBe('batch');
    expect(choice.kindOf({ id: 'other', webllm: {} })).toBe('webllm');
    // A model that has lost its library runs on ours, whatever was chosen.
    choice.choose('qwen', 'webllm');
    expect(choice.kindOf({ id: 'qwen', webllm: null })).toBe('batch');
  });
});

describe('measured rates', () => {
  it('are the latest of each engine on each device, kept across reloads', () => {
    const before = new EngineChoice(store);
    before.noteRun(info('webllm'), 8, timing(40));
    before.noteRun(info('batch'), 16, timing(200));
    before.noteRun(info('batch'), 16, timing(320));
    before.noteRun(info('batch', 'GPU 2'), 4, timing(7));
    const rates = new EngineChoice(store).ratesOf('GPU 1', 'qwen');
    expect(rates).toEqual({
      webllm: { tokensPerSecond: 40, paths: 8 },
      batch: { tokensPerSecond: 320, paths: 16 },
    });
    expect(new EngineChoice(store).ratesOf('GPU 3', 'qwen')).toEqual({});
  });

  it('do not come from runs that are too short to tell', () => {
    const choice = new EngineChoice(store);
    choice.noteRun(info('batch'), 16, timing(300, 5));
    choice.noteRun(info('batch'), 16, timing(Infinity, 0));
    expect(choice.ratesOf('GPU 1', 'qwen')).toEqual({});
  });

  it('name the faster engine once both are known, and not where they hardly differ', () => {
    const rate = (tokensPerSecond: number) => ({ tokensPerSecond, paths: 16 });
    expect(fasterEngine({ webllm: rate(40) })).toBeNull();
    expect(fasterEngine({ webllm: rate(40), batch: rate(320) })).toEqual({ kind: 'batch', times: 8 });
    expect(fasterEngine({ webllm: rate(60), batch: rate(40) })).toEqual({ kind: 'webllm', times: 1.5 });
    expect(fasterEngine({ webllm: rate(41), batch: rate(40) })).toBeNull();
  });

  it('are told in words', () => {
    const rates = { webllm: { tokensPerSecond: 41.6, paths: 8 }, batch: { tokensPerSecond: 320, paths: 16 } };
    expect(ratesText({})).toBeNull();
    expect(ratesText(rates)).toBe(
      'On this device: WebLLM 42 tokens/s over 8 paths, batch engine 320 tokens/s over 16 paths.',
    );
    expect(fasterText(rates)).toBe('The batch engine is 7.7 times as fast.');
    expect(fasterText({})).toBeNull();
  });
});

describe('what the panel says', () => {
  it('of the rotary base: nothing where it is right', () => {
    expect(ropeText({ needed: 1e6, found: [1e6], state: 'right' })).toBeNull();
    expect(ropeText({ needed: 10_000, found: [1e6], state: 'repaired' })).toContain(
      '(rotary base 1,000,000) than this model needs (10,000)',
    );
    expect(ropeText({ needed: 10_000, found: [], state: 'unknown' })).toContain('could not be checked');
  });

  it('of the self-test: how many, or which are wrong', () => {
    const report = { device: 'GPU 1', tests: 8, failures: [], milliseconds: 412 };
    expect(selfTestText(report)).toBe('GPU self-test passed: all 8 programs compute correctly (0.4 s).');
    const failure = { kernel: 'silu_mul', difference: 3, tolerance: 1e-5, reason: null };
    expect(selfTestText({ ...report, failures: [failure] })).toContain('silu_mul');
  });
});

describe('self-tests', () => {
  const report = {
    device: 'GPU 1',
    tests: 8,
    failures: [{ kernel: 'embed', difference: NaN, tolerance: 1e-7, reason: null }],
    milliseconds: 300,
  };

  it('are taken once a device and a browser', () => {
    new SelfTests('Browser 1', store).keep(report);
    // JSON has no NaN.
    const kept = { ...report, failures: [{ ...report.failures[0], difference: null }] };
    expect(new SelfTests('Browser 1', store).reportOf('GPU 1')).toEqual(kept);
    expect(new SelfTests('Browser 1', store).reportOf('GPU 2')).toBeNull();
    expect(new SelfTests('Browser 2', store).reportOf('GPU 1')).toBeNull();
  });
});
