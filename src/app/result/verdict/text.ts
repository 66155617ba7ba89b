import { formatFixed } from '../../../i18n/format';
import type { RuleId } from '../../../method/rules';
import { m } from '../../../paraglide/messages.js';
import type { ShownVerdict } from '../../../run/verdict';

/** Which rule decides, and why that one. */
export function decidingText({ rule, reason, lead }: ShownVerdict): string {
  const name = ruleName(rule);
  switch (reason) {
    case 'measured':
      return m.verdict_rule_measured({ rule: name, points: formatFixed(100 * (lead?.value ?? 0), 1) });
    case 'none-better':
      return m.verdict_rule_none_better();
    case 'agree':
      return m.verdict_rule_agree();
    case 'differ':
      return m.verdict_rule_differ();
    case 'lacking':
      return m.verdict_rule_lacking();
    case 'saved':
      return m.verdict_rule_saved({ rule: name });
    case 'chosen':
      return m.verdict_rule_chosen({ rule: name });
  }
}

const NAMES: Record<RuleId, () => string> = {
  majority: m.rules_majority,
  sasc: m.rules_sasc,
  'sasc-pool': m.rules_sasc_pool,
  'sasc-soft': m.rules_sasc_soft,
  'gate-only': m.rules_gate_only,
  'weight-only': m.rules_weight_only,
  'sasc-length': m.rules_sasc_length,
  'deepconf-mean': m.rules_deepconf_mean,
  'deepconf-tail': m.rules_deepconf_tail,
  'deepconf-bottom': m.rules_deepconf_bottom,
  'deepconf-lowest': m.rules_deepconf_lowest,
  cisc: m.rules_cisc,
  'self-certainty': m.rules_self_certainty,
  'sasc-robust': m.rules_sasc_robust,
  'log-probability': m.rules_log_probability,
  slip: m.rules_slip,
  'likelihood-share': m.rules_likelihood_share,
  'cisc-z': m.rules_cisc_z,
  oracle: m.rules_oracle,
};

export const ruleName = (rule: RuleId): string => NAMES[rule]();
