/**
 * Attention of decoding: rotation into the key and value cache, then two halves over a shared prefix and own suffixes.
 */
import attentionMixSource from '../../../shaders/attention_mix.wgsl?raw';
import attentionScoresSource from '../../../shaders/attention_scores.wgsl?raw';
import ropeKvSource from '../../../shaders/rope_kv.wgsl?raw';
import { defineOp } from './op';

export const ropeKv = defineOp({
  name: 'rope_kv',
  source: ropeKvSource,
  params: {
    rows: 'u32',
    heads: 'u32',
    kvHeads: 'u32',
    headDim: 'u32',
    positionBase: 'u32',
    positionStride: 'u32',
    cacheBase: 'u32',
  },
  buffers: { slots: 'read', rope: 'read', qkv: 'read_write', keys: 'read_write', values: 'read_write' },
  threads: ({ rows, heads, kvHeads, headDim }) => [(rows * (heads + 2 * kvHeads) * headDim) / 2],
});

/** Positions in one block of attention weights. */
export const ATTENTION_BLOCK = 32;

/** Positions rounded up to whole blocks of attention weights. */
export function attentionSpan(positions: number): number {
  return Math.ceil(positions / ATTENTION_BLOCK) * ATTENTION_BLOCK;
}

const attentionShape = {
  rows: 'u32',
  heads: 'u32',
  kvHeads: 'u32',
  headDim: 'u32',
  prefixBase: 'u32',
  prefixStride: 'u32',
  suffixCount: 'u32',
  suffixRows: 'u32',
  span: 'u32',
} as const;

export const attentionScores = defineOp({
  name: 'attention_scores',
  source: attentionScoresSource,
  params: { ...attentionShape, scale: 'f32' },
  buffers: {
    qkv: 'read',
    prefixKeys: 'read',
    suffixKeys: 'read',
    slots: 'read',
    weights: 'read_write',
    partials: 'read_write',
  },
  threads: ({ rows, heads, span }) => [(rows * heads * span) / ATTENTION_BLOCK],
});

export const attentionMix = defineOp({
  name: 'attention_mix',
  source: attentionMixSource,
  params: attentionShape,
  buffers: {
    weights: 'read',
    partials: 'read',
    prefixValues: 'read',
    suffixValues: 'read',
    slots: 'read',
    y: 'read_write',
  },
  threads: ({ rows, heads, headDim }) => [(rows * heads * headDim) / 4],
});
