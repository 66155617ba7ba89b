import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestSlip, signalOf, signalState, surprisalAt } from '../../../src/method/signals';

const noWindow = () => {
  throw new Error('No window is needed.');
};

describe('signals of a path', () => {
  const path = { logprob: [-0.1, -2, -0.3, -2], likeliest: [-0.1, -0.5, -0.3, -0.5] };

  it('are sums, means and the worst turn', () => {
    expect(signalOf(path, 'pathLogprob', noWindow)).toBeCloseTo(-4.4, 12);
    expect(signalOf(path, 'tokenLogprob', noWindow)).toBeCloseTo(-1.1, 12);
    expect(signalOf(path, 'slip', noWindow)).toBe(1.5);
    expect(largestSlip(path.logprob, path.likeliest)).toEqual({ size: 1.5, step: 1 });
    expect(largestSlip([-0.1, -0.2], [-0.1, -0.2])).toEqual({ size: 0, step: 0 });
    expect(surprisalAt(path.logprob, (step) => step > 1)).toBeCloseTo(2.3, 12);
  });

  it('are unknown, or none, never a number that is not one', () => {
    expect(signalOf({}, 'slip', noWindow)).toBeUndefined();
    expect(signalOf({ logprob: [-1] }, 'slip', noWindow)).toBeUndefined();
    expect(signalOf({ logprob: [], likeliest: [] }, 'slip', noWindow)).toBeNull();
    expect(signalState({ signals: { slip: null } }, 'slip')).toBe('none');
    expect(signalOf({ ...path, signals: { slip: 7 } }, 'slip', noWindow)).toBe(7);
    expect(largestSlip([-1, NaN], [-1, -1]).size).toBeNaN();
  });

  it('a slip is never below 0, and a path of extreme tokens has finite ones', () => {
    const tokens = fc.array(fc.tuple(fc.integer({ min: -10_000, max: 0 }), fc.integer({ min: -10_000, max: 0 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(tokens, (pairs) => {
        const logprob = pairs.map(([a, b]) => Math.min(a, b));
        const likeliest = pairs.map(([a, b]) => Math.max(a, b));
        const { size, step } = largestSlip(logprob, likeliest);
        expect(size).toBe(Math.max(...pairs.map(([a, b]) => Math.abs(a - b))));
        expect((likeliest[step] ?? NaN) - (logprob[step] ?? NaN)).toBe(size);
        expect(signalOf({ logprob }, 'pathLogprob', noWindow)).toBe(logprob.reduce((a, b) => a + b, 0));
      }),
      { seed: 3 },
    );
  });
});
