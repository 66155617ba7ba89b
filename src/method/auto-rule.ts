import type { RuleId } from './rules';
import type { Estimate } from './statistics';

/** The rule that decides: `auto`, or one that somebody chose. */
export type RuleChoice = RuleId | 'auto';

/** How much more often than the majority each rule was right on a model's measured problems, a share with its interval. */
export type MeasuredRules = Readonly<Partial<Record<RuleId, Estimate>>>;

/**
 * Why a rule decides:
 * `chosen`: somebody chose it; `measured`: it beat the majority by the most on this model's measured problems;
 * `none-better`: the model was measured, and no rule that can be taken here beat the majority;
 * `agree`: nothing is measured, and published SASC elects what the majority elects;
 * `differ`: nothing is measured and they differ, so that the majority is taken, and both should be shown;
 * `lacking`: the chosen rule lacks data here, and the majority is taken.
 */
export type RuleReason = 'chosen' | 'measured' | 'none-better' | 'agree' | 'differ' | 'lacking';

export interface DecidingRule {
  readonly rule: RuleId;
  readonly reason: RuleReason;
  /** Of `measured`: the rule's lead over the majority. */
  readonly lead: Estimate | null;
}

/**
 * Which rule decides a run. `auto` takes what was measured best for the model, if its interval lies above 0: the rule that
 * is right most often, not the published one. Where nothing was measured nothing is claimed.
 * @param allowed rules that the run's data allow
 * @param measured null: the model was not measured
 * @param elected whom majority and published SASC elect; null: nobody
 */
export function decidingRule(
  choice: RuleChoice,
  allowed: readonly RuleId[],
  measured: MeasuredRules | null,
  elected: { readonly majority: number | null; readonly sasc: number | null },
): DecidingRule {
  if (choice !== 'auto') {
    return allowed.includes(choice)
      ? { rule: choice, reason: 'chosen', lead: null }
      : { rule: 'majority', reason: 'lacking', lead: null };
  }
  if (measured === null) {
    return elected.sasc !== null && elected.sasc === elected.majority
      ? { rule: 'sasc', reason: 'agree', lead: null }
      : { rule: 'majority', reason: 'differ', lead: null };
  }
  const best = bestMeasured(allowed, measured);
  return best === null ? { rule: 'majority', reason: 'none-better', lead: null } : { ...best, reason: 'measured' };
}

/** The rule with the largest lead over the majority whose interval lies above 0; null: none has one. */
export function bestMeasured(
  allowed: readonly RuleId[],
  measured: MeasuredRules,
): { readonly rule: RuleId; readonly lead: Estimate } | null {
  const leads = allowed.flatMap((rule) => {
    const lead = measured[rule];
    return rule === 'majority' || rule === 'oracle' || lead === undefined || !(lead.low > 0) ? [] : [{ rule, lead }];
  });
  const [first, ...others] = leads;
  return first === undefined
    ? null
    : others.reduce((best, one) => (one.lead.value > best.lead.value ? one : best), first);
}
