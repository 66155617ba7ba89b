import { create, globals } from 'webgpu';

declare global {
  var dawnInstance: GPU | undefined;
}

/**
 * Dawn's WebGPU in Node, for tests and the command line; never part of the page.
 * The instance stays on globalThis: a collected instance crashes the process while devices of it live.
 */
export function nodeGpu(): GPU {
  if (globalThis.dawnInstance === undefined) {
    Object.assign(globalThis, globals);
    // Unrounded timestamps: the rounding (65 µs) guards pages against one another, and here there is none.
    globalThis.dawnInstance = create(['disable-dawn-features=timestamp_quantization']);
  }
  return globalThis.dawnInstance;
}
