import { describe, expect, it } from 'vitest';
import { slipCell, slipOf, slipTokens } from '../../../../src/app/result/slips';
import { ALTERNATIVE_COUNT } from '../../../../src/run/columns';
import { toldRun } from '../../../fixtures/told-run';

/** A path that took an unlikely turn at step 1, and one that never did. */
function slippingRun() {
  const { trace } = toldRun([
    ['7', '+', '5'],
    ['7', '+', '6'],
  ]);
  const [path, sure] = trace.paths;
  if (path === undefined || sure === undefined) throw new Error('There are two paths.');
  const likelier = path.tokens[2] ?? 0;
  path.alternativeToken[ALTERNATIVE_COUNT] = likelier;
  path.alternativeLogprob[ALTERNATIVE_COUNT] = -0.1;
  path.logprob[1] = -4.1;
  return { trace, path, sure, likelier };
}

describe('the unlikeliest turn of a path', () => {
  it('is where the drawn token was furthest below the likeliest, with both tokens', () => {
    const { trace, path, likelier } = slippingRun();
    const slip = slipOf(path);
    expect(slip).toMatchObject({ step: 1, tokens: { drawn: path.tokens[1], likelier } });
    expect(slip?.size).toBeCloseTo(4, 5);
    expect(slip === null ? null : slipTokens(trace, slip)).toEqual({ drawn: '+', likelier: '5' });
    expect(slipCell(trace, path)).toBe('4.00 nats at step 2: “+” for “5”');
  });

  it('is none where the likeliest token was drawn throughout, or while the path is being written, or without figures', () => {
    const { trace, path, sure } = slippingRun();
    expect(slipOf(sure)).toBeNull();
    expect(slipCell(trace, sure)).toBe('–');
    path.finish = null;
    expect(slipOf(path)).toBeNull();
    path.finish = 'stop';
    path.logprob.fill(0);
    expect(slipOf(path)).toBeNull();
  });
});
