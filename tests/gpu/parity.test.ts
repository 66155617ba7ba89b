import { describe, expect, it } from 'vitest';
import { Decoder } from '../../src/engine/decoder/decoder';
import { testDevice } from './device';
import { GOLDEN_MODELS, goldenExpected, goldenFiles } from './golden';

describe.each(GOLDEN_MODELS)('%s against the reference vectors', (name) => {
  it('gives the same base logits', async () => {
    const files = await goldenFiles(name);
    const expected = goldenExpected(name);
    const decoder = await Decoder.load(await testDevice(), files, () => undefined, new AbortController().signal);
    const logits = await decoder.logitsOf([...expected.prompt, ...(expected.paths[0] ?? [])]);
    expect(logits.length).toBe(expected.path0.base_logits.length);
    const worst = expected.path0.base_logits.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (logits[i] ?? NaN))),
      0,
    );
    console.log(name, worst);
    expect(worst).toBeLessThan(2e-3);
    decoder.dispose();
  });
});
