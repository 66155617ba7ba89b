import { describe, expect, it } from 'vitest';
import { endsInLoop } from '../../../../src/app/result/loops';

/** Tokens that never repeat within any window of interest. */
const varied = Array.from({ length: 60 }, (_, i) => 1000 + i * i);
const repeat = (period: readonly number[], times: number) => Array.from({ length: times }, () => period).flat();
const ends = (tokens: readonly number[]) => endsInLoop(Uint32Array.from(tokens), tokens.length);

describe('endsInLoop', () => {
  it('sees a phrase that goes round at the end', () => {
    expect(ends([...varied, ...repeat([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], 3)])).toBe(true);
    expect(ends([...varied, ...repeat([7], 24)])).toBe(true);
  });

  it('takes no offence at a phrase said twice, or at a short run of one token', () => {
    expect(ends([...varied, ...repeat([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], 2)])).toBe(false);
    expect(ends([...varied, ...repeat([7], 23)])).toBe(false);
    expect(ends(varied)).toBe(false);
  });

  it('forgives a loop that the path got out of', () => {
    expect(ends([...repeat([1, 2, 3], 20), ...varied])).toBe(false);
  });

  it('reads only the tokens written so far', () => {
    expect(endsInLoop(new Uint32Array(500), 5)).toBe(false);
    expect(endsInLoop(new Uint32Array(0), 0)).toBe(false);
  });
});
