import { formatCount, formatFixed, formatList, joinSentences, plural } from '../../../i18n/format';
import type { VoteDifference } from '../../../method/vote-difference';
import type { VoteOptions } from '../../../method/vote-types';
import { m } from '../../../paraglide/messages.js';

/** Most paths that a sentence names. */
const MOST_NAMED = 4;

/** The changed rules by name, as part of a sentence: "K = 5 and τ = 4". @param digits decimals of a gate by hand */
export function changedRulesText(changes: Partial<VoteOptions>, digits: number): string {
  const names: string[] = [];
  const { entropyK, zVariant, softness, gatePercentile, threshold, lengthAdjusted } = changes;
  if (entropyK !== undefined) {
    names.push(entropyK === null ? m.whatif_is_own_k() : m.whatif_is_k({ k: formatCount(entropyK) }));
  }
  if (lengthAdjusted !== undefined) names.push(lengthAdjusted ? m.whatif_is_length() : m.whatif_is_raw());
  if (threshold !== undefined && threshold !== null) {
    names.push(m.whatif_is_threshold({ threshold: formatFixed(threshold, digits) }));
  }
  if (gatePercentile === null) names.push(m.whatif_is_open());
  else if (gatePercentile !== undefined)
    names.push(m.whatif_is_percentile({ percentile: formatCount(gatePercentile) }));
  if (zVariant !== undefined) names.push(zVariant === 'pool' ? m.whatif_is_pool() : m.whatif_is_survivors());
  if (softness === Infinity) names.push(m.whatif_is_even());
  else if (softness !== undefined) names.push(m.whatif_is_tau({ tau: formatFixed(softness, 1) }));
  return formatList(names);
}

export interface WhatIfFacts {
  /** Named as `changedRulesText` does; '': none is changed. */
  readonly rules: string;
  readonly difference: VoteDifference;
  /** An answer group as a sentence shows it. */
  readonly answerOf: (group: number) => string;
}

/** What the changed rules do, in one or two sentences; ⟦ ⟧ marks bold. */
export function whatIfText({ rules, difference, answerOf }: WhatIfFacts): string {
  const { before, after, keptNow, keptNoMore } = difference;
  if (rules === '') {
    if (after === null) return m.whatif_own_nobody();
    return m.whatif_own({ answer: answerOf(after.group), share: formatFixed(after.share, 2) });
  }
  const sentences = [electionText({ rules, difference, answerOf })];
  if (keptNow.length > 0) {
    const paths = pathList(keptNow);
    sentences.push(
      plural(keptNow.length, { one: m.whatif_kept_one({ paths }), other: m.whatif_kept_other({ paths }) }),
    );
  }
  if (keptNoMore.length > 0) {
    const paths = pathList(keptNoMore);
    const forms = { one: m.whatif_filtered_one({ paths }), other: m.whatif_filtered_other({ paths }) };
    sentences.push(plural(keptNoMore.length, forms));
  }
  if (keptNow.length + keptNoMore.length === 0 && before !== null) sentences.push(m.whatif_same_paths());
  return joinSentences(sentences);
}

function electionText({ rules, difference: { before, after }, answerOf }: WhatIfFacts): string {
  if (after === null) return m.whatif_elects_nobody({ rules });
  const facts = { rules, answer: answerOf(after.group), share: formatFixed(after.share, 2) };
  if (before === null) return m.whatif_elects_at_last(facts);
  if (before.group !== after.group) return m.whatif_elects({ ...facts, before: answerOf(before.group) });
  const shareBefore = formatFixed(before.share, 2);
  return facts.share === shareBefore ? m.whatif_stays_alike(facts) : m.whatif_stays({ ...facts, before: shareBefore });
}

/** "2, 7 and 9", "1, 2, 3, 4 and 5 more". */
function pathList(indices: readonly number[]): string {
  const named = indices.length > MOST_NAMED + 1 ? indices.slice(0, MOST_NAMED) : indices;
  const rest = indices.length - named.length;
  const names = named.map((index) => formatCount(index + 1));
  return formatList(rest === 0 ? names : [...names, m.whatif_more({ count: formatCount(rest) })]);
}
