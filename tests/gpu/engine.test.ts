import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BatchEngine } from '../../src/engine/batch-engine';
import { Decoder } from '../../src/engine/decode/decoder';
import { decodeRows } from '../../src/engine/decode/forward';
import { KvCache } from '../../src/engine/decode/kv-cache';
import { createWorkspace } from '../../src/engine/decode/workspace';
import { tilingFor } from '../../src/engine/ops/tiling';
import { referenceLogits } from '../../src/engine/reference/forward';
import { referenceStep } from '../../src/engine/reference/sampling';
import type { Continuation } from '../../src/policy/types';
import { readBuffer } from '../../src/gpu/readback';
import { stabilityOf } from '../../src/method/stability';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '../../src/run/settings';
import { FLAG_LENGTH, FLAG_STOPPED } from '../../src/run/step-batch';
import { RunTrace, type PathTrace } from '../../src/run/trace';
import { withTensors } from '../../src/model/load';
import type { ModelFiles } from '../../src/model/types';
import { worstDifference } from './compare';
import { freshDevice, testDevice } from './device';
import { goldenExpected, goldenFiles } from './golden';
import { into, onStep, silent } from '../fixtures/listeners';

const never = new AbortController().signal;
const PROMPT = [105, 189, 251, 42, 187, 127, 271, 54, 73];
const SETTINGS: RunSettings = { ...DEFAULT_RUN_SETTINGS, paths: 8, seed: 5, temperature: 1.5, maxTokens: 40 };

let files: ModelFiles;
let engine: BatchEngine;
beforeAll(async () => {
  // With one id in eight as a stop token, random paths end at many different steps.
  const golden = await goldenFiles('qwen2-q4f16');
  const stopTokenIds = Array.from({ length: 40 }, (_, i) => 8 * i);
  files = { ...golden, config: { ...golden.config, stopTokenIds } };
  engine = await BatchEngine.load(await testDevice(), files);
});
afterAll(async () => engine.dispose());

async function run(settings: Partial<RunSettings>, prompt: readonly number[] = PROMPT): Promise<RunTrace> {
  const all = { ...SETTINGS, ...settings };
  const trace = new RunTrace(all.paths, all.maxTokens);
  const timing = await engine.sampleIds(prompt, all, into(trace), never);
  expect(timing.tokens).toBe(trace.paths.reduce((sum, path) => sum + path.length, 0));
  return trace;
}

/** Everything a path reported, bit for bit. */
function figures(path: PathTrace | undefined) {
  if (path === undefined) throw new Error('No such path.');
  const { length, finish, stability } = path;
  const floats = [path.logprob, path.entropy, path.confidence, path.meanLogprob].map((a) => [...a.subarray(0, length)]);
  return { length, finish, stability, tokens: [...path.tokens.subarray(0, length)], floats };
}

