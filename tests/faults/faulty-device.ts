/** What goes wrong with a device, each counted from 0. */
export type DeviceFault =
  | { readonly kind: 'none' }
  /** The device is gone right after the k-th submit, whose results never come. */
  | { readonly kind: 'lost'; readonly submit: number }
  /** There is no memory for the j-th storage buffer. */
  | { readonly kind: 'no-memory'; readonly allocation: number }
  /** From the k-th submit on, the embedding's scales are NaN. */
  | { readonly kind: 'nan'; readonly submit: number };

const SCALES = 'model.embed_tokens.q_scale';

/**
 * A real device that fails once, as it is told: every call goes to the real one. Counts what passes, so that a walk knows
 * how far it goes.
 */
export class FaultyDevice {
  submits = 0;
  allocations = 0;
  /** Whether the fault has come. */
  hasFailed = false;
  readonly device: GPUDevice;
  #scales: GPUBuffer | null = null;
  /** Of the allocation that is being made. */
  #isOutOfMemory = false;
  #isArmed = false;

  constructor(
    private readonly real: GPUDevice,
    private readonly fault: DeviceFault,
  ) {
    const queue = passingOn(real.queue, { submit: (buffers) => this.#submit(buffers as GPUCommandBuffer[]) });
    this.device = passingOn(
      real,
      {
        createBuffer: (descriptor) => this.#createBuffer(descriptor as GPUBufferDescriptor),
        popErrorScope: () => this.#popErrorScope(),
      },
      { queue },
    );
  }

  /** Counts from here: what was loaded before is not part of the walk. */
  arm(): void {
    this.submits = 0;
    this.allocations = 0;
    this.#isArmed = true;
  }

  #submit(buffers: GPUCommandBuffer[]): void {
    const number = this.submits++;
    const { fault } = this;
    if (this.#isArmed && fault.kind === 'nan' && number === fault.submit && this.#scales !== null) {
      this.hasFailed = true;
      const words = new Uint32Array(this.#scales.size / 4).fill(0x7e007e00);
      this.real.queue.writeBuffer(this.#scales, 0, words);
    }
    this.real.queue.submit(buffers);
    if (this.#isArmed && fault.kind === 'lost' && number === fault.submit) {
      this.hasFailed = true;
      this.real.destroy();
    }
  }

  #createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer {
    const buffer = this.real.createBuffer(descriptor);
    if (descriptor.label === SCALES) this.#scales = buffer;
    if ((descriptor.usage & GPUBufferUsage.STORAGE) === 0) return buffer;
    const number = this.allocations++;
    const { fault } = this;
    if (this.#isArmed && fault.kind === 'no-memory' && number === fault.allocation) {
      this.hasFailed = true;
      this.#isOutOfMemory = true;
    }
    return buffer;
  }

  async #popErrorScope(): Promise<GPUError | null> {
    const isOutOfMemory = this.#isOutOfMemory;
    this.#isOutOfMemory = false;
    const error = await this.real.popErrorScope();
    return isOutOfMemory ? ({ message: 'planted' } satisfies GPUError) : error;
  }
}

/** An object whose methods work on the real one, but for these; `values` are in place of its own. */
function passingOn<T extends object>(
  real: T,
  methods: Readonly<Record<string, (argument: unknown) => unknown>>,
  values: object = {},
): T {
  return new Proxy(real, {
    get(target, name) {
      if (Object.hasOwn(values, name)) return Reflect.get(values, name);
      if (Object.hasOwn(methods, name)) return Reflect.get(methods, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
