/** What can go wrong on the GPU. The codes are a subset of EngineErrorCode. */
export type GpuErrorCode =
  | 'no-webgpu'
  | 'no-adapter'
  | 'limit-too-low'
  | 'device-refused'
  | 'timed-out'
  | 'device-lost'
  | 'out-of-memory'
  | 'shader-failed'
  | 'internal';

/** `message` is one clear English sentence. */
export class GpuError extends Error {
  constructor(
    readonly code: GpuErrorCode,
    message: string,
    /** Of 'limit-too-low': name, wanted, given. Of 'timed-out': seconds. */
    readonly details: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
    this.name = 'GpuError';
  }
}
