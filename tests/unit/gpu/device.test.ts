import { describe, expect, it } from 'vitest';
import { acquireDevice } from '../../../src/gpu/device';
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
      code: 'no-adapter',
      message: expect.stringMatching(/maxStorageBuffersPerShaderStage is 4, and 8/),
    });
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
