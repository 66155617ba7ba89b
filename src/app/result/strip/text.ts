import { formatCount, formatFixed, plural } from '../../../i18n/format';
import { MIN_GATED_POOL } from '../../../method/gate';
import type { GateInterval } from '../../../method/gate-flips';
import type { VoteOptions } from '../../../method/vote-types';
import { m } from '../../../paraglide/messages.js';
import type { Decision } from '../../../run/decision';
import { answerOf } from '../path-rows';

// In every message ⟦ ⟧ marks what is set in bold.

export interface StripFacts {
  readonly decision: Decision;
  readonly voteOptions: VoteOptions;
  readonly flips: readonly GateInterval[];
  readonly running: boolean;
  /** Whom the percentile gate elects, when the user has set the gate elsewhere; null otherwise. */
  readonly electedByDefault: number | null;
  /** Decimals of stabilities and gates. */
  readonly digits: number;
}

export function stripCaption(facts: StripFacts): string {
  const { vote } = facts.decision;
  const pool = formatCount(vote.poolSize);
  if (vote.poolSize === 0) return facts.running ? m.strip_waiting() : m.strip_nothing();
  if (vote.threshold === null) {
    if (vote.poolSize >= MIN_GATED_POOL || facts.voteOptions.gatePercentile === null) return m.strip_gate_off({ pool });
    return facts.running
      ? plural(vote.poolSize, { one: m.strip_no_gate_yet_one(), other: m.strip_no_gate_yet_other({ pool }) })
      : plural(vote.poolSize, { one: m.strip_no_gate_one(), other: m.strip_no_gate_other({ pool }) });
  }
  if (vote.sasc === null) return m.strip_keeps_nobody({ threshold: formatFixed(vote.threshold, facts.digits), pool });
  return gateCaption(facts, vote.threshold, vote.sasc.group);
}

function gateCaption(facts: StripFacts, threshold: number, elected: number): string {
  const { decision, flips } = facts;
  const counts = { kept: formatCount(decision.vote.keptCount), pool: formatCount(decision.vote.poolSize) };
  const answer = answerOf(decision, elected);
  if (facts.electedByDefault !== null && facts.electedByDefault !== elected) {
    return m.strip_keeps_flipped({ ...counts, answer });
  }
  if (decision.vote.groups.length === 1) return m.strip_keeps_unanimous({ ...counts, answer });
  const differs = (interval: GateInterval) => interval.group !== null && interval.group !== elected;
  const below = flips.findLast((interval) => interval.to <= threshold && differs(interval));
  if (below !== undefined) {
    const at = { threshold: formatFixed(below.to, facts.digits), answer: answerOf(decision, below.group) };
    return m.strip_keeps_flip_below({ ...counts, ...at });
  }
  const above = flips.find((interval) => interval.from > threshold && differs(interval));
  if (above !== undefined) {
    const at = { threshold: formatFixed(above.from, facts.digits), answer: answerOf(decision, above.group) };
    return m.strip_keeps_flip_above({ ...counts, ...at });
  }
  return m.strip_keeps_firm({ ...counts, answer });
}
