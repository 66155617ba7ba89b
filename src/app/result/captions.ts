import { formatCount, formatFixed, joinSentences, plural } from '../../i18n/format';
import { MIN_GATED_POOL } from '../../method/gate';
import type { GateInterval } from '../../method/gate-flips';
import type { VoteOptions } from '../../method/vote-types';
import type { Decision } from '../../run/decision';
import { m } from '../../paraglide/messages.js';
import type { Alternative } from './path/alternatives';
import { answerText } from '../kit/charts/answer-text';
import { answerOf, type PathRow } from './path-rows';
import type { RangeStats } from './path/step-range';
import type { VoteTable } from './votes/vote-rows';

/**
 * The one sentence over each chart, with the real numbers: what happened, the figure, the threshold. Every function
 * returns a message in which ⟦ ⟧ marks what is set in bold.
 */

/** Entropy, in nats, from which a first choice still counts as doubtful. */
const DOUBT = 1;

export interface StripFacts {
  readonly decision: Decision;
  readonly voteOptions: VoteOptions;
  readonly flips: readonly GateInterval[];
  readonly running: boolean;
  /** Whom the percentile gate elects, when the gate stands elsewhere by hand; null otherwise. */
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
  return m.votes_agree({ answer, heads, pool: formatCount(poolSize), share: formatFixed(sasc.share, 2) });
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

export interface PathFacts {
  readonly row: PathRow;
  readonly decision: Decision;
  readonly voteOptions: VoteOptions;
  /** Step of the highest entropy, 0-based. */
  readonly peak: number | null;
  /** 0-based step at which steadiness broke, and the entropy there; null: it did not, or it cannot be told. */
  readonly broke: { readonly step: number; readonly entropy: number } | null;
  /** Most tokens a path may have. */
  readonly limit: number;
  /** Decimals of stabilities and gates. */
  readonly digits: number;
}

export function pathCaption(facts: PathFacts): string {
  const caption = pathStateCaption(facts);
  return facts.row.loops ? joinSentences([caption, m.path_loops()]) : caption;
}

function pathStateCaption(facts: PathFacts): string {
  const { row, peak, limit, digits } = facts;
  const { threshold } = facts.decision.vote;
  const tokens = formatCount(row.tokens);
  if (row.stability === null || peak === null) return row.finish === null ? m.path_first() : m.path_stopped({ tokens });
  const s = formatFixed(row.stability, digits);
  if (row.status === 'running') {
    return plural(row.tokens, { one: m.path_running_one({ tokens, s }), other: m.path_running_other({ tokens, s }) });
  }
  if (row.status === 'no-answer') {
    if (row.finish === 'aborted') return m.path_stopped({ tokens });
    return row.finish === 'length' ? m.path_truncated({ limit: formatCount(limit) }) : m.path_no_answer();
  }
  if (row.status === 'outside') return branchCaption(row, s);
  const gate = formatFixed(threshold ?? 0, digits);
  if (row.status === 'gated') return whyFiltered(facts, s, gate);
  const vote = { s, answer: answerText(row.answer ?? ''), weight: formatFixed(row.weight ?? 0, 2) };
  return threshold === null ? m.path_kept_no_gate(vote) : m.path_kept({ ...vote, gate });
}

/** Why the gate filtered a path, and where it lost its steadiness. */
function whyFiltered({ decision, voteOptions, broke }: PathFacts, s: string, gate: string): string {
  const why =
    voteOptions.threshold !== null || voteOptions.gatePercentile === null
      ? m.inspect_why_gated_by_hand({ s, gate })
      : m.inspect_why_gated({
          ...{ s, gate },
          percentile: formatCount(voteOptions.gatePercentile),
          pool: formatCount(decision.vote.poolSize),
        });
  if (broke === null) return why;
  return `${why} ${m.inspect_broke({ step: formatCount(broke.step + 1), entropy: formatFixed(broke.entropy, 2) })}`;
}

function branchCaption(row: PathRow, s: string): string {
  if (row.answer === null) return m.inspect_branch_done_no_answer({ s });
  return m.inspect_branch_done({ s, answer: answerText(row.answer) });
}

export interface RangeFacts {
  /** null: the path has no token there. */
  readonly stats: RangeStats | null;
  /** Stability of the whole path, nats. */
  readonly whole: number | null;
  readonly digits: number;
  /** The entropies are an outline's: only mean and peak say something. */
  readonly outline: boolean;
}

/** The figures of marked steps against those of the whole path. */
export function rangeCaption({ stats, whole, digits, outline }: RangeFacts): string {
  if (stats === null) return m.inspect_range_empty();
  const steps = { first: formatCount(stats.first), last: formatCount(stats.last), mean: formatFixed(stats.mean, 2) };
  if (outline) return m.inspect_range_outline({ ...steps, highest: formatFixed(stats.highest, 2) });
  return m.inspect_range({
    ...steps,
    s: formatFixed(stats.stability, digits),
    whole: formatFixed(whole ?? 0, digits),
    highest: formatFixed(stats.highest, 2),
    peak: formatCount(stats.peak),
    probability: formatFixed(stats.probability, 2),
  });
}

/** What was written against what was likelier. `entropy` is that of the step, in nats. */
export function choiceCaption(alternatives: readonly Alternative[], entropy: number): string {
  const likeliest = alternatives[0];
  const written = alternatives.find((alternative) => alternative.chosen);
  if (likeliest === undefined || written === undefined) return '';
  if (written === likeliest) return entropy > DOUBT ? m.path_first_choice_doubt() : m.path_first_choice();
  const words = { written: written.text, likely: likeliest.text };
  const times = likeliest.probability / written.probability;
  if (times < 1.05) return m.path_even_choice(words);
  return m.path_other_choice({ ...words, times: times < 100 ? formatFixed(times, 1) : formatCount(Math.round(times)) });
}
