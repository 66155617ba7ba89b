import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BatchEngine } from '../../src/engine/batch-engine';
import { testDevice } from './device';
import { GOLDEN_MODELS, goldenExpected, goldenFiles, type Expected } from './golden';
import { worstDifference } from './compare';

describe.each(GOLDEN_MODELS)('%s against the reference vectors', (name) => {
  let engine: BatchEngine;
  let expected: Expected;
  beforeAll(async () => {
    engine = await BatchEngine.load(await testDevice(), await goldenFiles(name));
    expected = goldenExpected(name);
  });
  afterAll(async () => engine.dispose());

  const path0 = (): number[] => [...expected.prompt, ...(expected.paths[0] ?? [])];

  it('gives the same base logits', async () => {
    const logits = await engine.logitsOf(path0());
    expect(worstDifference(logits, expected.path0.base_logits)).toBeLessThan(2e-3);
  });

  it('gives the same top-20 entropies', async () => {
    const entropies = await engine.entropiesOf(path0(), 20);
    expect(worstDifference(entropies, expected.path0.entropy_top20_base)).toBeLessThan(1e-3);
  });

  it("gives the same log-probabilities of every path's own tokens", async () => {
    const { vocabSize } = engine.files.config;
    for (const [i, path] of expected.paths.entries()) {
      const ids = [...expected.prompt, ...path];
      // The logits after position p tell token p + 1.
      const rows = path.map((_, t) => expected.prompt.length - 1 + t);
      const logits = await engine.logitsOf(ids, rows);
      const logprobs = path.map((token, t) => logprob(logits.subarray(t * vocabSize, (t + 1) * vocabSize), token));
      expect(worstDifference(logprobs, expected.ref_logprobs[i] ?? [])).toBeLessThan(1e-3);
    }
  });
});

function logprob(logits: Float32Array, token: number): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return (logits[token] ?? NaN) - largest - Math.log(sum);
}
