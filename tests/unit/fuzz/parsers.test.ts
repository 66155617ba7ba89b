import { describe, expect, it } from 'vitest';
import { fuzz, PARSERS } from '../../fixtures/fuzz/fuzz';
import { patience } from '../../patience';

/** More of them: tests/long/fuzz.test.ts. */
const INPUTS = 100;

describe('changed inputs are read, or refused by the reader’s own error', { timeout: patience(30_000) }, () => {
  let total = 0;

  it.each(PARSERS)('$name', async (parser) => {
    const { taken, refused } = await fuzz(parser, INPUTS, 17);
    total += taken + refused;
    // Otherwise it was not this reader that was tested.
    expect(refused).toBeGreaterThan(0);
  });

  it('are at least 1,500', () => expect(total).toBeGreaterThanOrEqual(1500));
});
