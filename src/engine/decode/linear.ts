import type { CommandRecorder } from '../../gpu/recorder';
import type { DecoderKernels } from './kernels';
import type { Linear } from './weights';

/** Rows tokenBase .. tokenEnd − 1 of x and y. */
export interface TokenRange {
  readonly tokenBase: number;
  readonly tokenEnd: number;
}

/** Records y = x Wᵀ + bias, or y += x Wᵀ + bias where `accumulate`, for a range of tokens. */
export function recordLinear(
  recorder: CommandRecorder,
  { matmulQ4 }: Pick<DecoderKernels, 'matmulQ4'>,
  { inputs, outputs, weight, scales, bias }: Linear,
  { tokenBase, tokenEnd }: TokenRange,
  { x, y }: { readonly x: GPUBuffer; readonly y: GPUBuffer },
  accumulate: boolean,
): void {
  recorder.dispatch(matmulQ4, {
    params: {
      tokens: tokenEnd,
      tokenBase,
      inputs,
      outputs,
      hasBias: bias === null ? 0 : 1,
      accumulate: accumulate ? 1 : 0,
    },
    // A matrix without bias needs some buffer for that binding; with hasBias 0 it is not read.
    buffers: { x, weight, scales, bias: bias ?? scales, y },
  });
}