describe('sampling', () => {
  it('gives path i the same bits for N = 1, 8, 16 and 64, and for the same seed again', async () => {
    const [one, eight, again, sixteen, most] = [
      await run({ paths: 1 }),
      await run({ paths: 8 }),
      await run({ paths: 8 }),
      await run({ paths: 16 }),
      await run({ paths: 64 }),
    ];
    expect(figures(one.paths[0])).toEqual(figures(eight.paths[0]));
    for (let i = 0; i < 8; i++) {
      expect(figures(again.paths[i])).toEqual(figures(eight.paths[i]));
      expect(figures(sixteen.paths[i])).toEqual(figures(eight.paths[i]));
      expect(figures(most.paths[i])).toEqual(figures(eight.paths[i]));
    }
    const lengths = new Set(sixteen.paths.map((path) => path.length));
    // Paths left the batch at different steps; otherwise the comparison above would prove little.
    expect(lengths.size).toBeGreaterThan(4);
  });

  it('samples other paths with another seed', async () => {
    const [a, b] = [await run({ seed: 5 }), await run({ seed: 6 })];
    expect(a.paths.map(figures)).not.toEqual(b.paths.map(figures));
  });

  it('reports the figures that the f64 forward pass gives for the tokens it drew', async () => {
    const trace = await run({ paths: 3, maxTokens: 30, temperature: 0.8, topP: 0.9, entropyK: 7 });
    for (const path of trace.paths) {
      const own = [...path.tokens.subarray(0, path.length)];
      const logits = referenceLogits(files, [...PROMPT, ...own]);
      own.forEach((token, t) => {
        const row = logits.subarray((PROMPT.length - 1 + t) * 320, (PROMPT.length + t) * 320);
        const step = referenceStep(row);
        expect(path.logprob[t]).toBeCloseTo(step.logprobs[token] ?? NaN, 4);
        expect(path.entropy[t]).toBeCloseTo(step.entropy(7), 4);
        const reported = path.entropyAtReportedK.subarray(4 * t, 4 * t + 4);
        expect(
          worstDifference(
            reported,
            [5, 10, 20, 40].map((k) => step.entropy(k)),
          ),
        ).toBeLessThan(1e-4);
        expect(path.confidence[t]).toBeCloseTo(step.confidence, 4);
        expect(path.meanLogprob[t]).toBeCloseTo(step.meanLogprob, 4);
        expect([...path.alternativeToken.subarray(5 * t, 5 * t + 5)]).toEqual(step.ranked.slice(0, 5));
      });
    }
  });

  it('ends paths at stop tokens and at the limit, and reports which', async () => {
    const rows: { path: number; flags: number; token: number; step: number }[] = [];
    const settings = { ...SETTINGS, paths: 16, maxTokens: 12 };
    await engine.sampleIds(
      PROMPT,
      settings,
      onStep((batch) => {
        for (let r = 0; r < batch.rowCount; r++) {
          const [path = -1, flags = -1, token = -1, step = -1] = [
            batch.path[r],
            batch.flags[r],
            batch.tokens[r],
            batch.step[r],
          ];
          rows.push({ path, flags, token, step });
        }
      }),
      never,
    );
    for (let path = 0; path < 16; path++) {
      const own = rows.filter((row) => row.path === path);
      expect(own.map((row) => row.step)).toEqual(own.map((_, i) => i));
      own.forEach((row, i) => {
        const stops = row.token % 8 === 0;
        expect(row.flags).toBe(stops ? FLAG_STOPPED : i === 11 ? FLAG_LENGTH : 0);
        expect(stops || i === 11).toBe(i === own.length - 1);
      });
    }
    expect(rows.some((row) => row.flags === FLAG_STOPPED) && rows.some((row) => row.flags === FLAG_LENGTH)).toBe(true);
  });

  it('fills the context and no more, over many prompt chunks and cache growths', async () => {
    const { contextTokens } = files.config;
    const prompt = Array.from({ length: contextTokens - 150 }, (_, i) => 1 + (i % 19));
    const noStop = { ...files, config: { ...files.config, stopTokenIds: [] } };
    const other = await BatchEngine.load(await testDevice(), noStop);
    const trace = new RunTrace(2, contextTokens);
    const settings = { ...SETTINGS, paths: 2, maxTokens: 10_000 };
    await other.sampleIds(prompt, settings, into(trace), never);
    expect(trace.paths.map((path) => [path.length, path.finish])).toEqual([
      [150, 'length'],
      [150, 'length'],
    ]);
    const ids = [...prompt, ...(trace.paths[1]?.tokens.subarray(0, 149) ?? [])];
    const entropies = await other.entropiesOf(ids, 20);
    const own = trace.paths[1]?.entropy.subarray(0, 150) ?? [];
    expect(worstDifference(own, entropies.subarray(prompt.length - 1))).toBeLessThan(1e-5);
    await other.dispose();
  });

  it('frees its memory after a run', async () => {
    const before = engine.info.bytesInUse;
    await run({});
    expect(engine.info.bytesInUse).toBe(before);
    expect(before).toBeGreaterThan(163_000);
  });
});

