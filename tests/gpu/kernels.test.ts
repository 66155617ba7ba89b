import { beforeAll, describe, expect, it } from 'vitest';
import { ropeTable } from '../../src/model/rope-table';
import { siluMul as siluMulOp } from '../../src/engine/ops/activation';
import { ATTENTION_BLOCK, attentionMix, attentionScores, ropeKv } from '../../src/engine/ops/attention';
import { matmulQ4 } from '../../src/engine/ops/linear';
import { rmsnorm as rmsnormOp } from '../../src/engine/ops/norm';
import { embed } from '../../src/engine/ops/rows';
import { attend } from '../../src/engine/reference/attention';
import { matmul } from '../../src/engine/reference/matmul';
import { dequantize } from '../../src/engine/reference/quantized';
import { rmsnorm } from '../../src/engine/reference/rmsnorm';
import { rotate } from '../../src/engine/reference/rope';
import { siluMul } from '../../src/engine/reference/silu';
import type { GpuDevice } from '../../src/gpu/device';
import { runKernel } from '../../src/gpu/run-kernel';
import { worstDifference } from './compare';
import { testDevice } from './device';
import { gaussians, packedScales, randomWords } from './random';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await testDevice();
});

describe('embed', () => {
  it('looks rows up through slots and base, at an odd number of groups', async () => {
    const [vocabulary, hidden] = [7, 96];
    const weight = randomWords((vocabulary * hidden) / 8, 1);
    const scales = packedScales((vocabulary * hidden) / 32, 'f16');
    const tokens = Uint32Array.of(0, 0, 6, 1, 3);
    const { y } = await runKernel(gpu, embed, {
      params: { rows: 2, hidden, tokenBase: 1 },
      buffers: { tokens, slots: Uint32Array.of(3, 1), weight, scales: scales.words, y: new Float32Array(2 * hidden) },
      overrides: { SCALE_FORMAT: scales.format },
    });
    const table = dequantize(weight, scales.values);
    const expected = [...table.slice(3 * hidden, 4 * hidden), ...table.slice(6 * hidden, 7 * hidden)];
    expect(worstDifference(y, expected)).toBeLessThan(1e-7);
  });
});

describe('rmsnorm', () => {
  it.each([
    { rows: 5, rowBase: 2, rowStride: 1 },
    { rows: 3, rowBase: 4, rowStride: 0 },
  ])('normalises $rows rows from $rowBase by $rowStride', async ({ rows, rowBase, rowStride }) => {
    const hidden = 36;
    const x = gaussians(7 * hidden, 2, 3);
    const gain = gaussians(hidden, 3);
    const eps = 1e-6;
    const { y } = await runKernel(gpu, rmsnormOp, {
      params: { rows, hidden, rowBase, rowStride, eps },
      buffers: { x, gain, y: new Float32Array(rows * hidden) },
    });
    const rowsTaken = Array.from({ length: rows }, (_, r) => rowBase + r * rowStride);
    const taken = rowsTaken.flatMap((row) => [...x.subarray(row * hidden, (row + 1) * hidden)]);
    expect(worstDifference(y, rmsnorm(taken, gain, eps))).toBeLessThan(1e-5);
  });
});

describe('matmul_q4', () => {
  const cases = [1, 2].flatMap((rowQuads) =>
    [
      { tokens: 1, outputs: 24, inputs: 32, format: 'f16' },
      { tokens: 5, outputs: 21, inputs: 96, format: 'bf16' },
      { tokens: 9, outputs: 130, inputs: 160, format: 'f32' },
      { tokens: 17, outputs: 3, inputs: 288, format: 'f16' },
    ].map((shape) => ({ ...shape, format: shape.format as 'f16' | 'bf16' | 'f32', rowQuads })),
  );
  it.each(cases)('$tokens × $inputs by $outputs, $format, $rowQuads quads', async (shape) => {
    const { tokens, outputs, inputs, format, rowQuads } = shape;
    const x = gaussians(tokens * inputs, 4);
    const weight = randomWords((outputs * inputs) / 8, 5);
    const scales = packedScales((outputs * inputs) / 32, format);
    const bias = gaussians(outputs, 6);
    const before = gaussians(tokens * outputs, 7);
    const plain = matmul(x, dequantize(weight, scales.values), inputs);
    for (const [hasBias, accumulate, tokenBase] of [
      [0, 0, 0],
      [1, 1, Math.min(4, tokens - 1)],
    ] as const) {
      const { y } = await runKernel(gpu, matmulQ4, {
        params: { tokens, tokenBase, inputs, outputs, hasBias, accumulate },
        buffers: { x, weight, scales: scales.words, bias, y: before },
        overrides: { SCALE_FORMAT: scales.format, ROW_QUADS: rowQuads, WORKGROUP_SIZE: 16 },
      });
      const expected = plain.map(
        (sum, i) => sum + hasBias * (bias[i % outputs] ?? NaN) + accumulate * (before[i] ?? NaN),
      );
      // Tokens before the base are not written.
      expected.set(before.subarray(0, tokenBase * outputs));
      expect(worstDifference(y, expected)).toBeLessThan(5e-5);
    }
  });
});

