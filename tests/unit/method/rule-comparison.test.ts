import { describe, expect, it } from 'vitest';
import { compareRules, discriminationOf, rightByRank, rightByRankEstimates } from '../../../src/method/rule-comparison';
import type { RulePath } from '../../../src/method/rules';

const path = (group: number, pathLogprob: number): RulePath => ({
  group,
  correct: group === 0,
  text: group,
  signals: { pathLogprob },
});
const rescued = [path(1, -9), path(1, -9), path(0, -1)];
const easy = [path(0, -1), path(0, -1), path(1, -9)];

describe('rules compared on recorded paths', () => {
  it('all see the same sets of paths, and all recorded ones give what was recorded', () => {
    const problems = [rescued, easy, rescued, easy];
    const entrants = [
      { name: 'majority', rule: 'majority' },
      { name: 'share', rule: 'likelihood-share' },
    ] as const;
    const whole = compareRules(problems, entrants, 3);
    expect(whole.majority?.right.value).toBe(0.5);
    expect(whole.majority?.overMajority).toEqual({ value: 0, low: 0, high: 0 });
    expect(whole.share?.right).toEqual({ value: 1, low: 1, high: 1 });
    expect(whole.share?.overMajority.value).toBe(0.5);
    expect(whole.share?.mcnemar).toEqual({ onlyRule: 2, onlyMajority: 0, p: 0.5 });
    // Of the three pairs of `rescued` two hold the right path, second to a wrong one.
    const pairs = compareRules(problems, entrants, 2);
    expect(pairs.majority?.right.value).toBeCloseTo((0 + 1) / 2, 12);
    expect(pairs.share?.right.value).toBeCloseTo((2 / 3 + 1) / 2, 12);
    expect(compareRules(problems, entrants, 2)).toEqual(pairs);
  });

  it('takes a setting', () => {
    const problem = [path(1, -2), path(1, -2), path(0, -1)];
    const entrants = [4, 0.5].map((likelihoodSoftness) => ({
      name: String(likelihoodSoftness),
      rule: 'log-probability' as const,
      settings: { likelihoodSoftness },
    }));
    const at = compareRules([problem], entrants, 3);
    expect([at['4']?.right.value, at['0.5']?.right.value]).toEqual([0, 1]);
  });
});

describe('what a signal separates', () => {
  const ranked = (figure: number, correct: boolean) => ({ figure, correct });

  it('pairs of one problem only, equal ones half', () => {
    const problems = [[ranked(1, true), ranked(2, false), ranked(1, false)], [ranked(9, true)]];
    expect(discriminationOf(problems)?.value).toBe(0.75);
    expect(discriminationOf([[ranked(1, true)]])).toBeNull();
  });

  it('P(right) by rank, equal figures sharing their ranks', () => {
    const problems = [
      [ranked(2, false), ranked(1, true)],
      [ranked(5, true), ranked(5, false)],
    ];
    expect(rightByRank(problems)).toEqual([0.75, 0.25]);
    expect(rightByRankEstimates(problems)[0]).toEqual({ value: 0.75, low: 0.5, high: 1 });
  });
});
