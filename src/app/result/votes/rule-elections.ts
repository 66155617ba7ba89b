import { areEquivalent } from '../../../answers/equivalence';
import { allowedRules, elect, type Election, type RuleId, type RulePath } from '../../../method/rules';
import type { Decision } from '../../../run/decision';

export interface RuleElection {
  readonly rule: RuleId;
  /** null: the rule elects nobody. */
  readonly elected: Election | null;
}

/** Whom every rule that the data allow elects on the same paths, each with its own published options. */
export function ruleElections(paths: readonly RulePath[]): RuleElection[] {
  return allowedRules(paths).map((rule) => ({ rule, elected: elect(rule, paths) }));
}

/** What a rule that always knew would have reached, given the known answer. */
export function oracleElection({ groups, groupOfPath }: Decision, gold: string): RuleElection {
  const right = new Set(
    groups.filter(({ answer }) => areEquivalent(answer, gold, { policy: 'lenient' })).map(({ group }) => group),
  );
  const paths = groupOfPath.map((group) => ({ group, correct: group !== null && right.has(group) }));
  return { rule: 'oracle', elected: elect('oracle', paths) };
}
