import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { patience } from './tests/patience';

/** A software Vulkan driver for Dawn: the environment must be set before the first adapter is asked for. */
function driver(icdFile: string): Record<string, string> {
  return { VK_DRIVER_FILES: icdFile, VK_ICD_FILENAMES: icdFile, XDG_RUNTIME_DIR: process.env.TMPDIR ?? '/tmp' };
}

function gpuProject(name: string, icdFile: string) {
  return {
    // The faults' tests run the page's own states.
    plugins: [svelte()],
    test: {
      name,
      include: ['tests/gpu/**/*.test.ts', 'tests/faults/**/*.test.ts'],
      env: driver(icdFile),
      pool: 'forks' as const,
      // One process at a time: two software devices on two cores only slow one another down.
      fileParallelism: false,
      testTimeout: patience(120_000),
      hookTimeout: patience(120_000),
    },
  };
}

const swiftshader = process.env.SWIFTSHADER_ICD ?? '/usr/lib/chromium/vk_swiftshader_icd.json';
const otherDriver = process.env.GPU_TEST_DRIVER;

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [svelte()],
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          // Modules are loaded once a thread and not once a file: a third of the time. A test undoes what it stubs.
          pool: 'threads',
          isolate: false,
          unstubGlobals: true,
          restoreMocks: true,
          testTimeout: patience(5000),
        },
      },
      {
        plugins: [svelte()],
        test: {
          name: 'long',
          include: ['tests/long/**/*.test.ts'],
          env: driver(swiftshader),
          pool: 'forks' as const,
          testTimeout: 1_200_000,
        },
      },
      gpuProject('gpu', swiftshader),
      ...(otherDriver ? [gpuProject('gpu-driver', otherDriver)] : []),
    ],
  },
});
