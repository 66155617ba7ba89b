import type { RuleId } from '../../method/rules';
import { m } from '../../paraglide/messages.js';

const NAMES: Record<RuleId, () => string> = {
  majority: m.rules_majority,
  sasc: m.rules_sasc,
  'sasc-pool': m.rules_sasc_pool,
  'sasc-soft': m.rules_sasc_soft,
  'gate-only': m.rules_gate_only,
  'weight-only': m.rules_weight_only,
};

const HINTS: Record<RuleId, () => string> = {
  majority: m.rules_majority_hint,
  sasc: m.rules_sasc_hint,
  'sasc-pool': m.rules_sasc_pool_hint,
  'sasc-soft': m.rules_sasc_soft_hint,
  'gate-only': m.rules_gate_only_hint,
  'weight-only': m.rules_weight_only_hint,
};

export const ruleName = (rule: RuleId): string => NAMES[rule]();
export const ruleHint = (rule: RuleId): string => HINTS[rule]();
