import { allowedRules, elect, RULE_IDS, type Election, type RuleId, type RulePath } from '../method/rules';

export interface RuleElection {
  readonly rule: RuleId;
  /** null: the rule elects nobody. */
  readonly elected: Election | null;
}

/**
 * Whom every rule that the data allow elects on the same paths, each with its own published options.
 * @param wanted other rules are left out
 */
export function ruleElections(paths: readonly RulePath[], wanted: readonly RuleId[] = RULE_IDS): RuleElection[] {
  const rules = allowedRules(paths).filter((rule) => wanted.includes(rule));
  return rules.map((rule) => ({ rule, elected: elect(rule, paths) }));
}
