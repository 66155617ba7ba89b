import type { GpuDevice } from '../../gpu/device';
import { toFloat32 } from '../../model/floats';
import { siluMul as siluMulOp } from '../ops/activation';
import { ATTENTION_BLOCK, attentionMix, attentionScores, attentionSpan, ropeKv } from '../ops/attention';
import { matmulQ4 } from '../ops/linear';
import { loraDown, loraUp } from '../ops/lora';
import { rmsnorm as rmsnormOp } from '../ops/norm';
import { runOp, type OpTarget } from '../ops/op';
import { embed } from '../ops/rows';
import { tilingFor } from '../ops/tiling';
import { ropeTable } from '../../model/rope-table';
import { hashWord } from '../../policy/hash';
import { GpuLogitMeter } from '../decode/logit-meter';
import { attend } from '../reference/attention';
import { loraUpdate } from '../reference/lora';
import { matmul } from '../reference/matmul';
import { dequantize } from '../reference/quantized';
import { rmsnorm } from '../reference/rmsnorm';
import { rotate } from '../reference/rope';
import { referenceStep } from '../reference/sampling';
import { siluMul } from '../reference/silu';

export interface SelfTest {
  readonly kernel: string;
  /** Largest difference allowed: the one of the kernel's header, for these data. */
  readonly tolerance: number;
  /** Resolves with the largest absolute difference from the f64 reference. */
  run(gpu: GpuDevice): Promise<number>;
}

/** Every kernel of decoding, on shapes that leave tiles, blocks and workgroups half full. */
export const SELF_TESTS: readonly SelfTest[] = [
  { kernel: 'embed', tolerance: 1e-7, run: testEmbed },
  { kernel: 'rmsnorm', tolerance: 1e-5, run: testRmsnorm },
  { kernel: 'matmul_q4', tolerance: 5e-5, run: testMatmul },
  { kernel: 'lora_down and lora_up', tolerance: 5e-5, run: testLora },
  { kernel: 'rope_kv', tolerance: 1e-6, run: testRope },
  { kernel: 'attention_scores and attention_mix', tolerance: 1e-5, run: testAttention },
  { kernel: 'silu_mul', tolerance: 1e-5, run: testSilu },
  { kernel: 'logit_blocks, logit_groups and sample', tolerance: 1e-4, run: testSampler },
];

/** `length` numbers in ±`scale`, always the same for a seed. */
function numbers(length: number, seed: number, scale = 1): Float32Array {
  return Float32Array.from({ length }, (_, i) => scale * (hashWord(seed * 65_537 + i) / 2 ** 31 - 1));
}

function words(length: number, seed: number): Uint32Array {
  return Uint32Array.from({ length }, (_, i) => hashWord(seed * 65_537 + i));
}

/**
 * Int4 weights [outputs, inputs] with f16 scales (an odd number of them leaves half a word), and the same matrix in
 * f64.
 */
function matrix(outputs: number, inputs: number, seed: number) {
  const weight = words((outputs * inputs) / 8, seed);
  const count = (outputs * inputs) / 32;
  // Between 2^-6 and 2^-4.
  const halves = Uint16Array.from({ length: count + (count % 2) }, (_, i) => 0x2400 + (hashWord(seed + i) & 0x7ff));
  const bytes = new Uint8Array(halves.buffer);
  const values = toFloat32({ name: 'scales', shape: [count], dtype: 'float16', bytes });
  return { weight, scales: new Uint32Array(halves.buffer), dense: dequantize(weight, values) };
}

/** The variants that the usual models get, so that a driver which has compiled their kernels need not do so again. */
function targetOf(gpu: GpuDevice): OpTarget {
  return { tiling: tilingFor(gpu), scaleDtype: 'float16' };
}

function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity;
  // Math.max passes NaN on.
  return Array.from(found, (value, i) => Math.abs(value - (expected[i] ?? NaN))).reduce((a, b) => Math.max(a, b), 0);
}

