/** From logits to one row of figures and the next token of each path. */
import logitBlocksSource from '../../../shaders/logit_blocks.wgsl?raw';
import logitGroupsSource from '../../../shaders/logit_groups.wgsl?raw';
import logitsSource from '../../../shaders/logits.wgsl?raw';
import sampleDrawSource from '../../../shaders/sample_draw.wgsl?raw';
import sampleSource from '../../../shaders/sample.wgsl?raw';
import { defineOp } from './op';

export const logitBlocks = defineOp({
  name: 'logit_blocks',
  source: logitsSource + logitBlocksSource,
  params: { rows: 'u32', vocabulary: 'u32', activeVocab: 'u32', blockSize: 'u32', blocks: 'u32', temperature: 'f32' },
  buffers: { logits: 'read', keys: 'read_write', stats: 'read_write' },
  threads: ({ rows, blocks }) => [rows * blocks],
});

export const logitGroups = defineOp({
  name: 'logit_groups',
  source: logitsSource + logitGroupsSource,
  params: { rows: 'u32', blocks: 'u32', groupSize: 'u32', groups: 'u32', temperature: 'f32' },
  buffers: { keys: 'read_write', stats: 'read_write' },
  threads: ({ rows, groups }) => [rows * groups],
});

export const sample = defineOp({
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
  threads: ({ rows }) => [rows],
});
