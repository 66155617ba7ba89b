/** Clipping by the global norm, and AdamW. */
import adamwSource from '../../../shaders/adamw.wgsl?raw';
import gradientNormSource from '../../../shaders/gradient_norm.wgsl?raw';
import sumSquaresSource from '../../../shaders/sum_squares.wgsl?raw';
import { defineOp } from './op';

export const sumSquares = defineOp({
  name: 'sum_squares',
  source: sumSquaresSource,
  params: { quads: 'u32', perThread: 'u32', partialBase: 'u32' },
  buffers: { x: 'read', partials: 'read_write' },
  threads: ({ quads, perThread }) => [quads / perThread],
});

export const gradientNorm = defineOp({
  name: 'gradient_norm',
  source: gradientNormSource,
  params: { count: 'u32' },
  buffers: { partials: 'read', norm: 'read_write' },
  threads: () => [1],
});

export const adamw = defineOp({
  name: 'adamw',
  source: adamwSource,
  params: {
    quads: 'u32',
    learningRate: 'f32',
    beta1: 'f32',
    beta2: 'f32',
    oneMinusBeta1: 'f32',
    oneMinusBeta2: 'f32',
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
  threads: ({ quads }) => [quads],
});
