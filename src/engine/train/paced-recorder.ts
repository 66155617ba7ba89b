import type { Access, Kernel, ScalarType } from '../../gpu/kernel';
import type { CommandRecorder, Dispatch } from '../../gpu/recorder';
import { recordLinear } from '../decode/linear';
import type { Linear } from '../decode/weights';
import type { TrainerKernels } from './kernels';
import type { Pacer } from './pacer';

/** Records the ops of a pass and reports their cost to the pacer. Each call may wait for the GPU to catch up. */
export class PacedRecorder {
  constructor(
    readonly recorder: CommandRecorder,
    readonly kernels: TrainerKernels,
    readonly pacer: Pacer,
  ) {}

  /** `work` in multiply-adds. Rejects with the pacer's reason. */
  async run<P extends Record<string, ScalarType>, B extends Record<string, Access>>(
    kernel: Kernel<P, B>,
    dispatch: Dispatch<P, B>,
    work: number,
  ): Promise<void> {
    this.recorder.dispatch(kernel, dispatch);
    await this.recorded(work);
  }

  /** Call it after recording `work` multiply-adds by other means. */
  async recorded(work: number): Promise<void> {
    this.pacer.record(work);
    await this.pacer.submitIfFull();
  }

  /** y = x Wᵀ + bias, or y += where `accumulate`. */
  async linear(linear: Linear, tokens: number, x: GPUBuffer, y: GPUBuffer, accumulate: boolean): Promise<void> {
    const perToken = linear.inputs * linear.outputs;
    for (const range of this.pacer.slices(tokens, perToken)) {
      recordLinear(this.recorder, this.kernels, linear, range, { x, y }, accumulate);
      await this.recorded((range.tokenEnd - range.tokenBase) * perToken);
    }
  }

  /** dx = dy W, its outputs summed in `sections` sections: dx [sections, tokens, inputs]. */
  async linearBackward(linear: Linear, tokens: number, dY: GPUBuffer, dX: GPUBuffer, sections = 1): Promise<void> {
    const { inputs, outputs, weight, scales } = linear;
    for (const { tokenBase, tokenEnd } of this.pacer.slices(tokens, inputs * outputs)) {
      const count = tokenEnd - tokenBase;
      const dispatch = {
        params: { tokens: tokenEnd, tokenBase, inputs, outputs, sections, accumulate: 0 },
        buffers: { dY, weight, scales, dX },
      } as const;
      await this.run(this.kernels.matmulQ4T, dispatch, count * inputs * outputs);
    }
  }

  async norm(x: GPUBuffer, gain: GPUBuffer, y: GPUBuffer, shape: NormShape): Promise<void> {
    const { rows, hidden, eps } = shape;
    const dispatch = {
      params: { rows, hidden, rowBase: 0, rowStride: 1, eps },
      buffers: { x, gain, y },
    } as const;
    await this.run(this.kernels.rmsnorm, dispatch, 2 * rows * hidden);
  }

  /** dx = gradient of the norm of x, or dx += where `accumulate`. */
  async normBackward(
    buffers: { readonly x: GPUBuffer; readonly gain: GPUBuffer; readonly dy: GPUBuffer; readonly dx: GPUBuffer },
    { rows, hidden, eps }: NormShape,
    accumulate: boolean,
  ): Promise<void> {
    const params = { rows, hidden, accumulate: accumulate ? 1 : 0, eps };
    const dispatch = { params, buffers } as const;
    await this.run(this.kernels.rmsnormBackward, dispatch, 4 * rows * hidden);
  }
}

export interface NormShape {
  readonly rows: number;
  readonly hidden: number;
  readonly eps: number;
}
