import { beforeAll, describe, expect, it } from 'vitest';
import { ropeTable } from '../../src/model/rope-table';
import { siluMulBackward as siluMulBackwardOp } from '../../src/engine/ops/activation';
import { headBlocks, headFigures as headFiguresOp, headGradient as headGradientOp } from '../../src/engine/ops/head';
import { matmulQ4T, sumSections } from '../../src/engine/ops/linear';
import { loraGradient, loraProduct } from '../../src/engine/ops/lora';
import { rmsnormBackward as rmsnormBackwardOp } from '../../src/engine/ops/norm';
import { adamw, gradientNorm, sumSquares } from '../../src/engine/ops/optimiser';
import { gatherRows, scatterRows } from '../../src/engine/ops/rows';
import { ropeRows } from '../../src/engine/ops/span-attention';
import { adamwStep } from '../../src/engine/reference/adamw';
import { matmulBackward, rmsnormBackward, siluMulBackward } from '../../src/engine/reference/backward';
import { headFigures, headGradient } from '../../src/engine/reference/head';
import { outerSum, product } from '../../src/engine/reference/lora-backward';
import { dequantize } from '../../src/engine/reference/quantized';
import { rotate } from '../../src/engine/reference/rope';
import { DEFAULT_ADAMW } from '../../src/policy/training';
import type { GpuDevice } from '../../src/gpu/device';
import { runKernel } from '../../src/gpu/run-kernel';
import { worstDifference } from './compare';
import { testDevice } from './device';
import { gaussians, packedScales, randomWords } from './random';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await testDevice();
});

const groups = (threads: number, size: number): number => Math.ceil(threads / size);

describe('matmul_q4_t', () => {
  const cases = ([1, 2] as const).flatMap((tokenQuads) =>
    (
      [
        { tokens: 1, outputs: 24, inputs: 32, sections: 1, format: 'f16' },
        { tokens: 5, outputs: 20, inputs: 96, sections: 3, format: 'bf16' },
        { tokens: 9, outputs: 132, inputs: 160, sections: 1, format: 'f32' },
        { tokens: 18, outputs: 44, inputs: 288, sections: 16, format: 'f16' },
      ] as const
    ).map((shape) => ({ ...shape, tokenQuads })),
  );
  it.each(cases)('$tokens × $outputs by $inputs, $format, $sections sections, $tokenQuads quads', async (shape) => {
    const { tokens, outputs, inputs, sections, format, tokenQuads } = shape;
    const dY = gaussians(tokens * outputs, 1);
    const weight = randomWords((outputs * inputs) / 8, 2);
    const scales = packedScales((outputs * inputs) / 32, format);
    const before = gaussians(sections * tokens * inputs, 3);
    const expected = matmulBackward(dY, dequantize(weight, scales.values), inputs);
    for (const [accumulate, tokenBase] of [
      [0, 0],
      [1, Math.min(4, tokens - 1)],
    ] as const) {
      const { dX } = await runKernel(gpu, matmulQ4T, {
        params: {
          tokens,
          tokenBase,
          inputs,
          outputs,
          sections,
          accumulate,
        },
        buffers: { dY, weight, scales: scales.words, dX: before },
        overrides: { SCALE_FORMAT: scales.format, TOKEN_QUADS: tokenQuads, WORKGROUP_SIZE: 16 },
      });
      const { y } = await runKernel(gpu, sumSections, {
        params: { quads: (tokens * inputs) / 4, sections },
        buffers: { x: dX, y: new Float32Array(tokens * inputs) },
      });
      const totals = expected.map((value, i) => {
        let added = i < tokenBase * inputs ? 0 : value;
        for (let s = 0; s < sections; s++) added += accumulate * (before[s * expected.length + i] ?? NaN);
        return added;
      });
      expect(worstDifference(y, totals)).toBeLessThan(5e-5);
    }
  });
});