describe('continuing from a token', () => {
  /** The first `length` tokens of path `index` of `from`, as a continuation. */
  function firstTokens(from: RunTrace, index: number, length: number) {
    const path = from.paths[index];
    if (path === undefined) throw new Error('No such path.');
    const continuation = { tokens: path.tokens.slice(0, length), entropy: path.entropy.slice(0, length) };
    return { path, continuation };
  }

  async function runOn(settings: Partial<RunSettings>, continuation: Continuation): Promise<RunTrace> {
    const all = { ...SETTINGS, ...settings };
    const trace = new RunTrace(all.paths, all.maxTokens);
    const timing = await engine.sampleIds(PROMPT, all, into(trace), never, continuation);
    expect(timing.tokens).toBe(
      trace.paths.reduce((sum, path) => sum + Math.max(0, path.length - continuation.tokens.length), 0),
    );
    return trace;
  }

  it.each([1, 4, 9])(
    'after its own first %i tokens, a path continues as before, with the same figures and end',
    async (length) => {
      const whole = await run({ paths: 3 });
      const longest = Math.max(...whole.paths.map((path) => path.length));
      const index = whole.paths.findIndex((path) => path.length === longest);
      const { path, continuation } = firstTokens(whole, index, length);
      expect(path.length).toBeGreaterThan(length + 3);
      // Draws depend on seed, path and step only: with as many paths, the same path draws the same numbers.
      const again = (await runOn({ paths: 3 }, continuation)).paths[index];
      expect(again?.length).toBe(path.length);
      expect(again?.finish).toBe(path.finish);
      expect(again?.stability).toBeCloseTo(path.stability ?? NaN, 4);
      expect(again?.meanEntropy).toBeCloseTo(path.meanEntropy ?? NaN, 4);
      for (const name of ['tokens', 'logprob', 'entropy', 'confidence', 'meanLogprob'] as const) {
        const [own, other] = [path[name], again?.[name] ?? []].map((array) => [...array.slice(length, path.length)]);
        expect(worstDifference(other ?? [], own ?? []), name).toBeLessThan(1e-4);
      }
    },
  );

  it('continues a greedy path greedily to the same tokens, in several paths at once, from the middle of a prompt chunk', async () => {
    const greedy = { temperature: 1e-6, maxTokens: 40 };
    const prompt = Array.from({ length: 60 }, (_, i) => 1 + (i % 7));
    const whole = await run({ ...greedy, paths: 1 }, prompt);
    const { path, continuation } = firstTokens(whole, 0, Math.min(10, (whole.paths[0]?.length ?? 0) - 1));
    const trace = new RunTrace(5, 40);
    const settings = { ...SETTINGS, ...greedy, paths: 5, seed: 99 };
    await engine.sampleIds(prompt, settings, into(trace), never, continuation);
    const from = continuation.tokens.length;
    expect(from).toBeGreaterThan(4);
    for (const branch of trace.paths) {
      expect([...branch.tokens.slice(from, branch.length)]).toEqual([...path.tokens.slice(from, path.length)]);
      expect(branch.finish).toBe(path.finish);
    }
  });

  it('reports the figures that the f64 forward pass gives after another token', async () => {
    const whole = await run({ paths: 1 });
    const { path, continuation } = firstTokens(whole, 0, 3);
    const other = path.alternativeToken[2 * 5 + 4] ?? 0;
    continuation.tokens[2] = other % 8 === 0 ? other + 1 : other;
    const branch = (await runOn({ paths: 1, seed: 8 }, continuation)).paths[0];
    if (branch === undefined) throw new Error('No branch.');
    const ids = [...PROMPT, ...continuation.tokens, ...branch.tokens.slice(3, branch.length)];
    const logits = referenceLogits(files, ids);
    for (let t = 3; t < branch.length; t++) {
      const row = (PROMPT.length - 1 + t) * 320;
      const step = referenceStep(logits.subarray(row, row + 320));
      expect(branch.logprob[t]).toBeCloseTo(step.logprobs[branch.tokens[t] ?? -1] ?? NaN, 4);
      expect(branch.entropy[t]).toBeCloseTo(step.entropy(20), 4);
    }
    const all = [...continuation.entropy, ...branch.entropy.slice(3, branch.length)];
    expect(branch.stability).toBeCloseTo(stabilityOf(all) ?? NaN, 4);
  });

  it('samples nothing after a stop token, and refuses a continuation that no path can have', async () => {
    const entropy = Float32Array.of(1, 1);
    const done = await engine.sampleIds(
      PROMPT,
      SETTINGS,
      onStep(() => expect.unreachable()),
      never,
      {
        tokens: Uint32Array.of(3, 8),
        entropy,
      },
    );
    expect(done.tokens).toBe(0);
    const refused = (tokens: number[], settings = SETTINGS) =>
      engine.sampleIds(PROMPT, settings, silent, never, { tokens: Uint32Array.from(tokens), entropy });
    const badSettings = { code: 'bad-settings', details: { setting: 'continuation' } };
    await expect(refused([8, 3])).rejects.toMatchObject(badSettings);
    await expect(refused([3, 320])).rejects.toMatchObject(badSettings);
    await expect(refused([3, 5], { ...SETTINGS, maxTokens: 2 })).rejects.toMatchObject(badSettings);
    await expect(refused([3])).rejects.toMatchObject(badSettings);
  });
});

