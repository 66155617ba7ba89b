import { decidingRule, type DecidingRule, type MeasuredRules, type RuleChoice } from '../method/auto-rule';
import { allowedRules, elect, type RulePath } from '../method/rules';

/** What a run's paths decide, and by which rule. */
export interface Verdict extends DecidingRule {
  /** null: no path has an answer. */
  readonly group: number | null;
  /** The group's part of all weight by this rule. */
  readonly share: number | null;
}

/**
 * The verdict on a run's paths by the rule that was chosen, or by the one that `auto` takes for this model.
 * @param measured null: nothing is measured for this model
 */
export function verdictOf(paths: readonly RulePath[], choice: RuleChoice, measured: MeasuredRules | null): Verdict {
  const groupBy = (rule: 'majority' | 'sasc'): number | null => elect(rule, paths)?.group ?? null;
  const deciding = decidingRule(choice, allowedRules(paths), measured, {
    majority: groupBy('majority'),
    sasc: groupBy('sasc'),
  });
  const elected = elect(deciding.rule, paths);
  return { ...deciding, group: elected?.group ?? null, share: elected?.share ?? null };
}