describe('rmsnorm_backward', () => {
  it.each([0, 1])('accumulating: %i', async (accumulate) => {
    const [rows, hidden, eps] = [5, 36, 1e-6];
    const [x, gain, dy, dx] = [
      gaussians(rows * hidden, 1, 3),
      gaussians(hidden, 2),
      gaussians(rows * hidden, 3),
      gaussians(rows * hidden, 4),
    ];
    const result = await runKernel(gpu, rmsnormBackwardOp, {
      params: { rows, hidden, accumulate, eps },
      buffers: { x, gain, dy, dx },
    });
    const expected = rmsnormBackward(x, gain, eps, dy).map((value, i) => value + accumulate * (dx[i] ?? NaN));
    expect(worstDifference(result.dx, expected)).toBeLessThan(1e-5);
  });
});

describe('silu_mul_backward', () => {
  it('gives the gradients of gate and up, at extreme gates too', async () => {
    const [rows, width] = [3, 20];
    const gateUp = gaussians(rows * 2 * width, 14, 4);
    gateUp.set([-1000, -90, -80.5, 90, 1000, 0]);
    const dy = gaussians(rows * width, 15);
    const result = await runKernel(gpu, siluMulBackwardOp, {
      params: { rows, width },
      buffers: { dy, gateUp },
    });
    const expected = siluMulBackward(gateUp, width, dy);
    const relative = result.gateUp.map(
      (value, i) => Math.abs(value - (expected[i] ?? NaN)) / (1 + Math.abs(expected[i] ?? NaN)),
    );
    expect(Math.max(...relative)).toBeLessThan(1e-5);
  });
});

describe('rope_rows', () => {
  it.each([1, -1])('rotates queries and keys by the positions in their spans, direction %i', async (direction) => {
    const [heads, kvHeads, headDim, theta] = [3, 1, 10, 500];
    const all = heads + 2 * kvHeads;
    const positions = [0, 1, 2, 3, 2, 3, 4];
    const spans = Uint32Array.from(positions.flatMap((position) => [0, 0, 0, position]));
    const qkv = gaussians(positions.length * all * headDim, 8);
    const result = await runKernel(gpu, ropeRows, {
      params: { rows: positions.length, rotated: heads + kvHeads, allHeads: all, headDim, direction },
      buffers: { spans, rope: ropeTable(8, headDim, theta), qkv },
    });
    const expected = Float64Array.from(qkv);
    positions.forEach((position, row) => {
      for (let head = 0; head < heads + kvHeads; head++) {
        const at = (row * all + head) * headDim;
        expected.set(rotate(qkv.subarray(at, at + headDim), direction * position, theta), at);
      }
    });
    expect(worstDifference(result.qkv, expected)).toBeLessThan(1e-6);
  });
});

describe('lora_product and lora_gradient', () => {
  // Blocks within wider rows, as the targets of a fused matrix are.
  const [tokens, inner, columns] = [7, 20, 12];
  const wide = (from: Float32Array, size: number, stride: number, first: number): Float64Array =>
    Float64Array.from(
      { length: tokens * size },
      (_, i) => from[Math.floor(i / size) * stride + first + (i % size)] ?? NaN,
    );

  it.each([0, 1])('multiplies by a block of the adapter, accumulating: %i', async (accumulate) => {
    const [xStride, xFrom, yStride, yFrom, mFrom, scale] = [32, 8, 24, 4, 16, 0.5];
    const x = gaussians(tokens * xStride, 1);
    const adapter = gaussians(mFrom + inner * columns, 2);
    const before = gaussians(tokens * yStride, 3);
    const { y } = await runKernel(gpu, loraProduct, {
      params: { tokens, inner, columns, xStride, xFrom, mFrom, yStride, yFrom, accumulate, scale },
      buffers: { x, adapter, y: before },
    });
    const expected = Float64Array.from(before);
    product(wide(x, inner, xStride, xFrom), adapter.subarray(mFrom), columns).forEach((value, i) => {
      const at = Math.floor(i / columns) * yStride + yFrom + (i % columns);
      expected[at] = scale * value + accumulate * (before[at] ?? NaN);
    });
    expect(worstDifference(y, expected)).toBeLessThan(1e-5);
  });

  it('adds up gradients of a block', async () => {
    const [xStride, xFrom, zStride, zFrom, gFrom, scale] = [28, 4, 16, 4, 8, 1.5];
    const x = gaussians(tokens * xStride, 4);
    const z = gaussians(tokens * zStride, 5);
    const before = gaussians(gFrom + inner * columns + 4, 6);
    const { gradients } = await runKernel(gpu, loraGradient, {
      params: { tokens, rows: inner, columns, xStride, xFrom, zStride, zFrom, gFrom, scale },
      buffers: { x, z, gradients: before },
    });
    const expected = Float64Array.from(before);
    const sums = outerSum(wide(x, inner, xStride, xFrom), wide(z, columns, zStride, zFrom), tokens);
    sums.forEach((value, i) => {
      expected[gFrom + i] = scale * value + (before[gFrom + i] ?? NaN);
    });
    expect(worstDifference(gradients, expected)).toBeLessThan(1e-5);
  });
});

