import { describe, expect, it } from 'vitest';
import type { MeasuredFacts } from '../../../../src/app/result/model-facts';
import { measuredText, percent, trustText } from '../../../../src/app/result/text';

const estimate = (value: number, low = value, high = value) => ({ value, low, high });

function facts(low: number, high: number): MeasuredFacts {
  return {
    problems: 500,
    paths: 16,
    passAt1: estimate(0.553),
    rules: { majority: estimate(0.662), sasc: estimate(0.518) },
    overMajority: { sasc: estimate((low + high) / 2, low, high) },
    signals: {},
  };
}

describe('what was measured of the model', () => {
  it('names the better guide only where the interval leaves no doubt', () => {
    expect(trustText(facts(-0.18, -0.1), 'tiny-math')).toMatch(/500 .*66 %.*52 %.*majority is the better guide/);
    expect(trustText(facts(0.01, 0.05), 'tiny-math')).toMatch(/by “SASC as published”, 66 % by the majority/);
    const slip = {
      rules: { ...facts(-0.3, -0.1).rules, slip: estimate(0.944) },
      overMajority: { slip: estimate(0.02, 0.006, 0.034) },
    };
    expect(trustText({ ...facts(-0.3, -0.1), ...slip }, 'tiny-math')).toMatch(
      /94 % of the time by “Smallest slip”, 66 %/,
    );
    expect(trustText(facts(-0.02, 0.01), 'tiny-math')).toMatch(/no clear difference/);
  });

  it('gives the interval with its signs', () => {
    expect(measuredText(facts(-0.18, 0.014))).toMatch(/16 paths each.*55 %.*−18.0 to \+1.4 percentage points/);
  });

  it('says nothing of a rule that was not measured', () => {
    expect(percent(undefined)).toBe('–');
  });
});
