import type { Decision } from '../../../run/decision';
import { answerText } from '../../kit/charts/answer-text';
import type { PathRow } from '../path-rows';

/** Most answers that get a row of their own; further ones share a line that counts them. */
const MOST_ROWS = 4;

/** One path's part of an answer's row. */
export interface VoteSegment {
  /** 0-based. */
  readonly path: number;
  /** null: filtered by the gate. */
  readonly weight: number | null;
}

interface VoteRow {
  readonly group: number;
  readonly answer: string;
  /** The forms in which it was written, as the eye tells them apart; more than one where they were merged. */
  readonly forms: readonly string[];
  readonly heads: number;
  readonly keptHeads: number;
  /** Sum of weights. */
  readonly weight: number;
  /** The paths behind it, the heaviest first, the filtered ones last. */
  readonly segments: readonly VoteSegment[];
  readonly isMajority: boolean;
  readonly isElected: boolean;
}

export interface VoteTable {
  readonly rows: readonly VoteRow[];
  /** Answers without a row of their own, and the heads and weights behind them. */
  readonly others: { readonly answers: number; readonly heads: number; readonly weight: number };
  /** Finished paths without an answer. */
  readonly withoutAnswer: readonly VoteSegment[];
}

/**
 * The answers with most heads (both winners always among them). While the run goes on they stand in order of first
 * sight, so that no row jumps; afterwards by heads.
 */
export function voteTable(decision: Decision, rows: readonly PathRow[], running: boolean): VoteTable {
  const { majority, sasc } = decision.vote;
  const all = decision.vote.groups.map((tally): VoteRow => {
    const members = rows.filter(
      (row) => row.group === tally.group && row.stability !== null && row.status !== 'running',
    );
    const entry = decision.groups.find(({ group }) => group === tally.group);
    return {
      ...tally,
      answer: entry?.answer ?? '',
      forms: [...new Set(entry?.forms.map(answerText))],
      segments: members
        .map(({ path, weight }): VoteSegment => ({ path, weight }))
        .sort((a, b) => (b.weight ?? -1) - (a.weight ?? -1) || a.path - b.path),
      isMajority: majority?.group === tally.group,
      isElected: sasc?.group === tally.group,
    };
  });
  const importance = (row: VoteRow) => (row.isMajority || row.isElected ? 1 : 0);
  const ranked = all.toSorted((a, b) => b.heads - a.heads || b.weight - a.weight || a.group - b.group);
  const shown = ranked.toSorted((a, b) => importance(b) - importance(a)).slice(0, MOST_ROWS);
  const hidden = all.filter((row) => !shown.includes(row));
  return {
    rows: running ? shown.toSorted((a, b) => a.group - b.group) : ranked.filter((row) => shown.includes(row)),
    others: {
      answers: hidden.length,
      heads: hidden.reduce((sum, row) => sum + row.heads, 0),
      weight: hidden.reduce((sum, row) => sum + row.weight, 0),
    },
    withoutAnswer: rows.filter(({ status }) => status === 'no-answer').map(({ path }) => ({ path, weight: null })),
  };
}
