import { formatCount, formatFixed } from '../../../i18n/format';
import type { RuleId, RuleKind } from '../../../method/rules';
import { totalWeight } from '../../../method/vote';
import { m } from '../../../paraglide/messages.js';
import type { Decision } from '../../../run/decision';
import type { ShownVerdict } from '../../../run/verdict';
import type { RunTrace } from '../../../run/trace';
import { answerOf } from '../path-rows';

/** Why the vote is what it is, in one sentence with the real figures; ⟦ ⟧ marks bold. For a run that has ended. */
export function verdictReason(decision: Decision, trace: RunTrace, wasStopped: boolean): string {
  const { majority, sasc, poolSize } = decision.vote;
  if (majority === null) return nothingReason(trace, wasStopped);
  if (sasc === null) return m.verdict_why_gated_all();
  const answer = answerOf(decision, majority.group);
  if (poolSize === 1) return m.verdict_why_single();
  if (decision.vote.groups.length === 1) return m.verdict_why_unanimous({ pool: formatCount(poolSize), answer });
  if (majority.group !== sasc.group) return disagreement(decision, majority.group, sasc.group);
  const figures = {
    count: formatCount(majority.count),
    pool: formatCount(poolSize),
    share: formatFixed(sasc.share, 2),
  };
  return m.verdict_why_agree({ answer, ...figures });
}

function nothingReason(trace: RunTrace, wasStopped: boolean): string {
  if (wasStopped) return m.verdict_why_stopped_empty();
  const cut = trace.paths.filter((path) => path.finish === 'length').length;
  if (cut === trace.pathCount) return m.verdict_why_all_cut({ limit: formatCount(trace.capacity) });
  return m.verdict_why_nothing();
}

/**
 * What made the two counts differ: the gate, if a plain count of the survivors elects SASC's answer too; else the weights,
 * which may be one path's alone.
 */
function disagreement(decision: Decision, majority: number, sasc: number): string {
  const names = { majority: answerOf(decision, majority), sasc: answerOf(decision, sasc) };
  const { groups, paths } = decision.vote;
  const tallyOf = (wanted: number) => groups.find(({ group }) => group === wanted);
  const [ofMajority, ofSasc] = [tallyOf(majority), tallyOf(sasc)];
  if (ofMajority === undefined || ofSasc === undefined) return '';
  const others = groups.filter((tally) => tally !== ofSasc);
  if (others.every(({ keptHeads }) => keptHeads < ofSasc.keptHeads)) {
    const gated = formatCount(ofMajority.heads - ofMajority.keptHeads);
    const counts = { gated, left: formatCount(ofMajority.keptHeads), kept: formatCount(ofSasc.keptHeads) };
    return m.verdict_why_gate({ ...names, ...counts });
  }
  const weights = paths.map(({ weight }, path) => (decision.groupOfPath[path] === sasc ? (weight ?? 0) : 0));
  const heaviest = Math.max(...weights);
  const top = formatFixed(heaviest / totalWeight(groups), 2);
  if (others.some(({ weight }) => weight >= ofSasc.weight - heaviest)) {
    return m.verdict_why_one({ ...names, path: String(weights.indexOf(heaviest) + 1), top });
  }
  const majorityS = formatFixed(meanStability(decision, majority), 2);
  const sascS = formatFixed(meanStability(decision, sasc), 2);
  return Number(majorityS) > Number(sascS)
    ? m.verdict_why_waver({ ...names, majorityS, sascS })
    : m.verdict_why_heavy({ ...names, top });
}

/** Mean s, in nats, of the survivors with this answer. */
function meanStability({ vote, groupOfPath }: Decision, group: number): number {
  const values = vote.paths
    .filter(({ status }, path) => status === 'kept' && groupOfPath[path] === group)
    .map(({ stability }) => stability ?? 0);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

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
export const ruleName = (rule: RuleId): string => NAMES[rule]();
export const ruleHint = (rule: RuleId): string => HINTS[rule]();
