import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acquireDevice } from '../../../src/gpu/device';
import { PATIENCE_S } from '../../../src/gpu/patience';
import { toEngineError } from '../../../src/policy/errors';
import { GpuError } from '../../../src/gpu/error';
import { ModelFileError } from '../../../src/model/errors';

const gpuWith = (adapter: object | null): GPU => ({ requestAdapter: async () => adapter }) as unknown as GPU;

describe('acquireDevice reports why there is none', () => {
  it('no WebGPU', async () => {
    await expect(acquireDevice(undefined)).rejects.toMatchObject({
      code: 'no-webgpu',
      message: expect.stringContaining('no WebGPU'),
    });
  });

  it('an insecure page', async () => {
    Object.defineProperty(globalThis, 'isSecureContext', { value: false, configurable: true });
    try {
      await expect(acquireDevice(undefined)).rejects.toMatchObject({ message: expect.stringContaining('https') });
    } finally {
      Reflect.deleteProperty(globalThis, 'isSecureContext');
    }
  });

  it('no adapter', async () => {
    await expect(acquireDevice(gpuWith(null))).rejects.toMatchObject({ code: 'no-adapter' });
  });

  it('limits that are too small, with name and numbers', async () => {
    const limits = {
      maxStorageBuffersPerShaderStage: 4,
      maxComputeInvocationsPerWorkgroup: 256,
      maxStorageBufferBindingSize: 2 ** 27,
    };
    await expect(acquireDevice(gpuWith({ limits }))).rejects.toMatchObject({
      code: 'limit-too-low',
      details: { name: 'maxStorageBuffersPerShaderStage', wanted: 8, given: 4 },
      message: expect.stringMatching(/maxStorageBuffersPerShaderStage is 4, and 8/),
    });
  });
});

const LIMITS = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxStorageBufferBindingSize: 2 ** 27,
  maxBufferSize: 2 ** 28,
};

/** An adapter whose device does what is asked of it. */
function adapter(requestDevice: () => Promise<object>): object {
  return { limits: LIMITS, features: new Set(), info: {}, requestDevice };
}
const device = { lost: new Promise(() => undefined), addEventListener: () => undefined, destroy: vi.fn() };
const never = new Promise<never>(() => undefined);

describe('an adapter that is not there at once', () => {
  it('is asked for again, then without a wish, then as a lesser one', async () => {
    const requestAdapter = vi.fn(async (wish: object) =>
      'forceFallbackAdapter' in wish ? adapter(async () => device) : null,
    );
    await acquireDevice({ requestAdapter } as unknown as GPU);
    expect(requestAdapter.mock.calls.map(([wish]) => wish)).toEqual([
      { powerPreference: 'high-performance' },
      { powerPreference: 'high-performance' },
      {},
      { featureLevel: 'compatibility' },
      { forceFallbackAdapter: true },
    ]);
  });

  it('a request that is rejected is one that was refused', async () => {
    const requestAdapter = () => Promise.reject(new TypeError('no such option'));
    await expect(acquireDevice({ requestAdapter } as unknown as GPU)).rejects.toMatchObject({ code: 'no-adapter' });
    const refuses = adapter(() => Promise.reject(new DOMException('in use', 'OperationError')));
    await expect(acquireDevice(gpuWith(refuses))).rejects.toMatchObject({
      code: 'device-refused',
      message: expect.stringContaining('in use'),
    });
  });
});

describe('a GPU that never answers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['an adapter', { requestAdapter: () => never } as unknown as GPU],
    ['a device', gpuWith(adapter(() => never))],
  ])('asked for %s: it is given up before half a minute is over', async (_, gpu) => {
    const acquired = expect(acquireDevice(gpu, PATIENCE_S)).rejects.toMatchObject({
      code: 'timed-out',
      details: { seconds: PATIENCE_S },
    });
    expect(PATIENCE_S).toBeLessThan(30);
    await vi.advanceTimersByTimeAsync(PATIENCE_S * 1000);
    await acquired;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asked for a result: the device counts as lost', async () => {
    const gpu = await acquireDevice(gpuWith(adapter(async () => device)), PATIENCE_S);
    const settled = expect(gpu.settle(never)).rejects.toMatchObject({ code: 'device-lost' });
    await vi.advanceTimersByTimeAsync(PATIENCE_S * 1000 + 1);
    await settled;
    await expect(gpu.lost).resolves.toMatch(/did not answer/);
    expect(() => gpu.check()).toThrow(/did not answer/);
  });

  it('a device that comes too late is destroyed', async () => {
    let give: (device: object) => void = () => undefined;
    const late = new Promise<object>((resolve) => (give = resolve));
    const acquired = expect(acquireDevice(gpuWith(adapter(() => late)), PATIENCE_S)).rejects.toMatchObject({
      code: 'timed-out',
    });
    await vi.advanceTimersByTimeAsync(PATIENCE_S * 1000);
    await acquired;
    device.destroy.mockClear();
    give(device);
    await vi.advanceTimersByTimeAsync(1);
    expect(device.destroy).toHaveBeenCalledOnce();
  });
});

describe('toEngineError', () => {
  it('keeps the code of what lower layers throw', () => {
    expect(toEngineError(new GpuError('out-of-memory', 'm'))).toMatchObject({ code: 'out-of-memory', message: 'm' });
    const corrupt = new ModelFileError('corrupt', 'a.bin', 'm');
    expect(toEngineError(corrupt)).toMatchObject({ code: 'model-corrupt', details: { file: 'a.bin' } });
    expect(toEngineError(new RangeError('m'))).toMatchObject({ code: 'internal', message: 'm' });
  });

  it('is an abort once the signal has fired, whatever broke', () => {
    expect(toEngineError(new RangeError('m'), AbortSignal.abort())).toMatchObject({ code: 'aborted' });
  });
});
