import { GpuError } from './error';

/** Limits that our kernels need; WebGPU's default limits meet all of them. */
const NEEDED = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxStorageBufferBindingSize: 128 * 1024 * 1024,
} as const;

const SOFTWARE_ADAPTERS = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** A WebGPU device, its adapter's name and its health. */
export class GpuDevice {
  #lostReason: string | null = null;
  #firstError: string | null = null;
  /** Resolves, never rejects, with the browser's reason when the device is gone (also after `destroy`). */
  readonly lost: Promise<string>;

  constructor(
    readonly device: GPUDevice,
    /** The adapter's name as WebGPU reports it. */
    readonly adapterName: string,
    readonly isSoftwareAdapter: boolean,
  ) {
    this.lost = device.lost.then((info) => {
      this.#lostReason = info.message || info.reason;
      return this.#lostReason;
    });
    device.addEventListener('uncapturederror', (event) => {
      this.#firstError ??= event.error.message;
    });
  }

  get limits(): GPUSupportedLimits {
    return this.device.limits;
  }

  /** Throws 'device-lost' or the first validation error that was not caught; no result after either can be trusted. */
  check(): void {
    if (this.#lostReason !== null) throw new GpuError('device-lost', `The GPU device was lost: ${this.#lostReason}`);
    if (this.#firstError !== null) throw new GpuError('internal', `WebGPU reported: ${this.#firstError}`);
  }

  /**
   * Awaits GPU work; a rejection becomes 'device-lost' where that is the cause.
   * WebGPU rejects pending maps of a lost device before `lost` has resolved, so the cause is checked one turn of the
   * event loop later.
   */
  async settle<T>(work: Promise<T>): Promise<T> {
    try {
      const value = await work;
      this.check();
      return value;
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.check();
      throw error;
    }
  }

  destroy(): void {
    this.device.destroy();
  }
}

/**
 * Asks `gpu` (navigator.gpu, or Dawn's in Node) for an adapter and a device with large enough limits.
 * Throws GpuError 'no-webgpu' or 'no-adapter' with a reason that a reader can act on.
 */
export async function acquireDevice(gpu: GPU | undefined): Promise<GpuDevice> {
  if (gpu === undefined) throw new GpuError('no-webgpu', reasonForNoWebGpu());
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new GpuError('no-adapter', 'WebGPU is here, but it offers no adapter: the GPU or its driver may be blocked.');
  }
  const { limits } = adapter;
  for (const [name, needed] of Object.entries(NEEDED)) {
    const offered = limits[name as keyof typeof NEEDED];
    if (offered < needed) {
      throw new GpuError('no-adapter', `The GPU adapter's ${name} is ${offered}, and ${needed} is needed.`);
    }
  }
  const device = await adapter.requestDevice({
    // Only `bench` uses it; nothing depends on it.
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
    requiredLimits: {
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
    },
  });
  const { name, isSoftware } = adapterName(adapter);
  return new GpuDevice(device, name, isSoftware);
}

/** An adapter's name for a reader, and whether it computes in software. */
export function adapterName({ info }: Pick<GPUAdapter, 'info'>): { name: string; isSoftware: boolean } {
  const { vendor, architecture, description } = info;
  return {
    // Browsers often leave the description out, and the vendor alone ("google") says little.
    name: description || `${vendor} ${architecture}`.trim() || 'unnamed adapter',
    isSoftware: info.isFallbackAdapter || SOFTWARE_ADAPTERS.test(`${vendor} ${architecture} ${description}`),
  };
}

function reasonForNoWebGpu(): string {
  if (globalThis.isSecureContext === false) {
    return 'WebGPU needs a secure page: open it over https or from localhost.';
  }
  return 'This browser has no WebGPU: a recent Chrome, Edge, Safari or Firefox has it.';
}
