import base from '../../../playwright.config';

/** `npm run bench:page`: how fast the page is here. Its figures depend on the machine, so no test asserts them. */
export default { ...base, testDir: '.', testMatch: '*.bench.ts', outputDir: '../../../test-results', timeout: 300_000 };
