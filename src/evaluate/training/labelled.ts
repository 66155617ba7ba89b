import type { MeasuredRules, RuleChoice } from '../../method/auto-rule';
import type { RuleId } from '../../method/rules';
import { decidePaths } from '../../run/decide-run';
import type { Decision } from '../../run/decision';
import { ruleElections } from '../../run/rule-elections';
import { verdictOf } from '../../run/verdict';
import { rulePathsOf, type SampledPath } from '../sampled-problem';

/** What the vote says of a problem's paths, without any known answer. */
interface Labelled {
  readonly decision: Decision;
  /** Whose election the label is. */
  readonly rule: RuleId;
  /** The elected group of answers, and its answer. */
  readonly group: number;
  readonly label: string;
}

/** null: no path has an answer. @param measured rules of the model, for `auto`; null: nothing is measured */
export function labelled(
  paths: readonly SampledPath[],
  choice: RuleChoice,
  measured: MeasuredRules | null,
): Labelled | null {
  const decision = decidePaths(paths);
  const { rule, group } = verdictOf(ruleElections(rulePathsOf(paths)), choice, measured);
  const label = group === null ? undefined : decision.groups[group]?.answer;
  return group === null || label === undefined ? null : { decision, rule, group, label };
}
