import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { acquireDevice, type GpuDevice } from '../gpu/device';
import { GpuError, type GpuErrorCode } from '../gpu/error';
import { nodeGpu } from '../gpu/node-gpu';

/** The system's GPU cannot be used: a software one may be. */
const WITHOUT_ADAPTER: readonly GpuErrorCode[] = ['no-adapter', 'limit-too-low', 'device-refused'];

/** Where Chromium and Chrome keep SwiftShader, their software GPU. */
const SWIFTSHADER_FILES = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

/**
 * The GPU for a command: the system's, or the driver that VK_DRIVER_FILES names; on a machine without any, Chromium's
 * SwiftShader if that is installed. Rejects with GpuError 'no-adapter'.
 */
export async function commandDevice(): Promise<GpuDevice> {
  // Vulkan's loader prints a warning without it.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  const software = softwareDriver();
  if (software === null) return acquireDevice(nodeGpu());
  if (hasGraphicsHardware()) {
    try {
      return await acquireDevice(nodeGpu());
    } catch (error) {
      if (!(error instanceof GpuError && WITHOUT_ADAPTER.includes(error.code))) throw error;
      // An instance of Dawn does not look for drivers twice.
      globalThis.dawnInstance = undefined;
    }
  }
  process.env.VK_DRIVER_FILES = software;
  return acquireDevice(nodeGpu());
}

/** SwiftShader's driver file; null where the user chose a driver, or there is none. */
function softwareDriver(): string | null {
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES, SWIFTSHADER_ICD } = process.env;
  if (process.platform !== 'linux' || VK_DRIVER_FILES !== undefined || VK_ICD_FILENAMES !== undefined) return null;
  return [SWIFTSHADER_ICD ?? '', ...SWIFTSHADER_FILES].find((file) => existsSync(file)) ?? null;
}

/** Linux: render nodes of the kernel's drivers, NVIDIA's own, or the Windows host's GPU. */
function hasGraphicsHardware(): boolean {
  if (existsSync('/dev/nvidiactl') || existsSync('/dev/dxg')) return true;
  return existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD'));
}