describe('gather_rows and scatter_rows', () => {
  it('picks rows, and adds back to those picked twice', async () => {
    const [hidden, pickBase, sources] = [8, 1, [4, 1, 1, 3]];
    const picks = Uint32Array.from([0, ...sources].flatMap((source) => [source, 0, 0, 0]));
    const x = gaussians(5 * hidden, 1);
    const gathered = await runKernel(gpu, gatherRows, {
      params: { rows: sources.length, hidden, pickBase },
      buffers: { picks, x, y: new Float32Array(sources.length * hidden) },
    });
    const rowsOf = (values: Float32Array, row: number): number[] => [
      ...values.subarray(row * hidden, (row + 1) * hidden),
    ];
    expect([...gathered.y]).toEqual(sources.flatMap((source) => rowsOf(x, source)));
    const scattered = await runKernel(gpu, scatterRows, {
      params: { rows: sources.length, hidden, pickBase },
      buffers: { picks, x: gathered.y, y: new Float32Array(5 * hidden) },
    });
    const times = [0, 2, 0, 1, 1];
    expect(
      worstDifference(
        scattered.y,
        x.map((value, i) => (times[Math.floor(i / hidden)] ?? NaN) * value),
      ),
    ).toBeLessThan(1e-6);
  });
});

describe('head kernels', () => {
  it('give log-probabilities, entropies and gradients over the active vocabulary, at large logits too', async () => {
    const [rows, vocabulary, activeVocab, blockSize, pickBase] = [3, 44, 41, 7, 2];
    const blocks = groups(activeVocab, blockSize);
    const logits = gaussians(rows * vocabulary, 1, 4);
    logits.forEach((logit, i) => {
      // Padding must not be read, and a shared offset changes nothing.
      if (i % vocabulary >= activeVocab) logits[i] = 1e9;
      else if (i >= 2 * vocabulary) logits[i] = logit + 5000;
    });
    const targets = [40, 0, 13];
    const coefficients = Float32Array.of(0.5, -2, 0);
    const bits = new Uint32Array(coefficients.buffer);
    const picks = Uint32Array.from([
      ...new Array<number>(4 * pickBase).fill(0),
      ...targets.flatMap((id, r) => [0, id, bits[r] ?? 0, 0]),
    ]);
    const { partials } = await runKernel(gpu, headBlocks, {
      params: { rows, vocabulary, activeVocab, blockSize, blocks },
      buffers: { logits, partials: new Float32Array(4 * rows * blocks) },
    });
    const { figures } = await runKernel(gpu, headFiguresOp, {
      params: { rows, vocabulary, blocks, pickBase },
      buffers: { logits, partials, picks, figures: new Float32Array(4 * (pickBase + rows)) },
    });
    const gradient = await runKernel(gpu, headGradientOp, {
      params: { rows, vocabulary, activeVocab, pickBase },
      buffers: { picks, figures, logits },
    });
    targets.forEach((target, r) => {
      const row = logits.subarray(r * vocabulary, (r + 1) * vocabulary);
      const { logprob, entropy } = headFigures(row, target, activeVocab);
      expect(Math.abs((figures[4 * (pickBase + r)] ?? NaN) - logprob)).toBeLessThan(1e-4);
      expect(Math.abs((figures[4 * (pickBase + r) + 1] ?? NaN) - entropy)).toBeLessThan(1e-4);
      const expected = headGradient(row, target, activeVocab, coefficients[r] ?? NaN);
      expect(worstDifference(gradient.logits.subarray(r * vocabulary, (r + 1) * vocabulary), expected)).toBeLessThan(
        1e-5,
      );
    });
  });
});

