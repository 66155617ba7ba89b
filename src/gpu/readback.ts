import type { GpuDevice } from './device';
import type { CommandRecorder } from './recorder';

/** A few staging buffers used in turn, so that several submits can be in flight while their results are read. */
export class ReadbackRing {
  readonly #free: GPUBuffer[];
  readonly #waiting: ((slot: GPUBuffer) => void)[] = [];
  readonly #all: readonly GPUBuffer[];

  constructor(
    readonly gpu: GpuDevice,
    readonly slotBytes: number,
    slotCount: number,
  ) {
    this.#all = Array.from({ length: slotCount }, (_, i) =>
      gpu.device.createBuffer({
        label: `readback ${i}`,
        size: slotBytes,
        usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
      }),
    );
    this.#free = [...this.#all];
  }

  get bytes(): number {
    return this.slotBytes * this.#all.length;
  }

  /** Takes a staging buffer, waiting for one if all are in use. */
  async acquire(): Promise<GPUBuffer> {
    const slot = this.#free.pop();
    if (slot !== undefined) return slot;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Maps `slot` once the work submitted so far is done, copies its first `bytes` and returns it to the ring. */
  async read(slot: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    try {
      await this.gpu.settle(slot.mapAsync(GPUMapMode.READ, 0, bytes));
      return slot.getMappedRange(0, bytes).slice(0);
    } finally {
      if (slot.mapState === 'mapped') slot.unmap();
      const next = this.#waiting.shift();
      if (next !== undefined) next(slot);
      else this.#free.push(slot);
    }
  }

  dispose(): void {
    for (const buffer of this.#all) buffer.destroy();
  }
}

/**
 * Reads `bytes` of `buffer` once, after everything recorded so far. For results that are too large or too rare for a
 * ring.
 */
export async function readBuffer(recorder: CommandRecorder, buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  const ring = new ReadbackRing(recorder.gpu, Math.ceil(bytes / 4) * 4, 1);
  try {
    const slot = await ring.acquire();
    recorder.copy(buffer, slot, ring.slotBytes);
    recorder.submit();
    return await ring.read(slot, bytes);
  } finally {
    ring.dispose();
  }
}
