/** The int4 product and its gradient. */
import matmulQ4Source from '../../../shaders/matmul_q4.wgsl?raw';
import matmulQ4TSource from '../../../shaders/matmul_q4_t.wgsl?raw';
import sumSectionsSource from '../../../shaders/sum_sections.wgsl?raw';
import { defineOp } from './op';
import { q4Source, scaleFormat } from './q4';
import { TILE_TOKENS } from './tiling';

export const matmulQ4 = defineOp({
  name: 'matmul_q4',
  source: q4Source + matmulQ4Source,
  params: { tokens: 'u32', tokenBase: 'u32', inputs: 'u32', outputs: 'u32', hasBias: 'u32', accumulate: 'u32' },
  buffers: { x: 'read', weight: 'read', scales: 'read', bias: 'read', y: 'read_write' },
  overrides: ['SCALE_FORMAT', 'ROW_QUADS', 'WORKGROUP_SIZE'],
  threads: ({ tokens, tokenBase, outputs }, { ROW_QUADS }) => [
    outputs / (4 * ROW_QUADS),
    (tokens - tokenBase) / TILE_TOKENS,
  ],
  variant: ({ scaleDtype, tiling: { rowQuads, workgroupSize } }) => ({
    SCALE_FORMAT: scaleFormat(scaleDtype),
    ROW_QUADS: rowQuads,
    WORKGROUP_SIZE: workgroupSize,
  }),
});

export const matmulQ4T = defineOp({
  name: 'matmul_q4_t',
  source: q4Source + matmulQ4TSource,
  params: { tokens: 'u32', tokenBase: 'u32', inputs: 'u32', outputs: 'u32', sections: 'u32', accumulate: 'u32' },
  buffers: { dY: 'read', weight: 'read', scales: 'read', dX: 'read_write' },
  overrides: ['SCALE_FORMAT', 'TOKEN_QUADS', 'WORKGROUP_SIZE'],
  threads: ({ tokens, tokenBase, inputs, sections }, { TOKEN_QUADS }) => [
    inputs / 8,
    (tokens - tokenBase) / (TILE_TOKENS * TOKEN_QUADS),
    sections,
  ],
  variant: ({ scaleDtype, tiling: { tokenQuads, workgroupSize } }) => ({
    SCALE_FORMAT: scaleFormat(scaleDtype),
    TOKEN_QUADS: tokenQuads,
    WORKGROUP_SIZE: workgroupSize,
  }),
});

export const sumSections = defineOp({
  name: 'sum_sections',
  source: sumSectionsSource,
  params: { quads: 'u32', sections: 'u32' },
  buffers: { x: 'read', y: 'read_write' },
  threads: ({ quads }) => [quads],
});
