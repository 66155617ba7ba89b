import { RULES, type RuleId } from '../method/rules';
import { vote } from '../method/vote';
import type { VoteInput } from '../method/vote-types';

export interface RuleElection {
  readonly rule: RuleId;
  /** null: the rule elects nobody. */
  readonly elected: { readonly group: number; readonly share: number } | null;
}

/** Whom every rule elects on the same paths, each with its own published options. */
export function ruleElections(inputs: readonly VoteInput[]): RuleElection[] {
  return (Object.keys(RULES) as RuleId[]).map((rule) => ({ rule, elected: vote(inputs, RULES[rule]).sasc }));
}
