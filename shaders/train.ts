/** The kernels that only training needs, as index.ts has the others. */
import { defineKernel } from '../src/gpu/kernel';
import adamwSource from './adamw.wgsl?raw';
import gatherRowsSource from './gather_rows.wgsl?raw';
import gradientNormSource from './gradient_norm.wgsl?raw';
import headBlocksSource from './head_blocks.wgsl?raw';
import headFiguresSource from './head_figures.wgsl?raw';
import headGradientSource from './head_gradient.wgsl?raw';
import loraGradientSource from './lora_gradient.wgsl?raw';
import loraProductSource from './lora_product.wgsl?raw';
import matmulQ4TSource from './matmul_q4_t.wgsl?raw';
import q4Source from './q4.wgsl?raw';
import rmsnormBackwardSource from './rmsnorm_backward.wgsl?raw';
import ropeRowsSource from './rope_rows.wgsl?raw';
import scatterRowsSource from './scatter_rows.wgsl?raw';
import siluMulBackwardSource from './silu_mul_backward.wgsl?raw';
import spanDeltaSource from './span_delta.wgsl?raw';
import spanKeysBackwardSource from './span_keys_backward.wgsl?raw';
import spanMixSource from './span_mix.wgsl?raw';
import spanScoresBackwardSource from './span_scores_backward.wgsl?raw';
import spanScoresSource from './span_scores.wgsl?raw';
import spanSoftmaxSource from './span_softmax.wgsl?raw';
import spansSource from './spans.wgsl?raw';
import sumSectionsSource from './sum_sections.wgsl?raw';
import sumSquaresSource from './sum_squares.wgsl?raw';

export const ropeRows = defineKernel({
  name: 'rope_rows',
  source: ropeRowsSource,
  params: { rows: 'u32', rotated: 'u32', allHeads: 'u32', headDim: 'u32', direction: 'f32' },
  buffers: { spans: 'read', rope: 'read', qkv: 'read_write' },
});

const spanShape = {
  rows: 'u32',
  rowBase: 'u32',
  heads: 'u32',
  kvHeads: 'u32',
  headDim: 'u32',
  width: 'u32',
} as const;

export const spanScores = defineKernel({
  name: 'span_scores',
  source: spansSource + spanScoresSource,
  params: { ...spanShape, scale: 'f32' },
  buffers: { qkv: 'read', spans: 'read', scores: 'read_write' },
});

export const spanSoftmax = defineKernel({
  name: 'span_softmax',
  source: spanSoftmaxSource,
  params: { rows: 'u32', rowBase: 'u32', heads: 'u32', width: 'u32' },
  buffers: { spans: 'read', weights: 'read_write', statistics: 'read_write' },
});

export const spanMix = defineKernel({
  name: 'span_mix',
  source: spansSource + spanMixSource,
  params: { ...spanShape, section: 'u32', yHeads: 'u32' },
  buffers: { weights: 'read', qkv: 'read', spans: 'read', y: 'read_write' },
});

export const spanDelta = defineKernel({
  name: 'span_delta',
  source: spanDeltaSource,
  params: { rows: 'u32', heads: 'u32', headDim: 'u32' },
  buffers: { mixed: 'read', dMixed: 'read', statistics: 'read_write' },
});

export const spanScoresBackward = defineKernel({
  name: 'span_scores_backward',
  source: spansSource + spanScoresBackwardSource,
  params: { ...spanShape, scale: 'f32' },
  buffers: {
    qkv: 'read',
    spans: 'read',
    dMixed: 'read',
    statistics: 'read',
    weights: 'read_write',
    dScores: 'read_write',
  },
});

export const spanKeysBackward = defineKernel({
  name: 'span_keys_backward',
  source: spanKeysBackwardSource,
  params: { keyRows: 'u32', ...spanShape, accumulate: 'u32' },
  buffers: {
    qkv: 'read',
    spans: 'read',
    dMixed: 'read',
    weights: 'read',
    dScores: 'read',
    dQkv: 'read_write',
  },
});

export const matmulQ4T = defineKernel({
  name: 'matmul_q4_t',
  source: q4Source + matmulQ4TSource,
  params: {
    tokens: 'u32',
    tokenBase: 'u32',
    inputs: 'u32',
    outputs: 'u32',
    outputsPerSection: 'u32',
    accumulate: 'u32',
  },
  buffers: { dY: 'read', weight: 'read', scales: 'read', dX: 'read_write' },
});

