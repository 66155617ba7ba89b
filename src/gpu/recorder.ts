import type { GpuDevice } from './device';
import type { Access, Kernel, ParamValues, ScalarType } from './kernel';

/** Uniform offsets are multiples of this on every device (WebGPU's default limit). */
const PARAM_SLOT_BYTES = 256;
/** Most dispatches of one submit. */
export const PARAM_SLOTS = 1024;

type Buffers<T> = { readonly [Name in keyof T]: GPUBuffer };

/** One call of a kernel. */
export interface Dispatch<P extends Record<string, ScalarType>, B extends Record<string, Access>> {
  readonly params: ParamValues<P>;
  readonly buffers: Buffers<B>;
}

/** Is called at every dispatch and submit; see profiler.ts. */
export interface DispatchTimer {
  /** The descriptor of the pass of one dispatch of this kernel. */
  begin(kernel: string): GPUComputePassDescriptor;
  /** Called when a submit's passes have all been recorded. */
  resolve(encoder: GPUCommandEncoder): void;
}

/**
 * Records dispatches and copies, and submits them together. Parameters of all dispatches of a submit travel in one
 * uniform buffer, read through dynamic offsets, so bind groups depend on buffers only and are made once.
 */
export class CommandRecorder {
  readonly #paramBuffer: GPUBuffer;
  readonly #paramBytes = new DataView(new ArrayBuffer(PARAM_SLOT_BYTES * PARAM_SLOTS));
  readonly #bindGroups = new Map<Kernel, Map<string, GPUBindGroup>>();
  readonly #bufferIds = new WeakMap<GPUBuffer, number>();
  #nextBufferId = 0;
  #slotsUsed = 0;
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  /** Times every dispatch while it is set; slower, since each dispatch then needs its own pass. */
  timer: DispatchTimer | null = null;

  constructor(readonly gpu: GpuDevice) {
    this.#paramBuffer = gpu.device.createBuffer({
      label: 'kernel parameters',
      size: PARAM_SLOT_BYTES * PARAM_SLOTS,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }

  dispatch<P extends Record<string, ScalarType>, B extends Record<string, Access>>(
    kernel: Kernel<P, B>,
    { params, buffers }: Dispatch<P, B>,
  ): void {
    if (this.#slotsUsed === PARAM_SLOTS) this.submit();
    const offset = this.#slotsUsed++ * PARAM_SLOT_BYTES;
    this.#writeParams(kernel, params, offset);
    this.#encoder ??= this.gpu.device.createCommandEncoder();
    this.#pass ??= this.#encoder.beginComputePass(this.timer?.begin(kernel.definition.name));
    this.#pass.setPipeline(kernel.pipeline);
    this.#pass.setBindGroup(0, this.#bindGroup(kernel, buffers), [offset]);
    this.#pass.dispatchWorkgroups(...kernel.workgroups(params));
    if (this.timer !== null) this.#endPass();
  }

  /** Copies `bytes` from the start of `from` to `to` at `toOffset`, after the dispatches recorded so far. */
  copy(from: GPUBuffer, to: GPUBuffer, bytes: number, fromOffset = 0, toOffset = 0): void {
    this.#endPass();
    this.#encoder ??= this.gpu.device.createCommandEncoder();
    this.#encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, bytes);
  }

  /** Zeroes `buffer`, after the dispatches recorded so far. */
  clear(buffer: GPUBuffer): void {
    this.#endPass();
    this.#encoder ??= this.gpu.device.createCommandEncoder();
    this.#encoder.clearBuffer(buffer);
  }

  /** Submits everything recorded. */
  submit(): void {
    this.#endPass();
    if (this.#encoder === null) return;
    this.timer?.resolve(this.#encoder);
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.#paramBuffer, 0, this.#paramBytes.buffer, 0, this.#slotsUsed * PARAM_SLOT_BYTES);
    queue.submit([this.#encoder.finish()]);
    this.#encoder = null;
    this.#slotsUsed = 0;
  }

  /** Call it when buffers are freed: bind groups would keep them alive. */
  forgetBindGroups(): void {
    this.#bindGroups.clear();
  }

  dispose(): void {
    this.#paramBuffer.destroy();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
  }

  #writeParams<P extends Record<string, ScalarType>, B extends Record<string, Access>>(
    kernel: Kernel<P, B>,
    params: ParamValues<P>,
    offset: number,
  ): void {
    kernel.paramNames.forEach((name, i) => {
      const at = offset + 4 * i;
      if (kernel.definition.params[name] === 'f32') this.#paramBytes.setFloat32(at, params[name], true);
      else this.#paramBytes.setUint32(at, params[name], true);
    });
  }

  #bindGroup<P extends Record<string, ScalarType>, B extends Record<string, Access>>(
    kernel: Kernel<P, B>,
    buffers: Buffers<B>,
  ): GPUBindGroup {
    const bound = kernel.bufferNames.map((name) => buffers[name]);
    const key = bound.map((buffer) => this.#idOf(buffer)).join(',');
    const groups = this.#groupsOf(kernel as unknown as Kernel);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group = this.gpu.device.createBindGroup({
      label: kernel.definition.name,
      layout: kernel.layout,
      entries: [
        { binding: 0, resource: { buffer: this.#paramBuffer, size: PARAM_SLOT_BYTES } },
        ...bound.map((buffer, i) => ({ binding: i + 1, resource: { buffer } })),
      ],
    });
    groups.set(key, group);
    return group;
  }

  #groupsOf(kernel: Kernel): Map<string, GPUBindGroup> {
    let groups = this.#bindGroups.get(kernel);
    if (groups === undefined) {
      groups = new Map();
      this.#bindGroups.set(kernel, groups);
    }
    return groups;
  }

  #idOf(buffer: GPUBuffer): number {
    let id = this.#bufferIds.get(buffer);
    if (id === undefined) {
      id = this.#nextBufferId++;
      this.#bufferIds.set(buffer, id);
    }
    return id;
  }
}
