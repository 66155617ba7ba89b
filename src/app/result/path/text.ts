import { formatCount, formatFixed, joinSentences, plural } from '../../../i18n/format';
import type { VoteOptions } from '../../../method/vote-types';
import { m } from '../../../paraglide/messages.js';
import type { Decision } from '../../../run/decision';
import { hasFigures, hasText } from '../../../run/recorded';
import type { PathTrace, RunTrace } from '../../../run/trace';
import { answerText } from '../../kit/charts/answer-text';
import { visibleToken } from '../../kit/charts/token-text';
import type { PathRow } from '../path-rows';
import type { Alternative } from './alternatives';
import type { RangeStats } from './step-range';

// In every message ⟦ ⟧ marks what is set in bold.

/** Entropy, in nats, above which even a first choice was not sure. */
const UNSURE_NATS = 1;

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
  if (row.status === 'hidden') return m.path_hidden({ tokens, s });
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
    s === gate
      ? m.inspect_why_gated_just({ s })
      : voteOptions.threshold !== null || voteOptions.gatePercentile === null
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
  if (written === likeliest) return entropy > UNSURE_NATS ? m.path_first_choice_doubt() : m.path_first_choice();
  const words = { written: written.text, likely: likeliest.text };
  const times = likeliest.probability / written.probability;
  if (times < 1.05) return m.path_even_choice(words);
  return m.path_other_choice({ ...words, times: times < 100 ? formatFixed(times, 1) : formatCount(Math.round(times)) });
}

/** Where two paths part, in one sentence with both tokens and their probabilities. `step`: divergenceOf the two. */
export function divergenceCaption(trace: RunTrace, a: PathTrace, b: PathTrace, step: number | null): string {
  const silent = [a, b].find((path) => !hasText(trace, path));
  if (silent !== undefined) return m.compare_no_text({ path: silent.index + 1 });
  if (step === null) return m.compare_same({ shared: formatCount(a.length) });
  if (step >= a.length || step >= b.length) {
    const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
    return m.compare_ended({ shared: formatCount(step), shorter: shorter.index + 1, longer: longer.index + 1 });
  }
  const facts = {
    ...{ first: a.index + 1, second: b.index + 1 },
    ...{ a: tokenAt(trace, a, step), b: tokenAt(trace, b, step) },
    ...{ pa: probabilityAt(a, step), pb: probabilityAt(b, step) },
  };
  if (step === 0) return m.compare_parts_first(facts);
  const counted = { ...facts, shared: formatCount(step), step: formatCount(step + 1) };
  return plural(step, { one: m.compare_parts_one(counted), other: m.compare_parts_other(counted) });
}

/** The token written at a step, white space made visible. */
export function tokenAt(trace: RunTrace, path: PathTrace, step: number): string {
  return visibleToken(trace.pieces.get(path.tokens[step] ?? -1));
}

/** Probability of the token written at a step, at temperature 1, as text. */
export function probabilityAt(path: PathTrace, step: number): string {
  return hasFigures(path) ? formatFixed(Math.exp(path.logprob[step] ?? -Infinity), 2) : '?';
}