describe('batched decoding against separate and copied-prefix passes', () => {
  /** Teacher-forced logits of each path's own tokens, all paths decoded together after `shared` tokens of prefill. */
  async function forced(decoder: Decoder, shared: readonly number[], paths: readonly (readonly number[])[]) {
    const { arena, recorder, forward, config } = decoder;
    const steps = paths[0]?.length ?? 0;
    const work = createWorkspace(arena, config, 16, shared.length + steps, null);
    const cache = new KvCache(arena, config, shared.length, paths.length, steps);
    const prompt = arena.upload('prompt', Uint32Array.from(shared));
    const tokens = arena.storage('tokens', 4 * paths.length);
    await decoder.prefill(prompt, shared.length, work, cache, () => undefined);
    const logits: Float32Array[][] = paths.map(() => []);
    for (let step = 0; step < steps; step++) {
      const now = paths.map((path) => path[step] ?? 0);
      decoder.gpu.device.queue.writeBuffer(tokens, 0, Uint32Array.from(now));
      const where = { promptTokens: shared.length, paths: paths.length, step };
      const rows = decodeRows(tokens, decoder.identity, paths.length, where);
      forward.layers(rows, work, cache.prefix, cache.suffix);
      forward.head(work, paths.length, 0, 1);
      const all = new Float32Array(await readBuffer(recorder, work.logits, 4 * paths.length * config.vocabSize));
      paths.forEach((_, i) => logits[i]?.push(all.slice(i * config.vocabSize, (i + 1) * config.vocabSize)));
    }
    recorder.forgetBindGroups();
    cache.dispose();
    for (const buffer of [...work.all, prompt, tokens]) arena.free(buffer);
    return logits.map((rows) => rows.flatMap((row) => [...row]));
  }

  it('differs by rounding at most', async () => {
    const expected = goldenExpected('qwen2-q4f16');
    const steps = Math.min(...expected.paths.map((path) => path.length));
    const paths = expected.paths.map((path) => path.slice(0, steps));
    const { decoder } = engine;
    const batched = await forced(decoder, expected.prompt, paths);
    for (const [i, path] of paths.entries()) {
      const [alone] = await forced(decoder, expected.prompt, [path]);
      // Alone or with others, the same kernel adds in the same order: no rounding either.
      expect(batched[i]).toEqual(alone);
      const [first = 0, ...rest] = expected.prompt;
      const [copied = []] = await forced(decoder, [first], [[...rest, ...path]]);
      expect(worstDifference(batched[i] ?? [], copied.slice(-steps * 320))).toBeLessThan(1e-5);
      const rows = path.map((_, t) => expected.prompt.length + t);
      const whole = await engine.logitsOf([...expected.prompt, ...path], rows);
      expect(worstDifference(batched[i] ?? [], whole)).toBeLessThan(1e-5);
    }
  });
});

