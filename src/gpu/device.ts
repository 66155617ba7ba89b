import { GpuError } from './error';
import { withPatience } from './patience';

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
  #giveUp: (reason: string) => void = () => undefined;
  /** Resolves, never rejects, with the browser's reason when the device is gone (also after `destroy`). */
  readonly lost: Promise<string>;

  constructor(
    readonly device: GPUDevice,
    /** The adapter's name as WebGPU reports it. */
    readonly adapterName: string,
    readonly isSoftwareAdapter: boolean,
    /** Seconds that a result may take; a device that takes longer counts as lost. */
    private readonly patience = Infinity,
  ) {
    const lost = device.lost.then((info) => info.message || info.reason);
    const hung = new Promise<string>((resolve) => (this.#giveUp = resolve));
    this.lost = Promise.race([lost, hung]).then((reason) => {
      this.#lostReason = reason;
      return reason;
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
   * Awaits GPU work; a rejection becomes 'device-lost' where that is the cause, and so does work that never ends.
   * WebGPU rejects pending maps of a lost device before `lost` has resolved, so the cause is checked one turn of the
   * event loop later.
   */
  async settle<T>(work: Promise<T>): Promise<T> {
    try {
      const value = await withPatience(work, this.patience, 'a result was asked for');
      this.check();
      return value;
    } catch (error) {
      if (error instanceof GpuError && error.code === 'timed-out') this.#giveUp(error.message);
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.check();
      throw error;
    }
  }

  destroy(): void {
    this.device.destroy();
  }
}

/** How an adapter is asked for, one after another: some drivers refuse a wish and grant the next. */
const REQUESTS: readonly GPURequestAdapterOptions[] = [
  { powerPreference: 'high-performance' },
  // A GPU process that has just been restarted offers none at first.
  { powerPreference: 'high-performance' },
  {},
  { featureLevel: 'compatibility' },
  { forceFallbackAdapter: true },
];

/**
 * Asks `gpu` (navigator.gpu, or Dawn's in Node) for an adapter and a device with large enough limits.
 * @param patience seconds for all of it, and for each result later; Infinity: as long as it takes
 * @throws GpuError 'no-webgpu', 'no-adapter', 'limit-too-low' (details: name, wanted, given), 'device-refused' or
 *   'timed-out'. After any of them there is no GPU for us: what can do without may be tried.
 */
export async function acquireDevice(gpu: GPU | undefined, patience = Infinity): Promise<GpuDevice> {
  if (gpu === undefined) throw new GpuError('no-webgpu', reasonForNoWebGpu());
  const end = new AbortController();
  try {
    return await withPatience(firstDevice(gpu, patience, end.signal), patience, 'it was asked for a device');
  } catch (error) {
    end.abort();
    throw error;
  }
}

async function firstDevice(gpu: GPU, patience: number, end: AbortSignal): Promise<GpuDevice> {
  let reason = new GpuError(
    'no-adapter',
    'WebGPU is here, but it offers no adapter: the GPU or its driver may be blocked.',
  );
  for (const request of REQUESTS) {
    const adapter = await gpu.requestAdapter(request).catch(() => null);
    if (adapter === null) continue;
    const low = limitTooLow(adapter.limits);
    if (low === null) {
      const device = await requestDevice(adapter, patience);
      // Nobody waits for it any more.
      if (end.aborted) device.destroy();
      return device;
    }
    // The first adapter is the best one: its limits say most.
    if (reason.code === 'no-adapter') reason = low;
  }
  throw reason;
}

function limitTooLow(limits: GPUSupportedLimits): GpuError | null {
  for (const [name, wanted] of Object.entries(NEEDED)) {
    const given = limits[name as keyof typeof NEEDED];
    if (given >= wanted) continue;
    const message = `The GPU adapter's ${name} is ${given}, and ${wanted} is needed.`;
    return new GpuError('limit-too-low', message, { name, wanted, given });
  }
  return null;
}

async function requestDevice(adapter: GPUAdapter, patience: number): Promise<GpuDevice> {
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  try {
    const device = await adapter.requestDevice({
      // Only `bench` uses it; nothing depends on it.
      requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
      requiredLimits: { maxStorageBufferBindingSize, maxBufferSize },
    });
    const { name, isSoftware } = adapterName(adapter);
    return new GpuDevice(device, name, isSoftware, patience);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new GpuError('device-refused', `The GPU adapter gave no device: ${detail}`);
  }
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
