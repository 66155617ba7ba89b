import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BufferArena } from '../../src/gpu/arena';
import type { GpuDevice } from '../../src/gpu/device';
import { compileKernel, defineKernel } from '../../src/gpu/kernel';
import { ReadbackRing, readBuffer } from '../../src/gpu/readback';
import { CommandRecorder } from '../../src/gpu/recorder';
import { testDevice } from './device';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await testDevice();
});
afterEach(() => vi.restoreAllMocks());

const counter = defineKernel({
  name: 'counter',
  source: `struct Params { by: u32 }
    @group(0) @binding(0) var<uniform> params: Params;
    @group(0) @binding(1) var<storage, read_write> sum: array<u32>;
    @compute @workgroup_size(1) fn main() { sum[0] += params.by; sum[1] = sum[1] * 3u + params.by; }`,
  params: { by: 'u32' },
  buffers: { sum: 'read_write' },
  threads: () => [1],
});

describe('device', () => {
  it('knows its name, that it is a software adapter, and requests the largest bindings', () => {
    expect(gpu.adapterName).toMatch(/swiftshader|llvmpipe/i);
    expect(gpu.isSoftwareAdapter).toBe(true);
    expect(gpu.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(2 ** 27);
  });
});

describe('kernels', () => {
  it('that do not compile are thrown with the line, and printed with numbered lines', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const broken = { ...counter, source: counter.source.replace('sum[0] +=', 'missing[0] +=') };
    await expect(compileKernel(gpu, broken)).rejects.toMatchObject({
      name: 'GpuError',
      code: 'shader-failed',
      message: expect.stringMatching(/counter.*line 4.*missing/),
    });
    expect(printed.mock.calls[0]?.[0]).toMatch(/ {3}4 .*missing\[0\]/);
    // No error is left on the device.
    gpu.check();
  });

  it('run in order with their own parameters, over more dispatches than one submit holds', async () => {
    const kernel = await compileKernel(gpu, counter);
    const recorder = new CommandRecorder(gpu);
    const arena = new BufferArena(gpu);
    const sum = arena.storage('sum', 8);
    let [total, folded] = [0, 0];
    for (let by = 0; by < 2500; by++) {
      recorder.dispatch(kernel, { params: { by }, buffers: { sum } });
      total += by;
      folded = (Math.imul(folded, 3) + by) >>> 0;
    }
    const words = new Uint32Array(await readBuffer(recorder, sum, 8));
    expect([...words]).toEqual([total, folded]);
    arena.dispose();
    recorder.dispose();
  });
});

describe('arena', () => {
  it('counts bytes, pads odd uploads and refuses what the limits forbid', async () => {
    const arena = new BufferArena(gpu);
    const recorder = new CommandRecorder(gpu);
    const odd = arena.upload('odd', Uint8Array.of(1, 2, 3, 4, 5, 6));
    arena.storage('plain', 100);
    expect(arena.bytesInUse).toBe(16 + 112);
    expect([...new Uint8Array(await readBuffer(recorder, odd, 8))]).toEqual([1, 2, 3, 4, 5, 6, 0, 0]);
    expect(() => arena.storage('huge', gpu.limits.maxStorageBufferBindingSize + 16)).toThrow(
      expect.objectContaining({ code: 'out-of-memory', message: expect.stringContaining('huge') }),
    );
    await arena.settle();
    arena.free(odd);
    expect(arena.bytesInUse).toBe(112);
    const huge = (): GPUBuffer[] => [arena.storage('small', 16), arena.storage('huge', Number.MAX_SAFE_INTEGER)];
    expect(() => arena.whole(huge)).toThrow(expect.objectContaining({ code: 'out-of-memory' }));
    expect(arena.bytesInUse).toBe(112);
    arena.dispose();
    expect(arena.bytesInUse).toBe(0);
    recorder.dispose();
  });
});

describe('readback ring', () => {
  it('has several copies in flight, and the next waits for a free slot', async () => {
    const arena = new BufferArena(gpu);
    const recorder = new CommandRecorder(gpu);
    const ring = new ReadbackRing(gpu, 4, 2);
    const read = async (value: number): Promise<number | undefined> => {
      const slot = await ring.acquire();
      recorder.copy(arena.upload(`value ${value}`, Uint32Array.of(value)), slot, 4);
      recorder.submit();
      return new Uint32Array(await ring.read(slot, 4))[0];
    };
    expect(await Promise.all([3, 1, 4, 1, 5].map(read))).toEqual([3, 1, 4, 1, 5]);
    ring.dispose();
    recorder.dispose();
    arena.dispose();
  });
});
