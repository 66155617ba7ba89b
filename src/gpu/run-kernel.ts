import { BufferArena } from './arena';
import type { GpuDevice } from './device';
import {
  compileKernel,
  type Access,
  type KernelDefinition,
  type Overrides,
  type ParamValues,
  type ScalarType,
} from './kernel';
import { readBuffer } from './readback';
import { CommandRecorder } from './recorder';

type Data = Float32Array | Uint32Array;

/** One call of one kernel on data of the caller's. */
export interface KernelCall<
  P extends Record<string, ScalarType>,
  B extends Record<string, Access>,
  C extends string = never,
> {
  readonly params: ParamValues<P>;
  readonly buffers: { readonly [Name in keyof B]: Data };
  readonly overrides?: Overrides<C>;
}

/** Compiles a kernel, runs it once and returns the contents of all its buffers: for checks, not for work. */
export async function runKernel<
  P extends Record<string, ScalarType>,
  B extends Record<string, Access>,
  C extends string,
>(
  gpu: GpuDevice,
  definition: KernelDefinition<P, B, C>,
  call: KernelCall<P, B, NoInfer<C>>,
): Promise<{ [Name in keyof B]: Float32Array<ArrayBuffer> }> {
  const kernel = await compileKernel(gpu, definition, call.overrides);
  const arena = new BufferArena(gpu);
  const recorder = new CommandRecorder(gpu);
  try {
    const names = Object.keys(definition.buffers) as (keyof B & string)[];
    const uploaded = names.map((name) => [name, arena.upload(name, call.buffers[name])] as const);
    const buffers = Object.fromEntries(uploaded) as { [Name in keyof B]: GPUBuffer };
    recorder.dispatch(kernel, { params: call.params, buffers });
    const results: [string, Float32Array<ArrayBuffer>][] = [];
    for (const name of names) {
      const bytes = await readBuffer(recorder, buffers[name], call.buffers[name].byteLength);
      results.push([name, new Float32Array(bytes)]);
    }
    return Object.fromEntries(results) as { [Name in keyof B]: Float32Array<ArrayBuffer> };
  } finally {
    recorder.dispose();
    arena.dispose();
  }
}
