/** Figures and gradients of a chunk of logits in training. */
import headBlocksSource from '../../../shaders/head_blocks.wgsl?raw';
import headFiguresSource from '../../../shaders/head_figures.wgsl?raw';
import headGradientSource from '../../../shaders/head_gradient.wgsl?raw';
import { defineOp } from './op';

export const headBlocks = defineOp({
  name: 'head_blocks',
  source: headBlocksSource,
  params: { rows: 'u32', vocabulary: 'u32', activeVocab: 'u32', blockSize: 'u32', blocks: 'u32' },
  buffers: { logits: 'read', partials: 'read_write' },
  threads: ({ rows, blocks }) => [rows * blocks],
});

export const headFigures = defineOp({
  name: 'head_figures',
  source: headFiguresSource,
  params: { rows: 'u32', vocabulary: 'u32', blocks: 'u32', pickBase: 'u32' },
  buffers: { logits: 'read', partials: 'read', picks: 'read', figures: 'read_write' },
  threads: ({ rows }) => [rows],
});

export const headGradient = defineOp({
  name: 'head_gradient',
  source: headGradientSource,
  params: { rows: 'u32', vocabulary: 'u32', activeVocab: 'u32', pickBase: 'u32' },
  buffers: { picks: 'read', figures: 'read', logits: 'read_write' },
  threads: ({ rows, vocabulary }) => [vocabulary, rows],
});
