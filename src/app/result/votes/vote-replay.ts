import { shareOf } from '../../../method/influence';
import { voteReplay } from '../../../method/vote-replay';
import type { VoteOptions, VoteOutcome } from '../../../method/vote-types';
import type { Decision } from '../../../run/decision';
import type { PathRow } from '../path-rows';

/** The vote when `count` paths had finished, `path` the last of them. */
export interface ReplayMoment {
  readonly count: number;
  /** 0-based. */
  readonly path: number;
  /** Group of its answer; null: none. */
  readonly group: number | null;
  readonly outcome: VoteOutcome;
}

/** @param order the paths as they finished */
export function replayMoments(decision: Decision, order: readonly number[], options: VoteOptions): ReplayMoment[] {
  return voteReplay(decision.inputs, order, options).map((outcome, i) => {
    const path = order[i] ?? 0;
    return { count: i + 1, path, group: decision.groupOfPath[path] ?? null, outcome };
  });
}

/** The decision as it was at that moment: who had not finished had no answer. */
export function decisionAt(decision: Decision, moments: readonly ReplayMoment[], count: number): Decision {
  const finished = new Set(moments.slice(0, count).map(({ path }) => path));
  return {
    ...decision,
    groupOfPath: decision.groupOfPath.map((group, path) => (finished.has(path) ? group : null)),
    inputs: decision.inputs.map((input, path) => (finished.has(path) ? input : { ...input, group: null })),
    vote: moments[count - 1]?.outcome ?? decision.vote,
  };
}

/** The rows of the result as they were: paths that had not finished were still being written. */
export function rowsAt(rows: readonly PathRow[], { vote }: Decision, finished: ReadonlySet<number>): PathRow[] {
  return rows.map((row) => {
    const then = vote.paths[row.path];
    if (row.status === 'outside' || then === undefined) return row;
    if (!finished.has(row.path)) {
      return { ...row, status: 'running', look: 'running', z: null, weight: null, group: null, answer: null };
    }
    const look = then.status === 'no-answer' ? row.look : then.status;
    return { ...row, status: then.status, look, stability: then.stability, z: then.z, weight: then.weight };
  });
}

/** One answer's share of the weight after each finished path, from the path with which it first has one. */
export interface ReplayLine {
  readonly group: number;
  readonly points: readonly { readonly count: number; readonly share: number }[];
}

/** Most answers that get a line: those with the largest shares in the end. */
const MOST_LINES = 4;

export function replayLines(moments: readonly ReplayMoment[]): ReplayLine[] {
  const groups = new Set(moments.flatMap(({ outcome }) => outcome.groups.map(({ group }) => group)));
  const lines = [...groups].map((group): ReplayLine & { last: number } => {
    const points = moments
      .map(({ count, outcome }) => ({ count, share: shareOf(outcome.groups, group) }))
      .filter(({ count }) => moments[count - 1]?.outcome.groups.some((tally) => tally.group === group) === true);
    return { group, points, last: points.at(-1)?.share ?? 0 };
  });
  return lines
    .toSorted((a, b) => b.last - a.last || a.group - b.group)
    .slice(0, MOST_LINES)
    .map(({ group, points }) => ({ group, points }))
    .sort((a, b) => a.group - b.group);
}

/** Moves labels apart, downwards, so that neighbours are at least `gap` px from one another; the order stays. */
export function spread<Label extends { readonly y: number }>(labels: readonly Label[], gap: number): Label[] {
  let lowest = -Infinity;
  return labels
    .toSorted((a, b) => a.y - b.y)
    .map((label) => {
      lowest = Math.max(label.y, lowest + gap);
      return { ...label, y: lowest };
    });
}
