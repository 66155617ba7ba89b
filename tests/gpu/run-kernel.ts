import { BufferArena } from '../../src/gpu/arena';
import type { GpuDevice } from '../../src/gpu/device';
import { compileKernel, type Access, type KernelDefinition, type ScalarType } from '../../src/gpu/kernel';
import { readBuffer } from '../../src/gpu/readback';
import { CommandRecorder } from '../../src/gpu/recorder';

type Data = Float32Array | Uint32Array;

/** Runs one kernel once on data of the test's own and returns the contents of its writable buffers. */
export async function runKernel<P extends Record<string, ScalarType>, B extends Record<string, Access>>(
  gpu: GpuDevice,
  definition: KernelDefinition<P, B>,
  call: {
    readonly params: { readonly [Name in keyof P]: number };
    readonly buffers: { readonly [Name in keyof B]: Data };
    readonly workgroups: readonly [number, number?, number?];
    readonly constants?: Record<string, number>;
  },
): Promise<{ [Name in keyof B]: Float32Array<ArrayBuffer> }> {
  const kernel = await compileKernel(gpu, definition, call.constants);
  const arena = new BufferArena(gpu);
  const recorder = new CommandRecorder(gpu);
  try {
    const names = Object.keys(definition.buffers) as (keyof B & string)[];
    const uploaded = names.map((name) => [name, arena.upload(name, call.buffers[name])] as const);
    const buffers = Object.fromEntries(uploaded) as { [Name in keyof B]: GPUBuffer };
    recorder.dispatch(kernel, { params: call.params, buffers, workgroups: call.workgroups });
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
