import { LORA_TILE_TOKENS } from '../../../shaders/index';
import type { CommandRecorder } from '../../gpu/recorder';
import type { DecoderKernels } from '../decoder/kernels';
import type { FusedLinear, LoraLayout, LoraLinear } from './layout';
import type { LoraBuffers } from './lora-buffers';

/** An adapter and the room that one forward pass needs for it. */
export interface LoraPass {
  readonly adapter: LoraBuffers;
  /** f32 [rows, layout.widestU]: A x of the fused matrix at work. */
  readonly u: GPUBuffer;
}

/** Rows of one fused matrix's product. */
export interface LoraCall {
  readonly layer: number;
  readonly linear: FusedLinear;
  readonly tokens: number;
  /** f32 [tokens, inputs] the matrix's input. */
  readonly x: GPUBuffer;
  /** f32 [tokens, outputs] what the frozen matrix has made of it; the update is added to it. */
  readonly y: GPUBuffer;
}

type UpdateKernels = Pick<DecoderKernels, 'loraDown' | 'loraUp' | 'tile'>;

/**
 * Records y += (alpha / rank) B (A x) for the adapter's targets in a fused matrix, leaving A x in `u` ([tokens, uColumns]);
 * nothing where it has none. The same bits for a token whatever the number of tokens.
 */
export function recordLoraUpdate(
  recorder: CommandRecorder,
  kernels: UpdateKernels,
  { adapter, u }: LoraPass,
  { layer, linear, tokens, x, y }: LoraCall,
): void {
  const place = adapter.layout.linears[linear];
  const values = adapter.layers[layer];
  if (place === null || values === undefined) return;
  recordLoraDown(recorder, kernels, place, tokens, { x, adapter: values, u });
  recordLoraUp(recorder, kernels, adapter.layout, place, tokens, { u, adapter: values, y });
}

/** Records the lower half: u = A x ([tokens, uColumns]). */
export function recordLoraDown(
  recorder: CommandRecorder,
  kernels: UpdateKernels,
  { inputs, aOffset, uColumns }: LoraLinear,
  tokens: number,
  buffers: { readonly x: GPUBuffer; readonly adapter: GPUBuffer; readonly u: GPUBuffer },
): void {
  const tiles = Math.ceil(tokens / LORA_TILE_TOKENS);
  recorder.dispatch(kernels.loraDown, {
    params: { tokens, inputs, columns: uColumns, aFrom: aOffset, sections: 1, sectionInputs: inputs },
    buffers,
    workgroups: [Math.ceil((tiles * uColumns) / 4 / kernels.tile.workgroupSize)],
  });
}

/** Records the upper half: y += (alpha / rank) B u. */
export function recordLoraUp(
  recorder: CommandRecorder,
  kernels: UpdateKernels,
  { rankStride, scale }: LoraLayout,
  { outputs, uColumns, segments }: LoraLinear,
  tokens: number,
  buffers: { readonly u: GPUBuffer; readonly adapter: GPUBuffer; readonly y: GPUBuffer },
): void {
  const rows = segments.reduce((sum, { rowCount }) => sum + rowCount, 0);
  // Where each segment begins among the stacked rows; `rows` for those that are not there.
  const [first = 0, second = 0] = segments.map(({ rowCount }) => rowCount);
  const [split1, split2] = [Math.min(first, rows), Math.min(first + second, rows)];
  const shift = (i: number, stackedStart: number): number => (segments[i]?.rowStart ?? stackedStart) - stackedStart;
  recorder.dispatch(kernels.loraUp, {
    params: {
      tokens,
      rows,
      rank: rankStride,
      columns: uColumns,
      outputs,
      bFrom: segments[0]?.bOffset ?? 0,
      split1,
      split2,
      shift0: shift(0, 0),
      shift1: shift(1, split1),
      shift2: shift(2, split2),
      scale,
    },
    buffers,
    workgroups: [Math.ceil(rows / 4 / kernels.tile.workgroupSize), Math.ceil(tokens / LORA_TILE_TOKENS)],
  });
}
