import { formatCount, formatFixed, formatList, joinSentences, plural } from '../../../i18n/format';
import type { PathInfluence } from '../../../method/influence';
import type { VoteDifference } from '../../../method/vote-difference';
import type { PathStatus, VoteOptions } from '../../../method/vote-types';
import { m } from '../../../paraglide/messages.js';
import type { Decision } from '../../../run/decision';
import { percent } from '../text';
import { answerOf } from '../path-rows';
import type { ReplayMoment } from './vote-replay';
import type { VoteTable } from './vote-rows';

// In every message ⟦ ⟧ marks what is set in bold.

export function votesCaption(decision: Decision, table: VoteTable, running: boolean): string {
  const { majority, sasc, groups, poolSize } = decision.vote;
  if (majority === null) return running ? m.votes_waiting() : m.votes_nobody();
  if (sasc === null) return m.votes_all_gated();
  const answer = answerOf(decision, sasc.group);
  const rival = groups.find((tally) => tally.group !== majority.group && tally.heads === majority.count);
  if (groups.length === 1) {
    const count = formatCount(poolSize);
    return plural(poolSize, {
      one: m.votes_unanimous_one({ answer }),
      other: m.votes_unanimous_other({ count, answer }),
    });
  }
  if (rival !== undefined) {
    return m.votes_tie({
      first: answerOf(decision, majority.group),
      second: answerOf(decision, rival.group),
      heads: formatCount(majority.count),
      elected: answer,
    });
  }
  if (majority.group !== sasc.group) return differCaption(decision, table);
  const heads = formatCount(majority.count);
  return m.votes_agree({ answer, heads, pool: formatCount(poolSize), share: percent(sasc.share) });
}

function differCaption(decision: Decision, table: VoteTable): string {
  const most = table.rows.find((row) => row.isMajority);
  const elected = table.rows.find((row) => row.isElected);
  if (most === undefined || elected === undefined) return '';
  const facts = {
    majorityHeads: formatCount(most.heads),
    majority: answerOf(decision, most.group),
    majorityWeight: formatFixed(most.weight, 1),
    count: formatCount(elected.heads),
    elected: answerOf(decision, elected.group),
    electedWeight: formatFixed(elected.weight, 1),
  };
  return plural(elected.heads, { one: m.votes_differ_one(facts), other: m.votes_differ_other(facts) });
}

export interface InfluenceFacts {
  /** 0-based. */
  readonly path: number;
  readonly status: PathStatus;
  readonly influence: PathInfluence;
  /** The elected answer's share of the weight; null: nobody is elected. */
  readonly share: number | null;
  readonly answerOf: (group: number) => string;
}

/** What the vote would be without one path, in a sentence; ⟦ ⟧ marks bold. */
export function influenceText({ path, status, influence, share, answerOf }: InfluenceFacts): string {
  const name = { path: path + 1 };
  if (status === 'no-answer' || share === null) return m.influence_outside(name);
  const { electedWithout, pivotal, weightShare, shareChange } = influence;
  const carries = { ...name, share: percent(weightShare) };
  if (electedWithout === null) return m.influence_alone(carries);
  const answer = answerOf(electedWithout);
  const after = percent(share + shareChange);
  if (status === 'gated') {
    return pivotal ? m.influence_filtered_flips({ ...name, answer }) : m.influence_filtered({ ...name, answer, after });
  }
  return pivotal ? m.influence_flips({ ...carries, answer }) : m.influence_still({ ...carries, answer, after });
}

/** What the vote was after some of the paths had finished; ⟦ ⟧ marks bold. */
export function momentText(
  { count, outcome }: ReplayMoment,
  paths: number,
  answerOf: (group: number) => string,
): string {
  const counts = { count: formatCount(count), paths: formatCount(paths) };
  if (outcome.sasc === null) return m.replay_after_nobody(counts);
  const { group, share } = outcome.sasc;
  return m.replay_after({ ...counts, answer: answerOf(group), share: percent(share) });
}

/** Who came in at that moment. */
export function latestText({ path, group }: ReplayMoment, answerOf: (group: number) => string): string {
  return group === null
    ? m.replay_latest_none({ path: path + 1 })
    : m.replay_latest({ path: path + 1, answer: answerOf(group) });
}

/** How the lead went, as a sentence. */
export function replaySummary(moments: readonly ReplayMoment[], answerOf: (group: number) => string): string {
  const leaders = moments.map(({ outcome }) => outcome.sasc?.group ?? null);
  const last = leaders.at(-1) ?? null;
  if (last === null) return m.replay_nobody();
  const answer = answerOf(last);
  const since = leaders.findLastIndex((leader) => leader !== last) + 1;
  const known = leaders.filter((leader) => leader !== null);
  const turns = known.filter((leader, i) => i > 0 && leader !== known[i - 1]).length;
  if (turns === 0) return m.replay_firm({ answer });
  const facts = { answer, count: formatCount(since + 1), paths: formatCount(moments.length) };
  return plural(turns, {
    one: m.replay_turns_one(facts),
    other: m.replay_turns_other({ ...facts, turns: formatCount(turns) }),
  });
}

/** Most paths that a sentence names. */
const MOST_NAMED = 4;

/** The changed rules by name, as part of a sentence: "K = 5 and τ = 4". @param digits decimals of a manual gate */
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
    return m.whatif_own({ answer: answerOf(after.group), share: percent(after.share) });
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
  const facts = { rules, answer: answerOf(after.group), share: percent(after.share) };
  if (before === null) return m.whatif_elects_at_last(facts);
  if (before.group !== after.group) return m.whatif_elects({ ...facts, before: answerOf(before.group) });
  const shareBefore = percent(before.share);
  return facts.share === shareBefore ? m.whatif_stays_alike(facts) : m.whatif_stays({ ...facts, before: shareBefore });
}

/** "2, 7 and 9", "1, 2, 3, 4 and 5 more". */
function pathList(indices: readonly number[]): string {
  const named = indices.length > MOST_NAMED + 1 ? indices.slice(0, MOST_NAMED) : indices;
  const rest = indices.length - named.length;
  const names = named.map((index) => formatCount(index + 1));
  return formatList(rest === 0 ? names : [...names, m.whatif_more({ count: formatCount(rest) })]);
}
