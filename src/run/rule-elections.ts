import { allowedRules, elect, type Election, type RuleId, type RulePath } from '../method/rules';

export interface RuleElection {
  readonly rule: RuleId;
  /** null: the rule elects nobody. */
  readonly elected: Election | null;
}

/** Whom every rule that the data allow elects on the same paths, each with its own published options. */
export function ruleElections(paths: readonly RulePath[]): RuleElection[] {
  return allowedRules(paths).map((rule) => ({ rule, elected: elect(rule, paths) }));
}
