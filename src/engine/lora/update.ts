import type { BufferArena } from '../../gpu/arena';
import type { CommandRecorder } from '../../gpu/recorder';
import type { DecoderKernels } from '../decode/kernels';
import { tilingFor } from '../ops/tiling';
import type { FusedLinear } from '../../model/fused-linears';
import type { LoraLayout, LoraLinear } from './layout';
import type { LoraBuffers } from './lora-buffers';

/** An adapter and the buffer that one forward pass needs for it. */
export interface LoraPass {
  readonly adapter: LoraBuffers;
  /** Inputs summed by one thread; see Tiling. */
  readonly sectionInputs: number;
  /** f32 [sections, rows, uColumns]: A x of the fused matrix being computed. */
  readonly u: GPUBuffer;
}

/** Allocates for a forward pass of up to `rows` tokens. `sectionInputs` is a multiple of 4, or Infinity. */
export function createLoraPass(
  arena: BufferArena,
  adapter: LoraBuffers,
  rows: number,
  sectionInputs = tilingFor(arena.gpu).loraSectionInputs,
): LoraPass {
  const columns = Object.values(adapter.layout.linears).map((linear) =>
    linear === null ? 0 : linear.uColumns * sectionsOf(linear, sectionInputs),
  );
  return { adapter, sectionInputs, u: arena.storage('low-rank products', 4 * rows * Math.max(...columns)) };
}

function sectionsOf({ inputs }: LoraLinear, sectionInputs: number): number {
  return Math.max(1, Math.ceil(inputs / sectionInputs));
}

/** Rows of one fused matrix's product. */
export interface LoraCall {
  readonly layer: number;
  readonly linear: FusedLinear;
  readonly tokens: number;
  /** f32 [tokens, inputs] the matrix's input. */
  readonly x: GPUBuffer;
  /** f32 [tokens, outputs] the frozen matrix's output, to which the update is added. */
  readonly y: GPUBuffer;
}

type UpdateKernels = Pick<DecoderKernels, 'loraDown' | 'loraUp'>;

/**
 * Records y += (alpha / rank) B (A x) for the adapter's targets in a fused matrix; nothing where it has none. A
 * token's result has the same bits whatever the number of tokens.
 */
export function recordLoraUpdate(
  recorder: CommandRecorder,
  kernels: UpdateKernels,
  { adapter, sectionInputs, u }: LoraPass,
  { layer, linear, tokens, x, y }: LoraCall,
): void {
  const fused = adapter.layout.linears[linear];
  const values = adapter.layers[layer];
  if (fused === null || values === undefined) return;
  recordLoraDown(recorder, kernels, fused, tokens, { x, adapter: values, u }, sectionInputs);
  recordLoraUp(recorder, kernels, adapter.layout, fused, tokens, { u, adapter: values, y }, sectionInputs);
}

/** Records the lower half: u = A x, [tokens, uColumns] (for each section, if there are several). */
export function recordLoraDown(
  recorder: CommandRecorder,
  kernels: UpdateKernels,
  linear: LoraLinear,
  tokens: number,
  buffers: { readonly x: GPUBuffer; readonly adapter: GPUBuffer; readonly u: GPUBuffer },
  sectionInputs = Infinity,
): void {
  const { inputs, aOffset, uColumns } = linear;
  recorder.dispatch(kernels.loraDown, {
    params: {
      tokens,
      inputs,
      columns: uColumns,
      aFrom: aOffset,
      sections: sectionsOf(linear, sectionInputs),
      sectionInputs: Math.min(inputs, sectionInputs),
    },
    buffers,
  });
}

/** Records the upper half: y += (alpha / rank) B u, with the u that the lower half wrote. */
export function recordLoraUp(
  recorder: CommandRecorder,
  kernels: UpdateKernels,
  { rankStride, scale }: LoraLayout,
  linear: LoraLinear,
  tokens: number,
  buffers: { readonly u: GPUBuffer; readonly adapter: GPUBuffer; readonly y: GPUBuffer },
  sectionInputs = Infinity,
): void {
  const { outputs, uColumns, segments } = linear;
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
      sections: sectionsOf(linear, sectionInputs),
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
  });
}
