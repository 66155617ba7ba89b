import { formatCount, formatFixed, formatPercent } from '../../../i18n/format';
import { m } from '../../../paraglide/messages.js';
import type { Decision } from '../../../run/decision';
import type { ShownVerdict } from '../../../run/verdict';
import type { RunTrace } from '../../../run/trace';
import { answerOf } from '../path-rows';
import { ruleName } from './text';

/** What the sentence is about. */
export interface DecidedRun {
  readonly decision: Decision;
  readonly trace: RunTrace;
  readonly verdict: ShownVerdict;
}

/** Why the vote is what it is, in one sentence with the real figures; ⟦ ⟧ marks bold. For a run that has ended. */
export function verdictReason({ decision, trace, verdict }: DecidedRun, wasStopped: boolean): string {
  const { majority, sasc, poolSize } = decision.vote;
  if (majority === null) return nothingReason(trace, wasStopped);
  if (sasc === null) return m.verdict_why_gated_all();
  const answer = answerOf(decision, majority.group);
  if (poolSize === 1) return m.verdict_why_single();
  if (decision.vote.groups.length === 1) return m.verdict_why_unanimous({ pool: formatCount(poolSize), answer });
  if (verdict.group !== null && verdict.group !== sasc.group) return sascDiffers(decision, verdict, sasc.group);
  if (majority.group !== sasc.group) return disagreement(decision, majority.group, sasc.group);
  const figures = {
    count: formatCount(majority.count),
    pool: formatCount(poolSize),
    share: formatPercent(sasc.share),
  };
  return m.verdict_why_agree({ answer, ...figures });
}

function nothingReason(trace: RunTrace, wasStopped: boolean): string {
  if (wasStopped) return m.verdict_why_stopped_empty();
  const cut = trace.paths.filter((path) => path.finish === 'length').length;
  if (cut === trace.pathCount) return m.verdict_why_all_cut({ limit: formatCount(trace.capacity) });
  return m.verdict_why_nothing();
}

/** Why SASC elects another answer than the one that the verdict's rule elects. */
function sascDiffers(decision: Decision, { group, rule }: ShownVerdict, sasc: number): string {
  const heads = (wanted: number | null) => decision.vote.groups.find((tally) => tally.group === wanted)?.heads ?? 0;
  // It has the heads as well: the rule itself made the difference.
  if (group === null || heads(group) <= heads(sasc)) {
    return m.verdict_why_rule({
      answer: answerOf(decision, group),
      sasc: answerOf(decision, sasc),
      heads: formatCount(heads(sasc)),
      pool: formatCount(decision.vote.poolSize),
      rule: ruleName(rule),
    });
  }
  return disagreement(decision, group, sasc);
}

/**
 * What made SASC elect another answer than one that more paths say: the gate, if a plain count of the survivors elects SASC's
 * too; else the weights, which may be one path's alone.
 */
function disagreement(decision: Decision, others: number, sasc: number): string {
  const names = { majority: answerOf(decision, others), sasc: answerOf(decision, sasc) };
  const { groups, paths } = decision.vote;
  const tallyOf = (wanted: number) => groups.find(({ group }) => group === wanted);
  const [ofOthers, ofSasc] = [tallyOf(others), tallyOf(sasc)];
  if (ofOthers === undefined || ofSasc === undefined) return '';
  const rivals = groups.filter((tally) => tally !== ofSasc);
  const counts = { left: formatCount(ofOthers.keptHeads), kept: formatCount(ofSasc.keptHeads) };
  if (rivals.every(({ keptHeads }) => keptHeads < ofSasc.keptHeads)) {
    return m.verdict_why_gate({ ...names, ...counts, gated: formatCount(ofOthers.heads - ofOthers.keptHeads) });
  }
  const weights = paths.map(({ weight }, path) => (decision.groupOfPath[path] === sasc ? (weight ?? 0) : 0));
  const heaviest = Math.max(...weights);
  const sums = { weight: formatFixed(ofOthers.weight, 2), sum: formatFixed(ofSasc.weight, 2) };
  const top = formatFixed(heaviest, 2);
  if (rivals.some(({ weight }) => weight >= ofSasc.weight - heaviest)) {
    const one = { ...names, ...counts, ...sums, path: String(weights.indexOf(heaviest) + 1), top };
    return ofOthers.keptHeads === 1 ? m.verdict_why_one_one(one) : m.verdict_why_one(one);
  }
  const majorityS = formatFixed(meanStability(decision, others), 2);
  const sascS = formatFixed(meanStability(decision, sasc), 2);
  return Number(majorityS) > Number(sascS)
    ? m.verdict_why_waver({ ...names, ...sums, majorityS, sascS })
    : m.verdict_why_heavy({ ...names, ...sums, top });
}

/** Mean s, in nats, of the survivors with this answer. */
function meanStability({ vote, groupOfPath }: Decision, group: number): number {
  const values = vote.paths
    .filter(({ status }, path) => status === 'kept' && groupOfPath[path] === group)
    .map(({ stability }) => stability ?? 0);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
