/** The gated activation and its gradient. */
import siluMulBackwardSource from '../../../shaders/silu_mul_backward.wgsl?raw';
import siluMulSource from '../../../shaders/silu_mul.wgsl?raw';
import { defineOp } from './op';

export const siluMul = defineOp({
  name: 'silu_mul',
  source: siluMulSource,
  params: { rows: 'u32', width: 'u32' },
  buffers: { gateUp: 'read', y: 'read_write' },
  threads: ({ rows, width }) => [(rows * width) / 4],
});

export const siluMulBackward = defineOp({
  name: 'silu_mul_backward',
  source: siluMulBackwardSource,
  params: { rows: 'u32', width: 'u32' },
  buffers: { dy: 'read', gateUp: 'read_write' },
  threads: ({ rows, width }) => [(rows * width) / 4],
});