async function testEmbed(gpu: GpuDevice): Promise<number> {
  const [vocabulary, hidden] = [7, 96];
  const { weight, scales, dense } = matrix(vocabulary, hidden, 1);
  const { y } = await runOp(gpu, embed, targetOf(gpu), {
    params: { rows: 2, hidden, tokenBase: 1 },
    buffers: {
      tokens: Uint32Array.of(0, 0, 6, 1, 3),
      slots: Uint32Array.of(3, 1),
      weight,
      scales,
      y: new Float32Array(2 * hidden),
    },
  });
  return largestDifference(y, [...dense.slice(3 * hidden, 4 * hidden), ...dense.slice(6 * hidden)]);
}

async function testRmsnorm(gpu: GpuDevice): Promise<number> {
  const [rows, hidden] = [5, 36];
  const x = numbers(rows * hidden, 2, 3);
  const gain = numbers(hidden, 3);
  const { y } = await runOp(gpu, rmsnormOp, targetOf(gpu), {
    params: { rows, hidden, rowBase: 0, rowStride: 1, eps: 1e-6 },
    buffers: { x, gain, y: new Float32Array(rows * hidden) },
  });
  return largestDifference(y, rmsnorm(x, gain, 1e-6));
}

async function testMatmul(gpu: GpuDevice): Promise<number> {
  const [tokens, outputs, inputs] = [9, 131, 160];
  const { weight, scales, dense } = matrix(outputs, inputs, 4);
  const x = numbers(tokens * inputs, 5);
  const bias = numbers(outputs, 6);
  const { y } = await runOp(gpu, matmulQ4, targetOf(gpu), {
    params: { tokens, tokenBase: 0, inputs, outputs, hasBias: 1, accumulate: 0 },
    buffers: { x, weight, scales, bias, y: new Float32Array(tokens * outputs) },
  });
  return largestDifference(y, matmul(x, dense, inputs, bias));
}

async function testLora(gpu: GpuDevice): Promise<number> {
  const [tokens, inputs, outputs, rank, scale] = [5, 36, 24, 8, 0.5];
  const x = numbers(tokens * inputs, 7);
  const adapter = numbers(rank * inputs + outputs * rank, 8);
  // Two sections of the inputs, the second one shorter.
  const [sections, sectionInputs] = [2, 20];
  const { u } = await runOp(gpu, loraDown, targetOf(gpu), {
    params: { tokens, inputs, columns: rank, aFrom: 0, sections, sectionInputs },
    buffers: { x, adapter, u: new Float32Array(sections * tokens * rank) },
  });
  const { y } = await runOp(gpu, loraUp, targetOf(gpu), {
    params: {
      ...{ tokens, rows: outputs, rank, columns: rank, sections, outputs, bFrom: rank * inputs, scale },
      ...{ split1: outputs, split2: outputs, shift0: 0, shift1: 0, shift2: 0 },
    },
    buffers: { u, adapter, y: new Float32Array(tokens * outputs) },
  });
  const [a, b] = [adapter.subarray(0, rank * inputs), adapter.subarray(rank * inputs)];
  return largestDifference(y, loraUpdate(x, { a, b, rank }, scale));
}

async function testRope(gpu: GpuDevice): Promise<number> {
  const [rows, heads, kvHeads, headDim, theta] = [3, 3, 1, 10, 500];
  const all = heads + 2 * kvHeads;
  const qkv = numbers(rows * all * headDim, 9);
  const { keys, values } = await runOp(gpu, ropeKv, targetOf(gpu), {
    params: { rows, heads, kvHeads, headDim, positionBase: 11, positionStride: 2, cacheBase: 0 },
    buffers: {
      slots: Uint32Array.of(0, 1, 2),
      rope: ropeTable(16, headDim, theta),
      qkv,
      keys: new Float32Array(rows * headDim),
      values: new Float32Array(rows * headDim),
    },
  });
  const head = (row: number, at: number): Float32Array => qkv.slice((row * all + at) * headDim).subarray(0, headDim);
  const expected = [0, 1, 2].flatMap((row) => [...rotate(head(row, heads), 11 + 2 * row, theta)]);
  const plain = [0, 1, 2].flatMap((row) => [...head(row, heads + 1)]);
  return Math.max(largestDifference(keys, expected), largestDifference(values, plain));
}

