import { create, globals } from 'webgpu';

declare global {
  var dawnInstance: GPU | undefined;
}

/**
 * Dawn's WebGPU in Node, for tests and the command line; never part of the page.
 * The instance stays on globalThis: if it is garbage-collected while one of its devices is alive, the process crashes.
 */
export function nodeGpu(): GPU {
  if (globalThis.dawnInstance === undefined) {
    Object.assign(globalThis, globals);
    // Unrounded timestamps: the rounding (65 µs) protects pages from one another, which does not matter here.
    globalThis.dawnInstance = create(['disable-dawn-features=timestamp_quantization']);
  }
  return globalThis.dawnInstance;
}
