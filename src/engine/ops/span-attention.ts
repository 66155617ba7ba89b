/** Attention of training, over the packed rows of a micro-batch, and its gradients. */
import ropeRowsSource from '../../../shaders/rope_rows.wgsl?raw';
import spanDeltaSource from '../../../shaders/span_delta.wgsl?raw';
import spanKeysBackwardSource from '../../../shaders/span_keys_backward.wgsl?raw';
import spanMixSource from '../../../shaders/span_mix.wgsl?raw';
import spanScoresBackwardSource from '../../../shaders/span_scores_backward.wgsl?raw';
import spanScoresSource from '../../../shaders/span_scores.wgsl?raw';
import spanSoftmaxSource from '../../../shaders/span_softmax.wgsl?raw';
import spansSource from '../../../shaders/spans.wgsl?raw';
import { defineOp } from './op';

export const ropeRows = defineOp({
  name: 'rope_rows',
  source: ropeRowsSource,
  params: { rows: 'u32', rotated: 'u32', allHeads: 'u32', headDim: 'u32', direction: 'f32' },
  buffers: { spans: 'read', rope: 'read', qkv: 'read_write' },
  threads: ({ rows, rotated, headDim }) => [(rows * rotated * headDim) / 2],
});

const spanShape = {
  rows: 'u32',
  rowBase: 'u32',
  heads: 'u32',
  kvHeads: 'u32',
  headDim: 'u32',
  width: 'u32',
} as const;

export const spanScores = defineOp({
  name: 'span_scores',
  source: spansSource + spanScoresSource,
  params: { ...spanShape, scale: 'f32' },
  buffers: { qkv: 'read', spans: 'read', scores: 'read_write' },
  threads: ({ rows, heads, width }) => [rows * heads * width],
});

export const spanSoftmax = defineOp({
  name: 'span_softmax',
  source: spanSoftmaxSource,
  params: { rows: 'u32', rowBase: 'u32', heads: 'u32', width: 'u32' },
  buffers: { spans: 'read', weights: 'read_write', statistics: 'read_write' },
  threads: ({ rows, heads }) => [rows * heads],
});

export const spanMix = defineOp({
  name: 'span_mix',
  source: spansSource + spanMixSource,
  params: { ...spanShape, section: 'u32', yHeads: 'u32' },
  buffers: { weights: 'read', qkv: 'read', spans: 'read', y: 'read_write' },
  threads: ({ rows, heads, headDim }) => [(rows * heads * headDim) / 4],
});

export const spanDelta = defineOp({
  name: 'span_delta',
  source: spanDeltaSource,
  params: { rows: 'u32', heads: 'u32', headDim: 'u32' },
  buffers: { mixed: 'read', dMixed: 'read', statistics: 'read_write' },
  threads: ({ rows, heads }) => [rows * heads],
});

export const spanScoresBackward = defineOp({
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
  threads: ({ rows, heads, width }) => [rows * heads * width],
});

export const spanKeysBackward = defineOp({
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
  threads: ({ keyRows, kvHeads, headDim }) => [(keyRows * kvHeads * headDim) / 4],
});