describe('sum_squares, gradient_norm and adamw', () => {
  const count = 44;
  const options = { ...DEFAULT_ADAMW, learningRate: 0.03, weightDecay: 0.1 };
  const update = 3;

  async function step(gradients: Float32Array, maxGradNorm: number) {
    const state = {
      values: gaussians(count, 2),
      firstMoments: gaussians(count, 3),
      secondMoments: gaussians(count, 4).map((m) => m * m),
    };
    const perThread = 4;
    const threads = groups(count / 4, perThread);
    const { partials } = await runKernel(gpu, sumSquares, {
      params: { quads: count / 4, perThread, partialBase: 1 },
      buffers: { x: gradients, partials: new Float32Array(1 + threads) },
    });
    const { norm } = await runKernel(gpu, gradientNorm, {
      params: { count: 1 + threads },
      buffers: { partials, norm: new Float32Array(1) },
    });
    const { learningRate, beta1, beta2, eps, weightDecay } = options;
    const result = await runKernel(gpu, adamw, {
      params: {
        quads: count / 4,
        learningRate,
        beta1,
        beta2,
        oneMinusBeta1: 1 - beta1,
        oneMinusBeta2: 1 - beta2,
        eps,
        weightDecay,
        maxNorm: maxGradNorm,
        correction1: 1 - beta1 ** update,
        correction2: 1 - beta2 ** update,
      },
      buffers: { norm, gradients, ...state },
    });
    return { state, norm: norm[0] ?? NaN, result };
  }

  it.each([0.5, 1000])('updates as the reference does, clipping at %d', async (maxGradNorm) => {
    const gradients = gaussians(count, 1);
    const { state, norm, result } = await step(gradients, maxGradNorm);
    expect(Math.abs(norm / Math.hypot(...gradients) - 1)).toBeLessThan(1e-6);
    const precise = {
      values: Float64Array.from(state.values),
      firstMoments: Float64Array.from(state.firstMoments),
      secondMoments: Float64Array.from(state.secondMoments),
    };
    const expected = adamwStep(precise, Float64Array.from(gradients), update, { ...options, maxGradNorm });
    expect(worstDifference(result.values, expected.values)).toBeLessThan(1e-5);
    expect(worstDifference(result.firstMoments, expected.firstMoments)).toBeLessThan(1e-6);
    expect(worstDifference(result.secondMoments, expected.secondMoments)).toBeLessThan(1e-6);
    expect([...result.gradients]).toEqual(new Array(count).fill(0));
  });

  it.each([NaN, Infinity])('changes nothing at a gradient of %d, but zeroes it', async (bad) => {
    const gradients = gaussians(count, 1);
    gradients[17] = bad;
    const { state, norm, result } = await step(gradients, 1);
    expect(Number.isFinite(norm)).toBe(false);
    expect(result.values).toEqual(state.values);
    expect(result.firstMoments).toEqual(state.firstMoments);
    expect(result.secondMoments).toEqual(state.secondMoments);
    expect([...result.gradients]).toEqual(new Array(count).fill(0));
  });
});
