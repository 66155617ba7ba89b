import { defineConfig } from '@playwright/test';
import { patience } from './tests/patience';

const PORT = Number(process.env.E2E_PORT ?? 4319);

/** The real page on the real engine: Chromium's WebGPU on its software adapter, which every machine has. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  // One page at a time: two software GPUs on two cores would measure one another.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  timeout: patience(120_000),
  expect: { timeout: patience(20_000) },
  reporter: 'list',
  use: {
    baseURL: `http://localhost:${PORT}`,
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    // A page that answers from its own store hides what a test makes the network do; offline.spec.ts lets it.
    serviceWorkers: 'block',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--headless=new',
        '--no-sandbox',
        '--enable-unsafe-webgpu',
        '--use-webgpu-adapter=swiftshader',
        '--use-angle=swiftshader',
        // The page itself is painted without the software GPU, which is left to the engine.
        '--disable-gpu-compositing',
      ],
    },
  },
  webServer: {
    // A config elsewhere that extends this one would start the server in its own folder.
    cwd: import.meta.dirname,
    command: `npx vite preview --port ${PORT} --strictPort`,
    url: `http://localhost:${PORT}/`,
    reuseExistingServer: false,
    stdout: 'ignore',
  },
});
