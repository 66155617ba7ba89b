import type { GpuDevice } from '../../gpu/device';
import {
  compileKernel,
  type Access,
  type Kernel,
  type KernelDefinition,
  type Overrides,
  type ScalarType,
} from '../../gpu/kernel';
import { runKernel, type KernelCall } from '../../gpu/run-kernel';
import type { ScaleDtype } from './q4';
import type { Tiling } from './tiling';

/** What decides the variant of an op: how work is cut on the device, and how the model stores its scales. */
export interface OpTarget {
  readonly tiling: Tiling;
  readonly scaleDtype: ScaleDtype;
}

/**
 * One kernel of the engine, all that is known of it in one place: its parameters and buffers, how many threads a call
 * needs, and which variant a target gets.
 */
export interface Op<
  P extends Record<string, ScalarType> = Record<string, ScalarType>,
  B extends Record<string, Access> = Record<string, Access>,
  C extends string = string,
> extends KernelDefinition<P, B, C> {
  /** Values of the overrides; absent where the WGSL has none. */
  variant?(target: OpTarget): Overrides<C>;
}

/** Gives an op its exact type. */
export function defineOp<
  const P extends Record<string, ScalarType>,
  const B extends Record<string, Access>,
  const C extends string = never,
>(op: Op<P, B, C>): Op<P, B, C> {
  return op;
}

/** The kernels of a set of ops, by the same names. */
export type Compiled<Ops extends Record<string, Op>> = {
  readonly [Name in keyof Ops]: Kernel<Ops[Name]['params'], Ops[Name]['buffers']>;
};

/**
 * Compiles a set of ops for a target, all at once; `onCompiled` is called after each. Rejects with GpuError
 * 'shader-failed'. `target` may be left out for ops that have one variant.
 */
export async function compileOps<Ops extends Record<string, Op>>(
  gpu: GpuDevice,
  ops: Ops,
  target?: OpTarget,
  onCompiled: () => void = () => undefined,
): Promise<Compiled<Ops>> {
  const pending = Object.entries(ops).map(async ([name, op]) => {
    const kernel = await compileKernel(gpu, op, target && op.variant?.(target));
    onCompiled();
    return [name, kernel] as const;
  });
  // Waits for all: if several fail, the rejections of the later ones must not stay unhandled.
  await Promise.allSettled(pending);
  return Object.fromEntries(await Promise.all(pending)) as unknown as Compiled<Ops>;
}

/** Runs the variant of one op that `target` gets, once: for checks, not for work. See `runKernel`. */
export async function runOp<P extends Record<string, ScalarType>, B extends Record<string, Access>, C extends string>(
  gpu: GpuDevice,
  op: Op<P, B, C>,
  target: OpTarget,
  call: Pick<KernelCall<P, B>, 'params' | 'buffers'>,
): Promise<{ [Name in keyof B]: Float32Array<ArrayBuffer> }> {
  const overrides = op.variant?.(target);
  return runKernel(gpu, op, overrides ? { ...call, overrides } : call);
}