describe('rope_kv', () => {
  it('rotates queries in place and caches rotated keys and plain values', async () => {
    const [rows, heads, kvHeads, headDim] = [3, 6, 2, 10];
    const theta = 500;
    const all = heads + 2 * kvHeads;
    const qkv = gaussians(rows * all * headDim, 8);
    const slots = Uint32Array.of(4, 0, 2);
    const cacheFloats = 9 * kvHeads * headDim;
    const result = await runKernel(gpu, ropeKv, {
      params: { rows, heads, kvHeads, headDim, positionBase: 11, positionStride: 2, cacheBase: 3 },
      buffers: {
        slots,
        rope: ropeTable(16, headDim, theta),
        qkv,
        keys: new Float32Array(cacheFloats),
        values: new Float32Array(cacheFloats),
      },
    });
    const keys = new Float64Array(cacheFloats);
    const values = new Float64Array(cacheFloats);
    const queries = Float64Array.from(qkv);
    for (let row = 0; row < rows; row++) {
      for (let head = 0; head < all; head++) {
        const from = (row * all + head) * headDim;
        const vector = Float64Array.from(qkv.subarray(from, from + headDim));
        const rotated = rotate(vector, 11 + 2 * row, theta);
        const kvHead = (head - heads) % kvHeads;
        const to = ((3 + (slots[row] ?? NaN)) * kvHeads + kvHead) * headDim;
        if (head < heads) queries.set(rotated, from);
        else if (head < heads + kvHeads) keys.set(rotated, to);
        else values.set(vector, to);
      }
    }
    expect(worstDifference(result.keys, keys)).toBeLessThan(1e-6);
    expect(worstDifference(result.values, values)).toBeLessThan(1e-7);
    // Keys and values in qkv itself are unchanged.
    expect(worstDifference(result.qkv, queries)).toBeLessThan(1e-6);
  });
});

describe('attention_scores and attention_mix', () => {
  const [heads, kvHeads, headDim, suffixRows] = [6, 2, 12, 5];
  const kvFloats = kvHeads * headDim;
  it.each([
    { name: 'causal prefill', rows: 7, prefixBase: 30, prefixStride: 1, suffixCount: 0 },
    { name: 'decode on a prefix', rows: 4, prefixBase: 45, prefixStride: 0, suffixCount: 38 },
    { name: 'decode without a prefix', rows: 2, prefixBase: 0, prefixStride: 0, suffixCount: 3 },
  ])('$name', async ({ rows, prefixBase, prefixStride, suffixCount }) => {
    const slots = Uint32Array.of(3, 0, 4, 2, 1, 0, 2).subarray(0, rows);
    const prefixRows = prefixBase + rows;
    const cache = (count: number, seed: number): Float32Array => gaussians(Math.max(count, 1) * kvFloats, seed);
    const qkv = gaussians(rows * (heads + 2 * kvHeads) * headDim, 9, 2);
    const [prefixKeys, prefixValues] = [cache(prefixRows, 10), cache(prefixRows, 11)];
    const [suffixKeys, suffixValues] = [cache(suffixCount * suffixRows, 12), cache(suffixCount * suffixRows, 13)];
    const mostVisible = prefixBase + (rows - 1) * prefixStride + suffixCount;
    const span = Math.ceil(mostVisible / ATTENTION_BLOCK) * ATTENTION_BLOCK;
    const view = { rows, heads, kvHeads, headDim, prefixBase, prefixStride, suffixCount, suffixRows, span };
    const scored = await runKernel(gpu, attentionScores, {
      params: { ...view, scale: 1 / Math.sqrt(headDim) },
      buffers: {
        qkv,
        prefixKeys,
        suffixKeys,
        slots,
        weights: new Float32Array(rows * heads * span),
        partials: new Float32Array((2 * rows * heads * span) / ATTENTION_BLOCK),
      },
    });
    const { y } = await runKernel(gpu, attentionMix, {
      params: view,
      buffers: {
        weights: scored.weights,
        partials: scored.partials,
        prefixValues,
        suffixValues,
        slots,
        y: new Float32Array(rows * heads * headDim),
      },
    });

    const expected = new Float64Array(rows * heads * headDim);
    for (let row = 0; row < rows; row++) {
      for (let head = 0; head < heads; head++) {
        const kvHead = Math.floor((head * kvHeads) / heads);
        const vector = (from: Float32Array, index: number): Float64Array =>
          Float64Array.from(from.subarray((index * kvHeads + kvHead) * headDim).subarray(0, headDim));
        const seen = (prefix: Float32Array, suffix: Float32Array): Float64Array[] => [
          ...Array.from({ length: prefixBase + row * prefixStride }, (_, t) => vector(prefix, t)),
          ...Array.from({ length: suffixCount }, (_, t) => vector(suffix, t * suffixRows + (slots[row] ?? NaN))),
        ];
        const queryAt = (row * (heads + 2 * kvHeads) + head) * headDim;
        const query = Float64Array.from(qkv.subarray(queryAt, queryAt + headDim));
        const mixed = attend(query, seen(prefixKeys, suffixKeys), seen(prefixValues, suffixValues));
        expected.set(mixed, (row * heads + head) * headDim);
      }
    }
    expect(worstDifference(y, expected)).toBeLessThan(1e-5);
  });
});

describe('silu_mul', () => {
  it('gates, at extreme gates too', async () => {
    const [rows, width] = [3, 20];
    const gateUp = gaussians(rows * 2 * width, 14, 4);
    gateUp.set([-1000, -90, -80.5, 90, 1000, 0]);
    const { y } = await runKernel(gpu, siluMulOp, {
      params: { rows, width },
      buffers: { gateUp, y: new Float32Array(rows * width) },
    });
    const expected = siluMul(gateUp, width);
    const relative = y.map((value, i) => Math.abs(value - (expected[i] ?? NaN)) / (1 + Math.abs(expected[i] ?? NaN)));
    expect(Math.max(...relative)).toBeLessThan(1e-5);
  });
});
