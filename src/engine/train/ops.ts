import type { Access, Kernel, ScalarType } from '../../gpu/kernel';
import type { CommandRecorder, Dispatch } from '../../gpu/recorder';
import { recordLinear } from '../decode/linear';
import type { Linear } from '../decode/weights';
import type { TrainerKernels } from './kernels';
import type { Pacer } from './pacer';

/** Records the operations of a pass, and tells the pacer what they cost. Each may wait for the GPU to catch up. */
export class Ops {
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

  /** To be called after recording `work` multiply-adds by other means. */
  async recorded(work: number): Promise<void> {
    this.pacer.record(work);
    await this.pacer.breathe();
  }

  /** y = x Wᵀ + bias, or y += where `accumulate`. */
  async linear(linear: Linear, tokens: number, x: GPUBuffer, y: GPUBuffer, accumulate: boolean): Promise<void> {
    const perToken = linear.inputs * linear.outputs;
    for (const range of this.pacer.slices(tokens, perToken)) {
      recordLinear(this.recorder, this.kernels, linear, range, { x, y }, accumulate);
      await this.recorded((range.tokenEnd - range.tokenBase) * perToken);
    }
  }

  /** dx = dy W, its outputs summed in `sections` parts: dx [sections, tokens, inputs]. */
  async linearBackward(linear: Linear, tokens: number, dY: GPUBuffer, dX: GPUBuffer, sections = 1): Promise<void> {
    const { inputs, outputs, weight, scales } = linear;
    const { matmulT, backwardTile } = this.kernels;
    const outputsPerSection = 4 * Math.ceil(outputs / 4 / sections);
    for (const { tokenBase, tokenEnd } of this.pacer.slices(tokens, inputs * outputs)) {
      const count = tokenEnd - tokenBase;
      const dispatch = {
        params: { tokens: tokenEnd, tokenBase, inputs, outputs, outputsPerSection, accumulate: 0 },
        buffers: { dY, weight, scales, dX },
        workgroups: [
          groups(inputs / 8, backwardTile.workgroupSize),
          groups(count, 4 * backwardTile.tokenQuads),
          sections,
        ],
      } as const;
      await this.run(matmulT, dispatch, count * inputs * outputs);
    }
  }

  async norm(x: GPUBuffer, gain: GPUBuffer, y: GPUBuffer, shape: NormShape): Promise<void> {
    const { rows, hidden, eps } = shape;
    const dispatch = {
      params: { rows, hidden, rowBase: 0, rowStride: 1, eps },
      buffers: { x, gain, y },
      workgroups: [groups(rows, 4)],
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
    const dispatch = { params, buffers, workgroups: [groups(rows, 4)] } as const;
    await this.run(this.kernels.rmsnormBackward, dispatch, 4 * rows * hidden);
  }
}

export interface NormShape {
  readonly rows: number;
  readonly hidden: number;
  readonly eps: number;
}

/** Workgroups of `size` that cover `threads`. */
export function groups(threads: number, size: number): number {
  return Math.ceil(threads / size);
}
