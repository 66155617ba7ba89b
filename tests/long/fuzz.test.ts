import { describe, expect, it } from 'vitest';
import { fuzz, PARSERS } from '../fixtures/fuzz/fuzz';

const INPUTS = 3000;

describe('changed inputs are read, or refused by the reader’s own error', () => {
  let total = 0;

  it.each(PARSERS)('$name', async (parser) => {
    const { taken, refused } = await fuzz(parser, INPUTS, 1_000_003);
    total += taken + refused;
    console.log(`${parser.name}: ${taken} taken, ${refused} refused`);
    expect(refused).toBeGreaterThan(0);
  });

  it('are at least 50,000', () => expect(total).toBeGreaterThanOrEqual(50_000));
});
