/** Every kernel with its typed parameters and buffers; shapes and dispatch are told in each file's header. */
import { defineKernel } from '../src/gpu/kernel';
import attentionMixSource from './attention_mix.wgsl?raw';
import attentionScoresSource from './attention_scores.wgsl?raw';
import embedSource from './embed.wgsl?raw';
import logitBlocksSource from './logit_blocks.wgsl?raw';
import logitGroupsSource from './logit_groups.wgsl?raw';
import logitsSource from './logits.wgsl?raw';
import loraDownSource from './lora_down.wgsl?raw';
import loraUpSource from './lora_up.wgsl?raw';
import matmulQ4Source from './matmul_q4.wgsl?raw';
import q4Source from './q4.wgsl?raw';
import rmsnormSource from './rmsnorm.wgsl?raw';
import ropeKvSource from './rope_kv.wgsl?raw';
import sampleDrawSource from './sample_draw.wgsl?raw';
import sampleSource from './sample.wgsl?raw';
import siluMulSource from './silu_mul.wgsl?raw';

export const embed = defineKernel({
  name: 'embed',
  source: q4Source + embedSource,
  params: { rows: 'u32', hidden: 'u32', tokenBase: 'u32' },
  buffers: { tokens: 'read', slots: 'read', weight: 'read', scales: 'read', y: 'read_write' },
});

export const rmsnorm = defineKernel({
  name: 'rmsnorm',
  source: rmsnormSource,
  params: { rows: 'u32', hidden: 'u32', rowBase: 'u32', rowStride: 'u32', eps: 'f32' },
  buffers: { x: 'read', gain: 'read', y: 'read_write' },
});

export const matmulQ4 = defineKernel({
  name: 'matmul_q4',
  source: q4Source + matmulQ4Source,
  params: { tokens: 'u32', tokenBase: 'u32', inputs: 'u32', outputs: 'u32', hasBias: 'u32', accumulate: 'u32' },
  buffers: { x: 'read', weight: 'read', scales: 'read', bias: 'read', y: 'read_write' },
});

/** Tokens of the int4 product's register tile. */
export const MATMUL_TILE_TOKENS = 4;

export const loraDown = defineKernel({
  name: 'lora_down',
  source: loraDownSource,
  params: { tokens: 'u32', inputs: 'u32', columns: 'u32', aFrom: 'u32', sections: 'u32', sectionInputs: 'u32' },
  buffers: { x: 'read', adapter: 'read', u: 'read_write' },
});

export const loraUp = defineKernel({
  name: 'lora_up',
  source: loraUpSource,
  params: {
    tokens: 'u32',
    rows: 'u32',
    rank: 'u32',
    columns: 'u32',
    sections: 'u32',
    outputs: 'u32',
    bFrom: 'u32',
    split1: 'u32',
    split2: 'u32',
    shift0: 'u32',
    shift1: 'u32',
    shift2: 'u32',
    scale: 'f32',
  },
  buffers: { u: 'read', adapter: 'read', y: 'read_write' },
});

/** Tokens of the register tiles of the low-rank update. */
export const LORA_TILE_TOKENS = 4;

export const ropeKv = defineKernel({
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
});

/** Positions in one block of attention weights. */
export const ATTENTION_BLOCK = 32;

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

export const attentionScores = defineKernel({
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
});

export const attentionMix = defineKernel({
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
});

export const siluMul = defineKernel({
  name: 'silu_mul',
  source: siluMulSource,
  params: { rows: 'u32', width: 'u32' },
  buffers: { gateUp: 'read', y: 'read_write' },
});

export const logitBlocks = defineKernel({
  name: 'logit_blocks',
  source: logitsSource + logitBlocksSource,
  params: { rows: 'u32', vocabulary: 'u32', activeVocab: 'u32', blockSize: 'u32', blocks: 'u32', temperature: 'f32' },
  buffers: { logits: 'read', keys: 'read_write', stats: 'read_write' },
});

export const logitGroups = defineKernel({
  name: 'logit_groups',
  source: logitsSource + logitGroupsSource,
  params: { rows: 'u32', blocks: 'u32', groupSize: 'u32', groups: 'u32', temperature: 'f32' },
  buffers: { keys: 'read_write', stats: 'read_write' },
});

export const sample = defineKernel({
  name: 'sample',
  source: logitsSource + sampleDrawSource + sampleSource,
  params: {
    rows: 'u32',
    vocabulary: 'u32',
    activeVocab: 'u32',
    blockSize: 'u32',
    blocks: 'u32',
    groupSize: 'u32',
    groups: 'u32',
    step: 'u32',
    seed: 'u32',
    entropyK: 'u32',
    recordBase: 'u32',
    temperature: 'f32',
    topP: 'f32',
  },
  buffers: {
    logits: 'read',
    stats: 'read',
    slots: 'read',
    keys: 'read_write',
    tokens: 'read_write',
    state: 'read_write',
    records: 'read_write',
  },
});
