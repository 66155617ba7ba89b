import type { RuleId, RuleKind } from '../../../method/rules';
import { m } from '../../../paraglide/messages.js';

// Apart from the rules' names, which the page has from the start: only the list of rules explains them.

const HINTS: Record<RuleId, () => string> = {
  majority: m.rules_majority_hint,
  sasc: m.rules_sasc_hint,
  'sasc-pool': m.rules_sasc_pool_hint,
  'sasc-soft': m.rules_sasc_soft_hint,
  'gate-only': m.rules_gate_only_hint,
  'weight-only': m.rules_weight_only_hint,
  'sasc-length': m.rules_sasc_length_hint,
  'deepconf-mean': m.rules_deepconf_mean_hint,
  'deepconf-tail': m.rules_deepconf_tail_hint,
  'deepconf-bottom': m.rules_deepconf_bottom_hint,
  'deepconf-lowest': m.rules_deepconf_lowest_hint,
  cisc: m.rules_cisc_hint,
  'self-certainty': m.rules_self_certainty_hint,
  'sasc-robust': m.rules_sasc_robust_hint,
  'log-probability': m.rules_log_probability_hint,
  slip: m.rules_slip_hint,
  'likelihood-share': m.rules_likelihood_share_hint,
  'cisc-z': m.rules_cisc_z_hint,
  oracle: m.rules_oracle_hint,
};

const KINDS: Record<RuleKind, () => string> = {
  heads: m.rules_kind_heads,
  stability: m.rules_kind_stability,
  confidence: m.rules_kind_confidence,
  likelihood: m.rules_kind_likelihood,
  oracle: m.rules_kind_oracle,
};

/** Rules that the page lists before it is asked for all: one or two of each kind. */
export const BRIEF_RULES: readonly RuleId[] = ['majority', 'sasc', 'sasc-soft', 'gate-only', 'deepconf-mean', 'cisc'];

export const kindName = (kind: RuleKind): string => KINDS[kind]();
/** What is true of all rules of a kind; null: nothing. */
export const kindNote = (kind: RuleKind): string | null =>
  kind === 'confidence' ? m.rules_kind_confidence_note() : null;
export const ruleHint = (rule: RuleId): string => HINTS[rule]();
