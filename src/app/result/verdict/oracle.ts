import { areEquivalent } from '../../../answers/equivalence';
import { elect } from '../../../method/rules';
import type { Decision } from '../../../run/decision';
import type { RuleElection } from '../../../run/rule-elections';

/** What a rule that always knew would have reached, given the known answer. */
export function oracleElection({ groups, groupOfPath }: Decision, gold: string): RuleElection {
  const right = new Set(
    groups.filter(({ answer }) => areEquivalent(answer, gold, { policy: 'lenient' })).map(({ group }) => group),
  );
  const paths = groupOfPath.map((group) => ({ group, correct: group !== null && right.has(group) }));
  return { rule: 'oracle', elected: elect('oracle', paths) };
}
