import { EngineError, type EngineErrorCode } from '../policy/types';

/** Errors of WebLLM by their names, which are part of its public interface. */
const CODES: Readonly<Record<string, EngineErrorCode>> = {
  WebGPUNotAvailableError: 'no-webgpu',
  WebGPUNotFoundError: 'no-webgpu',
  ShaderF16SupportError: 'feature-missing',
  FeatureSupportError: 'feature-missing',
  DeviceLostError: 'out-of-memory',
};

/** Gives an error of WebLLM the code that the page knows; any other is returned as it is. */
export function libraryError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = CODES[error.name];
  return code === undefined ? error : new EngineError(code, error.message);
}
