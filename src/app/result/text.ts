import { NO_FIGURE, formatCount, formatPercent, formatPoints, joinSentences } from '../../i18n/format';
import { bestMeasured } from '../../method/auto-rule';
import { RULE_IDS } from '../../method/rules';
import { m } from '../../paraglide/messages.js';
import type { MeasuredFacts } from './model-facts';
import { ruleName } from './verdict/text';

/** "66 %"; a dash for what was not measured. */
export function percent(share: number | undefined): string {
  return share === undefined ? NO_FIGURE : formatPercent(share);
}

/** How far to trust a vote of this model, in one sentence: the rule measured best, the majority, SASC as published. */
export function trustText({ problems, rules, overMajority }: MeasuredFacts, model: string): string {
  const figures = {
    model,
    problems: formatCount(problems),
    majority: percent(rules.majority?.value),
    sasc: percent(rules.sasc?.value),
  };
  const best = bestMeasured(RULE_IDS, overMajority);
  if (best !== null) {
    return m.facts_trust_rule({ ...figures, rule: ruleName(best.rule), best: percent(rules[best.rule]?.value) });
  }
  const gain = overMajority.sasc;
  return gain !== undefined && gain.high < 0 ? m.facts_trust_majority(figures) : m.facts_trust_level(figures);
}

/** The same in full, with the interval of the difference. */
export function measuredText({ problems, paths, passAt1, rules, overMajority }: MeasuredFacts): string {
  const gain = overMajority.sasc;
  const figures = {
    problems: formatCount(problems),
    paths: formatCount(paths),
    one: percent(passAt1.value),
    majority: percent(rules.majority?.value),
    sasc: percent(rules.sasc?.value),
  };
  if (gain === undefined) return m.facts_measured(figures);
  return joinSentences([
    m.facts_measured(figures),
    m.facts_difference({ low: formatPoints(gain.low), high: formatPoints(gain.high) }),
  ]);
}