it('adds in the same order with the tile of software adapters and the tile of GPUs', async () => {
  const logits: Float32Array[] = [];
  for (const isSoftwareAdapter of [false, true]) {
    const tiling = tilingFor({ isSoftwareAdapter });
    const decoder = await Decoder.load(await testDevice(), files, () => undefined, never, tiling);
    logits.push(await decoder.logitsOf(PROMPT));
    decoder.dispose();
  }
  expect(logits[0]).toEqual(logits[1]);
});

describe('what goes wrong', () => {
  it('stops within a step of the signal, and can sample again', async () => {
    const stop = new AbortController();
    const noStop = { ...files, config: { ...files.config, stopTokenIds: [] } };
    const other = await BatchEngine.load(await testDevice(), noStop);
    let batchesAfter = 0;
    const settings = { ...SETTINGS, maxTokens: 400 };
    const sampling = other.sampleIds(
      PROMPT,
      settings,
      onStep(() => {
        if (stop.signal.aborted) batchesAfter++;
        stop.abort();
      }),
      stop.signal,
    );
    await expect(sampling).rejects.toMatchObject({ name: 'EngineError', code: 'aborted' });
    expect(batchesAfter).toBe(0);
    const trace = new RunTrace(8, 5);
    await other.sampleIds(PROMPT, { ...settings, maxTokens: 5 }, into(trace), never);
    expect(trace.paths.every((path) => path.length === 5)).toBe(true);
    await expect(other.sampleIds(PROMPT, settings, silent, AbortSignal.abort())).rejects.toMatchObject({
      code: 'aborted',
    });
    await other.dispose();
  });

  it('reports that the device was lost, while sampling and after that', async () => {
    const gpu = await freshDevice();
    const other = await BatchEngine.load(gpu, { ...files, config: { ...files.config, stopTokenIds: [] } });
    const sampling = other.sampleIds(
      PROMPT,
      { ...SETTINGS, maxTokens: 400 },
      onStep(() => gpu.destroy()),
      never,
    );
    await expect(sampling).rejects.toMatchObject({ name: 'EngineError', code: 'device-lost' });
    expect(await gpu.lost).not.toBe('');
    await expect(other.sampleIds(PROMPT, SETTINGS, silent, never)).rejects.toMatchObject({
      code: 'device-lost',
    });
    await expect(other.logitsOf(PROMPT)).rejects.toMatchObject({ code: 'device-lost' });
    await other.dispose();
  });

  it('names the step and path of logits that are not numbers', async () => {
    const tensors = new Map(files.tensors);
    const scale = tensors.get('model.embed_tokens.q_scale');
    if (scale === undefined) throw new Error('No scales.');
    const bytes = scale.bytes.slice();
    // NaN as the first scale of row 300, which the prompt does not use: only the head sees it.
    new DataView(bytes.buffer).setUint16(2 * 300 * 4, 0x7e00, true);
    tensors.set(scale.name, { ...scale, bytes });
    const other = await BatchEngine.load(await testDevice(), withTensors(files, tensors));
    await expect(other.sampleIds(PROMPT, SETTINGS, silent, never)).rejects.toMatchObject({
      code: 'bad-logits',
      details: { step: 0, path: 0 },
    });
    await other.dispose();
  });

  it('refuses a prompt that leaves no token, a second request at the same time, and a missing tensor', async () => {
    const long = new Array<number>(files.config.contextTokens).fill(1);
    await expect(engine.sampleIds(long, SETTINGS, silent, never)).rejects.toMatchObject({
      code: 'problem-too-long',
    });
    const first = run({});
    await expect(run({})).rejects.toMatchObject({ code: 'internal' });
    await first;
    const tensors = new Map(files.tensors);
    tensors.delete('model.norm.weight');
    await expect(BatchEngine.load(await testDevice(), withTensors(files, tensors))).rejects.toMatchObject({
      code: 'model-invalid',
    });
  });

  it('stops loading on request', async () => {
    const loading = BatchEngine.load(await testDevice(), files, () => undefined, AbortSignal.abort());
    await expect(loading).rejects.toMatchObject({ code: 'aborted' });
  });
});
