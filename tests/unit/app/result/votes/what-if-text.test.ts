import { describe, expect, it } from 'vitest';
import { voteDifference } from '../../../../../src/method/vote-difference';
import { pathInfluences } from '../../../../../src/method/influence';
import { vote } from '../../../../../src/method/vote';
import { DEFAULT_VOTE_OPTIONS, type VoteInput, type VoteOptions } from '../../../../../src/method/vote-types';
import { countingOf, countingOptions, COUNTINGS } from '../../../../../src/app/result/votes/what-if-choices';
import { changedRulesText, influenceText, whatIfText } from '../../../../../src/app/result/votes/text';

/** Seven paths: 0 is steady and alone, the others say 1 and waver alike, the last most. */
const paths: VoteInput[] = [0.1, 0.5, 0.5, 0.52, 0.53, 0.54, 0.9].map((stability, i) => ({
  group: i === 0 ? 0 : 1,
  stability,
}));
const answerOf = (group: number) => (group === 0 ? '41' : '42');

function told(change: Partial<VoteOptions>): string {
  const difference = voteDifference(vote(paths), vote(paths, change));
  return whatIfText({ rules: changedRulesText(change, 2), difference, answerOf });
}

describe('what other rules do, in words', () => {
  it('says so where the rules are the run’s own', () => {
    expect(told({})).toBe('These are the run’s own rules: ⟦41⟧ wins with 75 % of the vote weight.');
  });

  it('names what flips, and who is kept or filtered', () => {
    expect(told({ softness: Infinity })).toBe(
      'With all weights 1 ⟦42 would win⟧ instead of 41, with 80 % of the vote weight. The same paths are kept.',
    );
    expect(told({ gatePercentile: null })).toMatch(/^With no gate .* Paths 6, 7 would be kept\.$/);
    expect(told({ threshold: 0.2 })).toMatch(
      /^With the gate at 0\.20 the answer ⟦stays 41⟧; its share of the vote weight is 100 %, not 75 %\. Paths 2, 3, 4, 5 would be filtered\.$/,
    );
    expect(told({ threshold: 0.01 })).toMatch(/^With the gate at 0\.01 ⟦no answer would win⟧\./);
  });

  it('names every changed rule once', () => {
    const changes = { entropyK: 5, lengthAdjusted: true, zVariant: 'pool', softness: 4 } as const;
    expect(changedRulesText(changes, 2)).toBe(
      'K = 5, the effect of length removed from s, z over all answers, τ = 4.0',
    );
    expect(changedRulesText({ entropyK: null, lengthAdjusted: false, threshold: null }, 2)).toBe(
      'the run’s own K, the effect of length left in s',
    );
  });
});

describe('gate and weights, gate alone, weights alone', () => {
  it('are options that are recognised again, whatever the run’s own are', () => {
    for (const own of [DEFAULT_VOTE_OPTIONS, { ...DEFAULT_VOTE_OPTIONS, gatePercentile: null, softness: Infinity }]) {
      for (const counting of COUNTINGS) {
        expect(countingOf({ ...own, ...countingOptions(counting, own) })).toBe(counting);
      }
    }
  });

  it('are the rules of the same names', () => {
    const kept = vote(paths, countingOptions('gate', DEFAULT_VOTE_OPTIONS));
    expect(kept.paths.map(({ weight }) => weight)).toEqual([1, 1, 1, 1, 1, null, null]);
    expect(vote(paths, countingOptions('weights', DEFAULT_VOTE_OPTIONS)).keptCount).toBe(7);
  });
});

describe('what one path does, in words', () => {
  const influences = pathInfluences(paths);
  const text = (path: number) => {
    const influence = influences[path];
    const { status } = vote(paths).paths[path] ?? {};
    if (influence === undefined || status === undefined) throw new Error(`There is no path ${path}.`);
    return influenceText({ path, status, influence, share: vote(paths).sasc?.share ?? null, answerOf });
  };

  it('says who would win without it', () => {
    expect(text(0)).toBe('Path 1 has ⟦75 %⟧ of the vote weight; without it ⟦42 would win⟧.');
    expect(text(1)).toMatch(/^Path 2 has ⟦7 %⟧ of the vote weight; without it 41 would still win, with \d+ %\.$/);
    expect(text(6)).toMatch(/^Path 7 is filtered, so it has no weight; without it 41 would still win, with \d+ %\.$/);
  });

  it('says that a path without an answer has no vote', () => {
    const influence = { weightShare: 0, electedWithout: 0, pivotal: false, shareChange: 0 };
    expect(influenceText({ path: 2, status: 'no-answer', influence, share: 1, answerOf })).toBe('Path 3 has no vote.');
  });
});
