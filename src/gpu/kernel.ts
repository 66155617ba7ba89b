import { GpuError } from './error';
import type { GpuDevice } from './device';

export type ScalarType = 'u32' | 'f32';
export type Access = 'read' | 'read_write';

/**
 * A WGSL kernel and how TypeScript calls it. Binding 0 is the uniform `Params` (scalars in the order given here), the
 * bindings after it are the storage buffers in the order given here; the entry point is `main`.
 */
export interface KernelDefinition<
  P extends Record<string, ScalarType> = Record<string, ScalarType>,
  B extends Record<string, Access> = Record<string, Access>,
> {
  readonly name: string;
  readonly source: string;
  readonly params: P;
  readonly buffers: B;
}

/** Gives a definition its exact type, so that a call with a missing parameter or buffer does not compile. */
export function defineKernel<const P extends Record<string, ScalarType>, const B extends Record<string, Access>>(
  definition: KernelDefinition<P, B>,
): KernelDefinition<P, B> {
  return definition;
}

/** A compiled kernel. */
export interface Kernel<
  P extends Record<string, ScalarType> = Record<string, ScalarType>,
  B extends Record<string, Access> = Record<string, Access>,
> {
  readonly definition: KernelDefinition<P, B>;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** Parameter names in the struct's order. */
  readonly paramNames: readonly (keyof P & string)[];
  readonly bufferNames: readonly (keyof B & string)[];
}

/**
 * Compiles a kernel. `constants` are the WGSL's override values.
 * Throws GpuError 'shader-failed' with the compiler's words; the numbered source goes to the console.
 */
export async function compileKernel<P extends Record<string, ScalarType>, B extends Record<string, Access>>(
  gpu: GpuDevice,
  definition: KernelDefinition<P, B>,
  constants: Record<string, number> = {},
): Promise<Kernel<P, B>> {
  const { device } = gpu;
  const { name, source } = definition;
  // The scope keeps what compilation reports from also counting as an uncaught device error.
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: name, code: source });
  const layout = device.createBindGroupLayout({ label: name, entries: layoutEntries(definition) });
  const pending = device.createComputePipelineAsync({
    label: name,
    layout: device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: 'main', constants },
  });
  const scope = device.popErrorScope();
  try {
    const pipeline = await pending;
    await scope;
    return {
      definition,
      pipeline,
      layout,
      paramNames: Object.keys(definition.params),
      bufferNames: Object.keys(definition.buffers),
    };
  } catch (error) {
    await scope;
    gpu.check();
    const reason = await compilerMessage(module, error);
    console.error(`Shader ${name}: ${reason}\n${numbered(source)}`);
    throw new GpuError('shader-failed', `The shader ${name} does not compile on this GPU: ${reason}`);
  }
}

function layoutEntries(definition: KernelDefinition): GPUBindGroupLayoutEntry[] {
  const uniform: GPUBindGroupLayoutEntry = {
    binding: 0,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: 'uniform', hasDynamicOffset: true },
  };
  const storage = Object.values(definition.buffers).map((access, i): GPUBindGroupLayoutEntry => ({
    binding: i + 1,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
  }));
  return [uniform, ...storage];
}

async function compilerMessage(module: GPUShaderModule, error: unknown): Promise<string> {
  const { messages } = await module.getCompilationInfo();
  const errors = messages.filter((message) => message.type === 'error');
  if (errors.length > 0) return errors.map((m) => `line ${m.lineNum}: ${m.message}`).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function numbered(source: string): string {
  return source
    .split('\n')
    .map((line, i) => `${String(i + 1).padStart(4)}  ${line}`)
    .join('\n');
}
