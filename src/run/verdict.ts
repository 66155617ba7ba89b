import { decidingRule, type DecidingRule, type MeasuredRules, type RuleChoice } from '../method/auto-rule';
import type { RuleId } from '../method/rules';
import type { VoteOutcome } from '../method/vote-types';
import type { Decision } from './decision';
import type { RuleElection } from './rule-elections';

/** What a run's paths decide, and by which rule. */
export interface Verdict extends DecidingRule {
  /** null: no path has an answer. */
  readonly group: number | null;
  /** The group's part of all weight by this rule. */
  readonly share: number | null;
}

/** A verdict as it is shown; `saved`: it was taken when the run was sampled. */
export interface ShownVerdict extends Omit<Verdict, 'reason'> {
  readonly reason: Verdict['reason'] | 'saved';
}

/** A verdict as a saved run holds it. */
export interface SavedVerdict {
  readonly rule: RuleId;
  /** As one of its paths wrote it; null: nobody was elected. */
  readonly answer: string | null;
  readonly share: number | null;
}

/**
 * The verdict by the rule that was chosen, or by the one that `auto` takes for this model.
 * @param elections by every rule that the run's data allow
 * @param measured null: nothing is measured for this model
 */
export function verdictOf(
  elections: readonly RuleElection[],
  choice: RuleChoice,
  measured: MeasuredRules | null,
): Verdict {
  const electedBy = (rule: RuleId) => elections.find((election) => election.rule === rule)?.elected ?? null;
  const allowed = elections.map(({ rule }) => rule);
  const deciding = decidingRule(choice, allowed, measured, {
    majority: electedBy('majority')?.group ?? null,
    sasc: electedBy('sasc')?.group ?? null,
  });
  const elected = electedBy(deciding.rule);
  return { ...deciding, group: elected?.group ?? null, share: elected?.share ?? null };
}

/** The verdict under the vote's own options: where SASC decides, its softness, z and gate may have been changed. */
export function underVote(verdict: ShownVerdict, { sasc }: VoteOutcome): ShownVerdict {
  if (verdict.rule !== 'sasc') return verdict;
  return { ...verdict, group: sasc?.group ?? null, share: sasc?.share ?? null };
}

/** A verdict as it can be saved with the run. */
export function savedVerdict({ rule, group, share }: ShownVerdict, { groups }: Decision): SavedVerdict {
  return { rule, answer: groups.find((entry) => entry.group === group)?.answer ?? null, share };
}

/**
 * The verdict of a saved run, as it was decided. SASC's follows from the vote, whose gate may be moved.
 * @param saved null: the run is older than verdicts by other rules, and SASC decided it
 */
export function openedVerdict(saved: SavedVerdict | null, { groups, vote }: Decision): ShownVerdict {
  if (saved === null || saved.rule === 'sasc') {
    const { sasc } = vote;
    return { rule: 'sasc', reason: 'chosen', lead: null, group: sasc?.group ?? null, share: sasc?.share ?? null };
  }
  const { rule, answer, share } = saved;
  const group = groups.find(({ forms }) => answer !== null && forms.includes(answer))?.group ?? null;
  return { rule, reason: 'saved', lead: null, group, share };
}
