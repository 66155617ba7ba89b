/** What can go wrong between us and the GPU. The codes are a subset of the engine's. */
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
