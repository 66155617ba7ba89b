import { describe, expect, it } from 'vitest';
import { decidingRule } from '../../../src/method/auto-rule';
import { RULE_IDS } from '../../../src/method/rules';

const same = { majority: 0, sasc: 0 };
const apart = { majority: 0, sasc: 1 };
const lead = (value: number, low: number, high: number) => ({ value, low, high });
const measured = {
  sasc: lead(-0.36, -0.41, -0.32),
  slip: lead(0.02, 0.01, 0.04),
  'likelihood-share': lead(0.03, -0.01, 0.06),
  oracle: lead(0.06, 0.04, 0.08),
  'log-probability': lead(0.015, 0.002, 0.03),
};

describe('the rule that decides', () => {
  it('is the one that was measured best, and nothing that has not been shown to be better than the majority', () => {
    expect(decidingRule('auto', RULE_IDS, measured, apart)).toEqual({
      rule: 'slip',
      reason: 'measured',
      lead: measured.slip,
    });
    const fromLink = RULE_IDS.filter((rule) => rule !== 'slip');
    expect(decidingRule('auto', fromLink, measured, apart).rule).toBe('log-probability');
    const none = { rule: 'majority', reason: 'none-better', lead: null };
    expect(decidingRule('auto', ['majority', 'sasc'], measured, apart)).toEqual(none);
    expect(decidingRule('auto', RULE_IDS, {}, same)).toEqual(none);
  });

  it('claims nothing where nothing was measured', () => {
    expect(decidingRule('auto', RULE_IDS, null, same)).toEqual({ rule: 'sasc', reason: 'agree', lead: null });
    expect(decidingRule('auto', RULE_IDS, null, apart)).toEqual({ rule: 'majority', reason: 'differ', lead: null });
    const nobody = { majority: null, sasc: null };
    expect(decidingRule('auto', RULE_IDS, null, nobody).rule).toBe('majority');
  });

  it('is the chosen one, whatever was measured, unless it lacks data', () => {
    expect(decidingRule('sasc', RULE_IDS, measured, apart)).toEqual({ rule: 'sasc', reason: 'chosen', lead: null });
    expect(decidingRule('slip', ['majority'], measured, same)).toEqual({
      rule: 'majority',
      reason: 'lacking',
      lead: null,
    });
  });
});
