import { GpuError } from './error';
import type { GpuDevice } from './device';

export type ScalarType = 'u32' | 'f32';
export type Access = 'read' | 'read_write';
type Params = Record<string, ScalarType>;
type Buffers = Record<string, Access>;

/** Values of the parameters `P`, as one call of a kernel has them. */
export type ParamValues<P extends Params> = { readonly [Name in keyof P]: number };
/** Values of the WGSL's overrides `C`: what makes one variant of a kernel. */
export type Overrides<C extends string> = Readonly<Record<C, number>>;
/** Sizes along x, y and z; those left out are 1. */
type Extent = readonly [x: number, y?: number, z?: number];

/**
 * A WGSL kernel and how TypeScript calls it. Binding 0 is the uniform `Params` (scalars in the order given here), the
 * bindings after it are the storage buffers in the order given here; the entry point is `main`.
 */
export interface KernelDefinition<P extends Params = Params, B extends Buffers = Buffers, C extends string = string> {
  readonly name: string;
  readonly source: string;
  readonly params: P;
  readonly buffers: B;
  /** The WGSL's overrides, which have no defaults there: a variant gives each a value. */
  readonly overrides?: readonly C[];
  /** How many threads a call needs; with the WGSL's workgroup size, this gives the number of workgroups. */
  threads(params: ParamValues<P>, overrides: Overrides<C>): Extent;
}

/** Gives a definition its exact type, so that a call with a missing parameter or buffer does not compile. */
export function defineKernel<const P extends Params, const B extends Buffers, const C extends string = never>(
  definition: KernelDefinition<P, B, C>,
): KernelDefinition<P, B, C> {
  return definition;
}

/** A compiled kernel. */
export interface Kernel<P extends Params = Params, B extends Buffers = Buffers> {
  readonly definition: Pick<KernelDefinition<P, B>, 'name' | 'params'>;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** Parameter names in the struct's order. */
  readonly paramNames: readonly (keyof P & string)[];
  readonly bufferNames: readonly (keyof B & string)[];
  /** Workgroups that cover the threads of a call with these parameters. */
  workgroups(params: ParamValues<P>): [x: number, y: number, z: number];
}

/**
 * Compiles a kernel; `overrides` choose its variant. Throws RangeError when an override has no value, GpuError
 * 'shader-failed' with the compiler's message; the numbered source goes to the console.
 */
export async function compileKernel<P extends Params, B extends Buffers, C extends string>(
  gpu: GpuDevice,
  definition: KernelDefinition<P, B, C>,
  overrides = {} as Overrides<C>,
): Promise<Kernel<P, B>> {
  const { device } = gpu;
  const { name, source } = definition;
  const size = workgroupSizeOf(definition, overrides);
  // The scope keeps what compilation reports from also counting as an uncaught device error.
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: name, code: source });
  const layout = device.createBindGroupLayout({ label: name, entries: layoutEntries(definition.buffers) });
  const pending = device.createComputePipelineAsync({
    label: name,
    layout: device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: 'main', constants: overrides },
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
      workgroups(params) {
        const [x, y = 1, z = 1] = definition.threads(params, overrides);
        return [Math.ceil(x / size[0]), Math.ceil(y / size[1]), Math.ceil(z / size[2])];
      },
    };
  } catch (error) {
    await scope;
    gpu.check();
    const reason = await compilerMessage(module, error);
    console.error(`Shader ${name}: ${reason}\n${numbered(source)}`);
    throw new GpuError('shader-failed', `The shader ${name} does not compile on this GPU: ${reason}`);
  }
}

/**
 * The entry point's workgroup size, read from the WGSL, where each dimension is a number or an override: so the size is
 * written in one place only. Throws RangeError when the source has no such attribute or an override has no value.
 */
export function workgroupSizeOf<C extends string>(
  { name, source, overrides: names = [] }: Pick<KernelDefinition<Params, Buffers, C>, 'name' | 'source' | 'overrides'>,
  overrides: Overrides<C>,
): [x: number, y: number, z: number] {
  const values: Readonly<Record<string, number | undefined>> = overrides;
  const missing = names.find((override) => values[override] === undefined);
  if (missing !== undefined) throw new RangeError(`The kernel ${name} needs a value for its override ${missing}.`);
  const sizes = /@workgroup_size\(([^)]*)\)/.exec(source)?.[1]?.split(',') ?? [];
  const [x = NaN, y = 1, z = 1] = sizes.map((size) => values[size.trim()] ?? Number(size));
  if (![x, y, z].every((size) => size >= 1)) throw new RangeError(`The kernel ${name} has no workgroup size.`);
  return [x, y, z];
}

function layoutEntries(buffers: Buffers): GPUBindGroupLayoutEntry[] {
  const uniform: GPUBindGroupLayoutEntry = {
    binding: 0,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: 'uniform', hasDynamicOffset: true },
  };
  const storage = Object.values(buffers).map((access, i): GPUBindGroupLayoutEntry => ({
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
