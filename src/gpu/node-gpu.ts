import type { create as createDawn } from 'webgpu';

declare global {
  var dawnInstance: GPU | undefined;
}

/**
 * Dawn's WebGPU in Node, for tests and the command line; never part of the page.
 * The instance stays on globalThis: a collected instance crashes the process while devices of it live.
 */
export async function nodeGpu(): Promise<GPU> {
  if (globalThis.dawnInstance === undefined) {
    const { create, globals } = (await import('webgpu')) as { create: typeof createDawn; globals: object };
    Object.assign(globalThis, globals);
    globalThis.dawnInstance = create([]);
  }
  return globalThis.dawnInstance;
}
