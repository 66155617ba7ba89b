import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BatchEngine } from '../../src/engine/batch-engine';
import { initialLora } from '../../src/model/initial-lora';
import { loraLayout } from '../../src/engine/lora/layout';
import { LoraBuffers } from '../../src/engine/lora/lora-buffers';
import { createLoraPass, recordLoraUpdate } from '../../src/engine/lora/update';
import { loraDown } from '../../src/engine/ops/lora';
import { loraUpdate } from '../../src/engine/reference/lora';
import { matmul } from '../../src/engine/reference/matmul';
import { readBuffer } from '../../src/gpu/readback';
import { LORA_TARGETS, loraWeights, type LoraConfig, type LoraTarget, type LoraWeights } from '../../src/model/lora';
import type { OpenModel } from '../../src/model/types';
import { DEFAULT_RUN_SETTINGS } from '../../src/run/settings';
import { RunTrace } from '../../src/run/trace';
import { runKernel } from '../../src/gpu/run-kernel';
import { worstDifference } from './compare';
import { testDevice } from './device';
import { GOLDEN_MODELS, goldenExpected, goldenFiles, goldenLora } from './golden';
import { gaussians } from './random';
import { into } from '../fixtures/listeners';

const never = new AbortController().signal;
const ALL: LoraConfig = { rank: 6, alpha: 9, targets: LORA_TARGETS };

let files: OpenModel;
let engine: BatchEngine;
beforeAll(async () => {
  files = await goldenFiles('qwen2-q4f16');
  engine = await BatchEngine.load(await testDevice(), files);
});
afterAll(async () => engine.dispose());

/** An adapter of random numbers, B too. */
function drawn(config: LoraConfig, seed: number): LoraWeights {
  return loraWeights(files.config, config, ({ layer, target, part, shape: [rows, columns] }) => {
    const tensorSeed = 1000 * seed + 100 * layer + 10 * LORA_TARGETS.indexOf(target) + Number(part === 'B');
    return gaussians(rows * columns, tensorSeed, 0.1);
  });
}

describe('lora_down', () => {
  it.each([
    { tokens: 1, inputs: 32, columns: 4, sections: 1 },
    { tokens: 9, inputs: 96, columns: 24, sections: 1 },
    { tokens: 6, inputs: 160, columns: 12, sections: 3 },
    { tokens: 18, inputs: 96, columns: 64, sections: 6 },
  ])('$tokens × $inputs by $columns in $sections sections', async ({ tokens, inputs, columns, sections }) => {
    const x = gaussians(tokens * inputs, 1);
    const adapter = gaussians(12 + columns * inputs, 2);
    const sectionInputs = 4 * Math.ceil(inputs / sections / 4);
    const { u } = await runKernel(await testDevice(), loraDown, {
      params: { tokens, inputs, columns, aFrom: 12, sections, sectionInputs },
      buffers: { x, adapter, u: new Float32Array(sections * tokens * columns) },
      overrides: { WORKGROUP_SIZE: 16 },
    });
    const size = tokens * columns;
    const total = Float64Array.from({ length: size }, (_, i) =>
      Array.from({ length: sections }, (_, s) => u[s * size + i] ?? NaN).reduce((a, b) => a + b),
    );
    expect(worstDifference(total, matmul(x, adapter.subarray(12), inputs))).toBeLessThan(5e-5);
    // The second section sums its own inputs and no others.
    const own = (from: Float32Array): Float32Array =>
      from.map((value, i) => (Math.floor((i % inputs) / sectionInputs) === 1 ? value : 0));
    const second = u.subarray(size, 2 * size);
    if (sections > 1) expect(worstDifference(second, matmul(own(x), adapter.subarray(12), inputs))).toBeLessThan(5e-5);
  });
});

