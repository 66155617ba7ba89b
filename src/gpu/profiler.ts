import type { GpuDevice } from './device';
import { PARAM_SLOTS, type DispatchTimer } from './recorder';

const TIMESTAMP_BYTES = 8;
const QUERIES = 2 * PARAM_SLOTS;

interface TimedSubmit {
  /** The kernel of each dispatch, in order. */
  readonly kernels: readonly string[];
  /** Begin and end of each, in nanoseconds, u64. */
  readonly timestamps: GPUBuffer;
}

/** GPU time of every kernel by timestamp queries around each dispatch. Set it as a recorder's `timer`. */
export class KernelProfiler implements DispatchTimer {
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  #submits: TimedSubmit[] = [];
  #kernels: string[] = [];

  /** Whether the device can time kernels at all. */
  static isOffered(gpu: GpuDevice): boolean {
    return gpu.device.features.has('timestamp-query');
  }

  constructor(readonly gpu: GpuDevice) {
    this.#queries = gpu.device.createQuerySet({ type: 'timestamp', count: QUERIES });
    const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
    this.#resolved = gpu.device.createBuffer({ label: 'timestamps', size: QUERIES * TIMESTAMP_BYTES, usage });
  }

  begin(kernel: string): GPUComputePassDescriptor {
    const first = 2 * this.#kernels.length;
    this.#kernels.push(kernel);
    const timestampWrites = {
      querySet: this.#queries,
      beginningOfPassWriteIndex: first,
      endOfPassWriteIndex: first + 1,
    };
    return { timestampWrites };
  }

  resolve(encoder: GPUCommandEncoder): void {
    const count = 2 * this.#kernels.length;
    if (count === 0) return;
    const size = count * TIMESTAMP_BYTES;
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const timestamps = this.gpu.device.createBuffer({ label: 'timestamps read', size, usage });
    encoder.resolveQuerySet(this.#queries, 0, count, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, timestamps, 0, size);
    this.#submits.push({ kernels: this.#kernels, timestamps });
    this.#kernels = [];
  }

  /** Milliseconds by kernel over the submits since the last call, the longest first. */
  async milliseconds(): Promise<Map<string, number>> {
    const totals = new Map<string, number>();
    for (const { kernels, timestamps } of this.#submits.splice(0)) {
      await this.gpu.settle(timestamps.mapAsync(GPUMapMode.READ));
      const times = new BigUint64Array(timestamps.getMappedRange());
      kernels.forEach((kernel, i) => {
        const elapsed = Number((times[2 * i + 1] ?? 0n) - (times[2 * i] ?? 0n)) / 1e6;
        totals.set(kernel, (totals.get(kernel) ?? 0) + elapsed);
      });
      timestamps.destroy();
    }
    return new Map([...totals].sort(([, a], [, b]) => b - a));
  }

  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    for (const { timestamps } of this.#submits) timestamps.destroy();
  }
}
