import { expect, test } from '@playwright/test';
import { randomModel, SHAPES } from '../../../src/engine/random-model';
import type { ProofRequest, ProofResult } from './proof-types';
import { startProofServer, type ProofServer } from './server';
import { patience } from '../../patience';

/** Qwen2-0.5B-Instruct-q4f32_1-ctx4k_cs1k-webgpu.wasm of mlc-ai/binary-mlc-llm-libs, web-llm-models/v0_2_48. */
const LIBRARY = process.env.WEBLLM_TEST_LIB;
const PROBLEM = 'What is 7 + 8?';

/**
 * A real compiled library under WebLLM 0.2.79 (0.2.86 expects a newer ABI), with random weights of its shape: what our
 * adapter reports of its logits, and our own engine on the same weights.
 */
test.describe('WebLLM with a compiled library', () => {
  test.skip(LIBRARY === undefined, 'WEBLLM_TEST_LIB does not name a compiled library.');
  test.describe.configure({ mode: 'serial', timeout: patience(1_800_000) });

  let server: ProofServer;
  test.beforeAll(async () => {
    const model = randomModel('proof', { ...SHAPES['qwen2-0.5b'], quantization: 'q4f32_1' });
    server = await startProofServer(model, LIBRARY ?? '');
  });
  test.afterAll(() => server.close());

  for (const { name, ropeTheta, state, paths } of [
    { name: 'as it is, base 1,000,000', ropeTheta: 1_000_000, state: 'right', paths: 2 },
    { name: 'repaired to base 10,000', ropeTheta: 10_000, state: 'repaired', paths: 1 },
  ]) {
    test(name, async ({ page }) => {
      page.on('console', (message) => console.log(`  ${message.text()}`));
      await page.goto(`${server.url}tests/e2e/webllm/proof.html`);
      await page.waitForFunction(() => 'runProof' in globalThis);
      const request: ProofRequest = {
        modelUrl: server.modelUrl(ropeTheta),
        libraryUrl: `${server.url}library.wasm`,
        problem: PROBLEM,
        promptText: `<|im_start|>${PROBLEM}<|im_end|>\n`,
        paths,
        tokens: 2,
      };
      const result = await page.evaluate((request) => {
        const { runProof } = globalThis as unknown as { runProof: (request: ProofRequest) => Promise<ProofResult> };
        return runProof(request);
      }, request);
      console.log(JSON.stringify(result));
      expect(result.rope).toEqual({ needed: ropeTheta, found: [1_000_000], state });
      expect(result.tokens.map((path) => path.length)).toEqual(new Array(paths).fill(2));
      if (paths > 1) expect(result.tokens[0]).not.toEqual(result.tokens[1]);
      expect(Math.max(...result.tokens.flat())).toBeLessThan(151_665);
      expect(result.entropyDifference).toBeLessThan(1e-4);
      expect(result.logprobDifference).toBeLessThan(1e-3);
      expect(result.confidenceDifference).toBeLessThan(1e-4);
      expect(result.stabilityDifference).toBeLessThan(1e-4);
      expect(result.alternativesAgree).toBe(true);
      expect(result.logitDeviation).toBeGreaterThan(1);
      expect(result.logitDifference).toBeLessThan(5e-3);
      // Or the agreement above would say nothing of the base.
      expect(result.otherBaseDifference).toBeGreaterThan(0.1);
    });
  }
});
