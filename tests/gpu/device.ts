import { nodeGpu } from '../../src/gpu/node-gpu';
import { acquireDevice, type GpuDevice } from '../../src/gpu/device';

let shared: Promise<GpuDevice> | null = null;

/** The one device of a test file. */
export function testDevice(): Promise<GpuDevice> {
  shared ??= freshDevice();
  return shared;
}

/** A device of the test's own, for a test that loses it. */
export async function freshDevice(): Promise<GpuDevice> {
  return acquireDevice(nodeGpu());
}
