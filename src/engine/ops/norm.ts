/** RMSNorm and its gradient. */
import rmsnormBackwardSource from '../../../shaders/rmsnorm_backward.wgsl?raw';
import rmsnormSource from '../../../shaders/rmsnorm.wgsl?raw';
import { defineOp } from './op';

export const rmsnorm = defineOp({
  name: 'rmsnorm',
  source: rmsnormSource,
  params: { rows: 'u32', hidden: 'u32', rowBase: 'u32', rowStride: 'u32', eps: 'f32' },
  buffers: { x: 'read', gain: 'read', y: 'read_write' },
  threads: ({ rows }) => [rows],
});

export const rmsnormBackward = defineOp({
  name: 'rmsnorm_backward',
  source: rmsnormBackwardSource,
  params: { rows: 'u32', hidden: 'u32', accumulate: 'u32', eps: 'f32' },
  buffers: { x: 'read', gain: 'read', dy: 'read', dx: 'read_write' },
  threads: ({ rows }) => [rows],
});
