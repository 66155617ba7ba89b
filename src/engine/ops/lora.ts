/** The low-rank update of a product, and the gradients of its factors. */
import loraDownSource from '../../../shaders/lora_down.wgsl?raw';
import loraGradientSource from '../../../shaders/lora_gradient.wgsl?raw';
import loraProductSource from '../../../shaders/lora_product.wgsl?raw';
import loraUpSource from '../../../shaders/lora_up.wgsl?raw';
import { defineOp } from './op';
import { TILE_TOKENS } from './tiling';

export const loraDown = defineOp({
  name: 'lora_down',
  source: loraDownSource,
  params: { tokens: 'u32', inputs: 'u32', columns: 'u32', aFrom: 'u32', sections: 'u32', sectionInputs: 'u32' },
  buffers: { x: 'read', adapter: 'read', u: 'read_write' },
  overrides: ['WORKGROUP_SIZE'],
  threads: ({ tokens, columns, sections }) => [(Math.ceil(tokens / TILE_TOKENS) * sections * columns) / 4],
  variant: ({ tiling: { workgroupSize } }) => ({ WORKGROUP_SIZE: workgroupSize }),
});

export const loraUp = defineOp({
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
  overrides: ['WORKGROUP_SIZE'],
  threads: ({ tokens, rows }) => [rows / 4, tokens / TILE_TOKENS],
  variant: ({ tiling: { workgroupSize } }) => ({ WORKGROUP_SIZE: workgroupSize }),
});

export const loraProduct = defineOp({
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
  threads: ({ tokens, columns }) => [(columns / 4) * Math.ceil(tokens / TILE_TOKENS)],
});

export const loraGradient = defineOp({
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
  threads: ({ rows, columns }) => [(columns / 4) * (rows / 4)],
});