/** Three rows that each see one prompt position more than the row before: a causal prefill across two blocks. */
async function testAttention(gpu: GpuDevice): Promise<number> {
  const [rows, heads, kvHeads, headDim, prefixBase] = [3, 4, 2, 12, 31];
  const kvFloats = kvHeads * headDim;
  const positions = prefixBase + rows - 1;
  const qkv = numbers(rows * (heads + 2 * kvHeads) * headDim, 10, 2);
  const [prefixKeys, prefixValues] = [numbers(positions * kvFloats, 11), numbers(positions * kvFloats, 12)];
  const span = attentionSpan(positions);
  const slots = Uint32Array.of(0, 1, 2);
  const unused = new Float32Array(kvFloats);
  const view = {
    ...{ rows, heads, kvHeads, headDim, prefixBase, prefixStride: 1 },
    ...{ suffixCount: 0, suffixRows: 1, span },
  };
  const { weights, partials } = await runOp(gpu, attentionScores, targetOf(gpu), {
    params: { ...view, scale: 1 / Math.sqrt(headDim) },
    buffers: {
      ...{ qkv, prefixKeys, suffixKeys: unused, slots },
      weights: new Float32Array(rows * heads * span),
      partials: new Float32Array((2 * rows * heads * span) / ATTENTION_BLOCK),
    },
  });
  const y = new Float32Array(rows * heads * headDim);
  const mixed = await runOp(gpu, attentionMix, targetOf(gpu), {
    params: view,
    buffers: { weights, partials, prefixValues, suffixValues: unused, slots, y },
  });
  const part = (from: Float32Array, at: number): Float64Array => Float64Array.from(from.slice(at, at + headDim));
  const expected = Array.from({ length: rows * heads }, (_, i) => {
    const [row, head] = [Math.floor(i / heads), i % heads];
    const kvHead = Math.floor((head * kvHeads) / heads);
    const seen = Array.from({ length: prefixBase + row }, (_, t) => t * kvFloats + kvHead * headDim);
    const query = part(qkv, (row * (heads + 2 * kvHeads) + head) * headDim);
    const [keys, values] = [prefixKeys, prefixValues].map((from) => seen.map((at) => part(from, at)));
    return [...attend(query, keys ?? [], values ?? [])];
  });
  return largestDifference(mixed.y, expected.flat());
}

async function testSilu(gpu: GpuDevice): Promise<number> {
  const [rows, width] = [3, 20];
  const gateUp = numbers(rows * 2 * width, 13, 4);
  gateUp.set([-1000, -90, -80.5, 0]);
  const { y } = await runOp(gpu, siluMulOp, targetOf(gpu), {
    params: { rows, width },
    buffers: { gateUp, y: new Float32Array(rows * width) },
  });
  return largestDifference(y, siluMul(gateUp, width));
}

/** A vocabulary with padding, where equal logits must be ranked by their ids. */
async function testSampler(gpu: GpuDevice): Promise<number> {
  const [activeVocabSize, vocabSize, entropyK, token] = [1003, 1010, 17, 400];
  const logits = numbers(vocabSize, 14, 8).map((logit, id) => (id < activeVocabSize ? Math.round(4 * logit) / 4 : 1e9));
  const meter = await GpuLogitMeter.create(gpu, { vocabSize, activeVocabSize });
  try {
    const row = await meter.measure(logits, { path: 0, step: 0, token, entropyK });
    const reference = referenceStep(logits.subarray(0, activeVocabSize));
    const likeliest = [...row.values(0, 'alternativeToken')];
    if (likeliest.join() !== reference.ranked.slice(0, 5).join()) return Infinity;
    const found = [row.value(0, 'entropy'), ...row.values(0, 'entropyAtReportedK')];
    const figures = [row.value(0, 'confidence'), row.value(0, 'logprob')];
    const expected = [entropyK, 5, 10, 20, 40].map((k) => reference.entropy(k));
    return largestDifference(
      [...found, ...figures],
      [...expected, reference.confidence, reference.logprobs[token] ?? NaN],
    );
  } finally {
    meter.dispose();
  }
}