describe('the low-rank update of a fused matrix', () => {
  it.each([
    { rank: 1, tokens: 1, sectionInputs: Infinity, targets: LORA_TARGETS },
    { rank: 6, tokens: 5, sectionInputs: 256, targets: ['q', 'v', 'o', 'up'] as const },
    { rank: 8, tokens: 17, sectionInputs: 128, targets: ['k', 'gate', 'down'] as const },
    { rank: 64, tokens: 6, sectionInputs: 40, targets: LORA_TARGETS },
  ])('rank $rank, $tokens tokens, sections of $sectionInputs, targets $targets', async (shape) => {
    const { rank, tokens, sectionInputs, targets } = shape;
    const { arena, recorder, forward } = engine.decoder;
    const weights = drawn({ rank, alpha: 3, targets }, rank);
    const layout = loraLayout(files.config, weights.config);
    const adapter = new LoraBuffers(arena, layout, 'adapter');
    adapter.write(weights);
    const pass = createLoraPass(arena, adapter, tokens, sectionInputs);
    const fused = { qkv: ['q', 'k', 'v'], output: ['o'], gateUp: ['gate', 'up'], down: ['down'] } as const;
    for (const linear of ['qkv', 'output', 'gateUp', 'down'] as const) {
      const sizes = fused[linear].map((target) => sizeOf(target));
      const inputs = sizes[0]?.inputs ?? 0;
      const outputs = sizes.reduce((sum, size) => sum + size.outputs, 0);
      const x = gaussians(tokens * inputs, 3);
      const before = gaussians(tokens * outputs, 4);
      const buffers = { x: arena.upload('x', x), y: arena.upload('y', before) };
      recordLoraUpdate(recorder, forward.kernels, pass, { layer: 1, linear, tokens, ...buffers });
      const y = new Float32Array(await readBuffer(recorder, buffers.y, 4 * tokens * outputs));
      const expected = Float64Array.from(before);
      let row = 0;
      for (const [i, target] of fused[linear].entries()) {
        const [a, b] = factors(weights, 1, target);
        if (a && b) {
          const update = loraUpdate(x, { a, b, rank }, 3 / rank);
          update.forEach((value, at) => {
            const width = update.length / tokens;
            const to = Math.floor(at / width) * outputs + row + (at % width);
            expected[to] = (expected[to] ?? NaN) + value;
          });
        }
        row += sizes[i]?.outputs ?? 0;
      }
      expect(worstDifference(y, expected)).toBeLessThan(2e-5);
      const isUntouched = fused[linear].every((target) => !(targets as readonly string[]).includes(target));
      expect(worstDifference(y, before) === 0).toBe(isUntouched);
      recorder.forgetBindGroups();
      for (const buffer of Object.values(buffers)) arena.free(buffer);
    }
    adapter.dispose();
    arena.free(pass.u);
  });

  function sizeOf(target: LoraTarget) {
    const { hiddenSize: hidden, intermediateSize: middle, headCount, kvHeadCount, headDim } = files.config;
    const [q, kv] = [headCount * headDim, kvHeadCount * headDim];
    const sizes = {
      q: [hidden, q],
      k: [hidden, kv],
      v: [hidden, kv],
      o: [q, hidden],
      gate: [hidden, middle],
      up: [hidden, middle],
      down: [middle, hidden],
    } as const;
    const [inputs, outputs] = sizes[target];
    return { inputs, outputs };
  }

  function factors({ tensors }: LoraWeights, layer: number, target: LoraTarget) {
    return tensors.filter((tensor) => tensor.layer === layer && tensor.target === target).map(({ values }) => values);
  }
});

describe('LoraBuffers', () => {
  it('starts as zeros, stores what is written, and frees its memory', async () => {
    const { arena, recorder, config } = engine.decoder;
    const before = arena.bytesInUse;
    const weights = drawn({ rank: 3, alpha: 6, targets: LORA_TARGETS }, 1);
    const layout = loraLayout(config, weights.config);
    const buffers = new LoraBuffers(arena, layout, 'adapter');
    await arena.settle();
    expect(arena.bytesInUse - before).toBe(4 * layout.floatsPerLayer * config.layerCount);
    const zeros = await buffers.read(recorder);
    expect(zeros.tensors.every(({ values }) => values.every((value) => value === 0))).toBe(true);
    buffers.write(weights);
    expect(await buffers.read(recorder)).toEqual(weights);
    buffers.dispose();
    expect(arena.bytesInUse).toBe(before);
  });
});