export const sumSections = defineKernel({
  name: 'sum_sections',
  source: sumSectionsSource,
  params: { quads: 'u32', sections: 'u32' },
  buffers: { x: 'read', y: 'read_write' },
});

export const rmsnormBackward = defineKernel({
  name: 'rmsnorm_backward',
  source: rmsnormBackwardSource,
  params: { rows: 'u32', hidden: 'u32', accumulate: 'u32', eps: 'f32' },
  buffers: { x: 'read', gain: 'read', dy: 'read', dx: 'read_write' },
});

export const siluMulBackward = defineKernel({
  name: 'silu_mul_backward',
  source: siluMulBackwardSource,
  params: { rows: 'u32', width: 'u32' },
  buffers: { dy: 'read', gateUp: 'read_write' },
});

export const loraProduct = defineKernel({
  name: 'lora_product',
  source: loraProductSource,
  params: {
    tokens: 'u32',
    inner: 'u32',
    columns: 'u32',
    xStride: 'u32',
    xFrom: 'u32',
    mFrom: 'u32',
    yStride: 'u32',
    yFrom: 'u32',
    accumulate: 'u32',
    scale: 'f32',
  },
  buffers: { x: 'read', adapter: 'read', y: 'read_write' },
});

export const loraGradient = defineKernel({
  name: 'lora_gradient',
  source: loraGradientSource,
  params: {
    tokens: 'u32',
    rows: 'u32',
    columns: 'u32',
    xStride: 'u32',
    xFrom: 'u32',
    zStride: 'u32',
    zFrom: 'u32',
    gFrom: 'u32',
    scale: 'f32',
  },
  buffers: { x: 'read', z: 'read', gradients: 'read_write' },
});

export const gatherRows = defineKernel({
  name: 'gather_rows',
  source: gatherRowsSource,
  params: { rows: 'u32', hidden: 'u32', pickBase: 'u32' },
  buffers: { picks: 'read', x: 'read', y: 'read_write' },
});

export const scatterRows = defineKernel({
  name: 'scatter_rows',
  source: scatterRowsSource,
  params: { rows: 'u32', hidden: 'u32', pickBase: 'u32' },
  buffers: { picks: 'read', x: 'read', y: 'read_write' },
});

export const headBlocks = defineKernel({
  name: 'head_blocks',
  source: headBlocksSource,
  params: { rows: 'u32', vocabulary: 'u32', activeVocab: 'u32', blockSize: 'u32', blocks: 'u32' },
  buffers: { logits: 'read', partials: 'read_write' },
});

export const headFigures = defineKernel({
  name: 'head_figures',
  source: headFiguresSource,
  params: { rows: 'u32', vocabulary: 'u32', blocks: 'u32', pickBase: 'u32' },
  buffers: { logits: 'read', partials: 'read', picks: 'read', figures: 'read_write' },
});

export const headGradient = defineKernel({
  name: 'head_gradient',
  source: headGradientSource,
  params: { rows: 'u32', vocabulary: 'u32', activeVocab: 'u32', pickBase: 'u32' },
  buffers: { picks: 'read', figures: 'read', logits: 'read_write' },
});

export const sumSquares = defineKernel({
  name: 'sum_squares',
  source: sumSquaresSource,
  params: { quads: 'u32', perThread: 'u32', partialBase: 'u32' },
  buffers: { x: 'read', partials: 'read_write' },
});

export const gradientNorm = defineKernel({
  name: 'gradient_norm',
  source: gradientNormSource,
  params: { count: 'u32' },
  buffers: { partials: 'read', norm: 'read_write' },
});

export const adamw = defineKernel({
  name: 'adamw',
  source: adamwSource,
  params: {
    quads: 'u32',
    learningRate: 'f32',
    beta1: 'f32',
    beta2: 'f32',
    rest1: 'f32',
    rest2: 'f32',
    eps: 'f32',
    weightDecay: 'f32',
    maxNorm: 'f32',
    correction1: 'f32',
    correction2: 'f32',
  },
  buffers: {
    norm: 'read',
    gradients: 'read_write',
    values: 'read_write',
    firstMoments: 'read_write',
    secondMoments: 'read_write',
  },
});
