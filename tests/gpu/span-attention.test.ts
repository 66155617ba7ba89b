import { beforeAll, describe, expect, it } from 'vitest';
import {
  spanDelta,
  spanKeysBackward,
  spanMix,
  spanScores,
  spanScoresBackward,
  spanSoftmax,
} from '../../src/engine/ops/span-attention';
import { attend } from '../../src/engine/reference/attention';
import { attendBackward } from '../../src/engine/reference/backward';
import { microBatches } from '../../src/engine/train/micro-batch';
import type { GpuDevice } from '../../src/gpu/device';
import { runKernel } from '../../src/gpu/run-kernel';
import { worstDifference } from './compare';
import { testDevice } from './device';
import { gaussians } from './random';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await testDevice();
});

const [heads, kvHeads, headDim] = [6, 2, 12];
const all = heads + 2 * kvHeads;
const scale = 1 / Math.sqrt(headDim);

/** A prompt of 5 and paths of 7, 1, 2 and 4 rows: odd sizes, and positions that do not fill quads. */
const lengths = [8, 2, 1, 3, 5];
const [batch] = microBatches(
  { promptIds: new Array<number>(5).fill(0), paths: lengths.map((n) => new Array<number>(n).fill(0)) },
  null,
  1000,
);
if (batch === undefined) throw new Error('No batch.');
const { rows: allRows, spans, positions } = batch;
const width = Math.ceil(positions / 4);
const qkv = gaussians(allRows * all * headDim, 1);
const dMixed = gaussians(allRows * heads * headDim, 2);

/** Rows that a row sees, without the help of spans: the prompt, and its own path up to itself. */
function seenBy(row: number): number[] {
  let start = 5;
  for (const length of lengths) {
    if (row < start + length - 1) break;
    start += length - 1;
  }
  return Array.from({ length: row + 1 }, (_, s) => s).filter((s) => s < 5 || (row >= 5 && s >= start));
}

const vector = (row: number, head: number): Float64Array =>
  Float64Array.from(qkv.subarray((row * all + head) * headDim, (row * all + head + 1) * headDim));

function reference() {
  const mixed = new Float64Array(allRows * heads * headDim);
  const dQkv = new Float64Array(qkv.length);
  const add = (row: number, head: number, values: Float64Array): void =>
    values.forEach((value, i) => {
      const at = (row * all + head) * headDim + i;
      dQkv[at] = (dQkv[at] ?? NaN) + value;
    });
  for (let row = 0; row < allRows; row++) {
    const seen = seenBy(row);
    for (let head = 0; head < heads; head++) {
      const kvHead = heads + Math.floor((head * kvHeads) / heads);
      const keys = seen.map((s) => vector(s, kvHead));
      const values = seen.map((s) => vector(s, kvHead + kvHeads));
      const at = (row * heads + head) * headDim;
      mixed.set(attend(vector(row, head), keys, values), at);
      const own = Float64Array.from(dMixed.subarray(at, at + headDim));
      const gradients = attendBackward(vector(row, head), keys, values, own);
      add(row, head, gradients.dQuery);
      seen.forEach((s, i) => {
        add(s, kvHead, gradients.dKeys[i] ?? new Float64Array());
        add(s, kvHead + kvHeads, gradients.dValues[i] ?? new Float64Array());
      });
    }
  }
  return { mixed, dQkv };
}

/** The span kernels over chunks of `chunk` rows, as AttentionPass dispatches them. */
async function onGpu(chunk: number) {
  let [mixed, statistics, dQkv] = [
    new Float32Array(dMixed.length),
    new Float32Array(2 * allRows * heads),
    new Float32Array(qkv.length),
  ];
  const weightsOf = (rows: number): Float32Array => new Float32Array(rows * heads * 4 * width);
  const chunks = Array.from({ length: Math.ceil(allRows / chunk) }, (_, i) => i * chunk).map((rowBase) => ({
    rows: Math.min(chunk, allRows - rowBase),
    rowBase,
    heads,
    kvHeads,
    headDim,
    width,
  }));
  for (const shape of chunks) {
    const { rows, rowBase } = shape;
    const { scores } = await runKernel(gpu, spanScores, {
      params: { ...shape, scale },
      buffers: { qkv, spans, scores: weightsOf(rows) },
    });
    const softmax = await runKernel(gpu, spanSoftmax, {
      params: { rows, rowBase, heads, width },
      buffers: { spans, weights: scores, statistics },
    });
    statistics = softmax.statistics;
    const mix = await runKernel(gpu, spanMix, {
      params: { ...shape, section: heads + kvHeads, yHeads: heads },
      buffers: { weights: softmax.weights, qkv, spans, y: mixed },
    });
    mixed = mix.y;
  }
  const delta = await runKernel(gpu, spanDelta, {
    params: { rows: allRows, heads, headDim },
    buffers: { mixed, dMixed, statistics },
  });
  for (const shape of chunks) {
    const { rows, rowBase } = shape;
    const scored = await runKernel(gpu, spanScoresBackward, {
      params: { ...shape, scale },
      buffers: { qkv, spans, dMixed, statistics: delta.statistics, weights: weightsOf(rows), dScores: weightsOf(rows) },
    });
    const queries = await runKernel(gpu, spanMix, {
      params: { ...shape, section: heads, yHeads: all },
      buffers: { weights: scored.dScores, qkv, spans, y: dQkv },
    });
    const keys = await runKernel(gpu, spanKeysBackward, {
      params: { ...shape, keyRows: allRows, accumulate: rowBase === 0 ? 0 : 1 },
      buffers: { qkv, spans, dMixed, weights: scored.weights, dScores: scored.dScores, dQkv: queries.y },
    });
    dQkv = keys.dQkv;
  }
  return { mixed, dQkv };
}

describe('attention over packed rows', () => {
  it.each([1000, 7])('computes what the reference does, forward and backward, %i rows at a time', async (chunk) => {
    const expected = reference();
    const actual = await onGpu(chunk);
    expect(worstDifference(actual.mixed, expected.mixed)).toBeLessThan(1e-5);
    expect(worstDifference(actual.dQkv, expected.dQkv)).toBeLessThan(2e-5);
  });
});