describe.each(GOLDEN_MODELS)('%s with its adapter', (name) => {
  it('gives the same logits and entropies, and without it the base again', async () => {
    const golden = await BatchEngine.load(await testDevice(), await goldenFiles(name));
    const { prompt, paths, path0 } = goldenExpected(name);
    const ids = [...prompt, ...(paths[0] ?? [])];
    await golden.setAdapter(goldenLora(name, golden.files.config));
    expect(worstDifference(await golden.logitsOf(ids), path0.adapted_logits)).toBeLessThan(1e-4);
    expect(worstDifference(await golden.entropiesOf(ids, 20), path0.entropy_top20_adapted)).toBeLessThan(1e-4);
    const base = await golden.logitsOf(ids, undefined, { adapter: false });
    expect(worstDifference(base, path0.base_logits)).toBeLessThan(1e-4);
    expect(worstDifference(base, path0.adapted_logits)).toBeGreaterThan(0.1);
    expect(
      worstDifference(await golden.entropiesOf(ids, 20, { adapter: false }), path0.entropy_top20_base),
    ).toBeLessThan(1e-4);
    await golden.setAdapter(null);
    expect(await golden.logitsOf(ids)).toEqual(base);
    await golden.dispose();
  });
});

describe('sampling with an adapter', () => {
  const prompt = [105, 189, 251, 42, 187, 127, 271, 54, 73];
  const settings = { ...DEFAULT_RUN_SETTINGS, seed: 5, temperature: 1.5, maxTokens: 24 };

  async function sampled(paths: number) {
    const trace = new RunTrace(paths, settings.maxTokens);
    await engine.sampleIds(prompt, { ...settings, paths }, into(trace), never);
    return trace.paths.map(({ tokens, entropy, logprob, length }) =>
      [tokens, entropy, logprob].map((values) => [...values.subarray(0, length)]),
    );
  }

  it('is the base bit for bit while B is zero', async () => {
    await engine.setAdapter(null);
    const [logits, paths] = [await engine.logitsOf(prompt), await sampled(4)];
    await engine.setAdapter(initialLora(files.config, ALL, 1));
    expect(await engine.logitsOf(prompt)).toEqual(logits);
    expect(await sampled(4)).toEqual(paths);
  });

  it('gives path i the same bits for N = 1, 3 and 16, and other paths than the base', async () => {
    await engine.setAdapter(null);
    const base = await sampled(3);
    await engine.setAdapter(drawn(ALL, 2));
    const [one, three, sixteen] = [await sampled(1), await sampled(3), await sampled(16)];
    expect(one[0]).toEqual(sixteen[0]);
    expect(three).toEqual(sixteen.slice(0, 3));
    expect(three).not.toEqual(base);
  });

  it('reports the entropies that a forward pass with the adapter gives for the tokens', async () => {
    await engine.setAdapter(drawn(ALL, 2));
    const [[tokens = [], entropies = []] = []] = await sampled(1);
    const forced = await engine.entropiesOf([...prompt, ...tokens], settings.entropyK);
    expect(worstDifference(entropies, forced.subarray(prompt.length - 1, -1))).toBeLessThan(1e-4);
  });

  it('replaces an adapter of the same shape in place, allocates any other, and frees it', async () => {
    await engine.setAdapter(null);
    const before = engine.info.bytesInUse;
    await engine.setAdapter(drawn(ALL, 2));
    const { adapter } = engine;
    const logits = await engine.logitsOf(prompt);
    await engine.setAdapter(drawn(ALL, 3));
    expect(engine.adapter).toBe(adapter);
    expect(await engine.logitsOf(prompt)).not.toEqual(logits);
    await engine.setAdapter(drawn({ ...ALL, alpha: 18 }, 2));
    expect(engine.adapter).not.toBe(adapter);
    expect(await engine.logitsOf(prompt)).not.toEqual(logits);
    await engine.setAdapter(drawn({ rank: 2, alpha: 1, targets: ['q', 'v'] }, 2));
    expect(engine.info.bytesInUse - before).toBe(4 * 2 * (2 * 4 * 128 + 4 * 128 + 4 * 64));
    await engine.setAdapter(null);
    expect(engine.info.bytesInUse).toBe(before);
  });

  it('refuses tensors of another model, and then runs as before', async () => {
    const weights = drawn(ALL, 2);
    await engine.setAdapter(weights);
    const logits = await engine.logitsOf(prompt);
    const bytes = engine.info.bytesInUse;
    for (const config of [ALL, { ...ALL, alpha: 5 }]) {
      const broken = { config, tensors: weights.tensors.slice(1) };
      await expect(engine.setAdapter(broken)).rejects.toMatchObject({ code: 'internal' });
    }
    expect(engine.info.bytesInUse).toBe(bytes);
    expect(await engine.logitsOf(prompt)).toEqual(logits);
  });
});
