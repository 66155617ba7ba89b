/** What can go wrong on the GPU. The codes are a subset of EngineErrorCode. */
export type GpuErrorCode = 'no-webgpu' | 'no-adapter' | 'device-lost' | 'out-of-memory' | 'shader-failed' | 'internal';

/** `message` is one clear English sentence. */
export class GpuError extends Error {
  constructor(
    readonly code: GpuErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'GpuError';
  }
}
