import base from '../../../playwright.config';

const { launchOptions = {}, ...use } = base.use ?? {};

/** `npm run bench:page`: how fast the page is here. Its figures depend on the machine, so no test asserts them. */
export default {
  ...base,
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../../../test-results',
  timeout: 300_000,
  use: {
    ...use,
    launchOptions: {
      ...launchOptions,
      // Painted by the GPU, as baseline.json was measured.
      args: launchOptions.args?.filter((flag) => flag !== '--disable-gpu-compositing') ?? [],
    },
  },
};
