/** Ops that read and write whole rows of hidden values. */
import embedSource from '../../../shaders/embed.wgsl?raw';
import gatherRowsSource from '../../../shaders/gather_rows.wgsl?raw';
import scatterRowsSource from '../../../shaders/scatter_rows.wgsl?raw';
import { defineOp } from './op';
import { q4Source, scaleFormat } from './q4';

export const embed = defineOp({
  name: 'embed',
  source: q4Source + embedSource,
  params: { rows: 'u32', hidden: 'u32', tokenBase: 'u32' },
  buffers: { tokens: 'read', slots: 'read', weight: 'read', scales: 'read', y: 'read_write' },
  overrides: ['SCALE_FORMAT'],
  threads: ({ rows, hidden }) => [(rows * hidden) / 8],
  variant: ({ scaleDtype }) => ({ SCALE_FORMAT: scaleFormat(scaleDtype) }),
});

export const gatherRows = defineOp({
  name: 'gather_rows',
  source: gatherRowsSource,
  params: { rows: 'u32', hidden: 'u32', pickBase: 'u32' },
  buffers: { picks: 'read', x: 'read', y: 'read_write' },
  threads: ({ rows, hidden }) => [(rows * hidden) / 4],
});

export const scatterRows = defineOp({
  name: 'scatter_rows',
  source: scatterRowsSource,
  params: { rows: 'u32', hidden: 'u32', pickBase: 'u32' },
  buffers: { picks: 'read', x: 'read', y: 'read_write' },
  threads: ({ hidden }) => [hidden / 4],
});
