import { GpuError } from './error';
import type { GpuDevice } from './device';

/** Allocates named storage buffers and counts the bytes in use. */
export class BufferArena {
  readonly #buffers = new Map<GPUBuffer, number>();
  readonly #pending: Promise<void>[] = [];
  #bytesInUse = 0;
  #peakBytes = 0;

  constructor(readonly gpu: GpuDevice) {}

  get bytesInUse(): number {
    return this.#bytesInUse;
  }

  /** Most bytes that were in use at once since `resetPeak`. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  resetPeak(): void {
    this.#peakBytes = this.#bytesInUse;
  }

  /**
   * A storage buffer of at least `bytes` (rounded up to 16), zeroed. Throws GpuError 'out-of-memory' where the device's
   * limits forbid it; `settle` reports whether the allocation itself failed.
   */
  storage(name: string, bytes: number): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    const most = Math.min(this.gpu.limits.maxStorageBufferBindingSize, this.gpu.limits.maxBufferSize);
    if (size > most) {
      throw new GpuError('out-of-memory', `${name} needs ${size} bytes in one buffer; this GPU allows ${most}.`);
    }
    const { device } = this.gpu;
    device.pushErrorScope('out-of-memory');
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ label: name, size, usage });
    this.#pending.push(
      device.popErrorScope().then((error) => {
        if (error !== null)
          throw new GpuError('out-of-memory', `The GPU has too little memory for ${name} (${size} bytes).`);
      }),
    );
    this.#buffers.set(buffer, size);
    this.#bytesInUse += size;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytesInUse);
    return buffer;
  }

  /** What `make` makes of several buffers; where one of them is refused, the others are freed and its error is thrown. */
  whole<T>(make: () => T): T {
    const before = new Set(this.#buffers.keys());
    try {
      return make();
    } catch (error) {
      for (const buffer of this.#buffers.keys()) if (!before.has(buffer)) this.free(buffer);
      throw error;
    }
  }

  /** A storage buffer that holds `data`; odd tails are padded to whole words. */
  upload(name: string, data: Uint8Array | Uint32Array | Float32Array): GPUBuffer {
    const buffer = this.storage(name, data.byteLength);
    this.write(buffer, data, 0, data.byteLength);
    return buffer;
  }

  /**
   * Writes `data` from byte `from` on, at most `most` bytes, to the same offset of `buffer`; returns how many. `from`
   * is a multiple of 4, and so is `most` unless the data ends before; an odd tail is padded to a whole word.
   */
  write(buffer: GPUBuffer, data: Uint8Array | Uint32Array | Float32Array, from: number, most: number): number {
    const length = Math.min(most, data.byteLength - from);
    const bytes = new Uint8Array(data.buffer, data.byteOffset + from, length);
    const whole = length - (length % 4);
    const { queue } = this.gpu.device;
    if (whole > 0) queue.writeBuffer(buffer, from, bytes as Uint8Array<ArrayBuffer>, 0, whole);
    if (whole < length) {
      const tail = new Uint8Array(4);
      tail.set(bytes.subarray(whole));
      queue.writeBuffer(buffer, from + whole, tail);
    }
    return length;
  }

  /** Rejects with GpuError 'out-of-memory' when an allocation so far has failed. */
  async settle(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#pending.splice(0));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    this.gpu.check();
  }

  /** Frees a buffer once the work already submitted no longer needs it. */
  free(buffer: GPUBuffer): void {
    this.#bytesInUse -= this.#buffers.get(buffer) ?? 0;
    this.#buffers.delete(buffer);
    buffer.destroy();
  }

  dispose(): void {
    for (const buffer of [...this.#buffers.keys()]) this.free(buffer);
    // Nothing awaits these any more, and an unhandled rejection would end a Node process.
    for (const pending of this.#pending.splice(0)) pending.catch(() => undefined);
  }
}
