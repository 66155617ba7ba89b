import type { PathStatus } from '../../method/vote-types';
import type { Decision } from '../../run/decision';
import type { Finish, PathTrace, RunTrace } from '../../run/trace';
import { answerText } from '../kit/charts/answer-text';
import type { RowStyle } from '../kit/charts/row-style';
import { endsInLoop } from './loops';

/** 'outside': a branch that has ended and does not vote. 'hidden': what became of the path must not be shown yet. */
type RowStatus = 'running' | PathStatus | 'outside' | 'hidden';

/** What the result says about one path. */
export interface PathRow {
  /** 0-based. */
  readonly path: number;
  readonly status: RowStatus;
  readonly look: RowStyle;
  /** null while the path is being written. */
  readonly finish: Finish | null;
  readonly tokens: number;
  /** Nats, as the gate sees it; null before the first token. */
  readonly stability: number | null;
  /** null outside the survivors. */
  readonly z: number | null;
  readonly weight: number | null;
  readonly group: number | null;
  /** The answer as this path wrote it. */
  readonly answer: string | null;
  readonly loops: boolean;
}

/** One row a path, in the order of the paths, always. */
export function pathRows(trace: RunTrace, decision: Decision): PathRow[] {
  return trace.paths.map((path) => pathRow(path, decision));
}

/**
 * The rows `after`, in which those that have not changed are the objects they were in `before`, and so is the whole list:
 * what shows them has nothing to do then, as while a gate is dragged from one path towards the next.
 */
export function keepRows(before: readonly PathRow[], after: readonly PathRow[]): readonly PathRow[] {
  const kept = after.map((row, i) => {
    const old = before[i];
    return old !== undefined && isSameRow(old, row) ? old : row;
  });
  return kept.length === before.length && kept.every((row, i) => row === before[i]) ? before : kept;
}

/** The row while the verdict is hidden: nothing of it tells what was answered, or who was filtered. */
export function hiddenRow(row: PathRow): PathRow {
  if (row.status === 'running') return row;
  return { ...row, status: 'hidden', look: 'kept', z: null, weight: null, group: null, answer: null };
}

function isSameRow(a: PathRow, b: PathRow): boolean {
  const keys = Object.keys(a) as (keyof PathRow)[];
  return keys.every((key) => a[key] === b[key]);
}

function pathRow(path: PathTrace, decision: Decision): PathRow {
  const vote = decision.vote.paths[path.index];
  const status = path.finish === null ? 'running' : path.votes ? (vote?.status ?? 'no-answer') : 'outside';
  return {
    path: path.index,
    status,
    look: lookOf(status, path),
    finish: path.finish,
    tokens: path.length,
    stability: status === 'running' ? path.stability : (vote?.stability ?? null),
    z: status === 'kept' ? (vote?.z ?? null) : null,
    weight: status === 'kept' ? (vote?.weight ?? null) : null,
    group: decision.groupOfPath[path.index] ?? null,
    answer: decision.answers[path.index] ?? null,
    loops: endsInLoop(path.tokens, path.finish === 'stop' ? path.length - 1 : path.length),
  };
}

function lookOf(status: Exclude<RowStatus, 'hidden'>, path: PathTrace): RowStyle {
  if (status === 'outside') return 'branch';
  return status === 'no-answer' && path.finish === 'length' ? 'truncated' : status;
}

const MOST_DIGITS = 4;

/**
 * Decimals that tell the stabilities of a run apart: two, and more where the paths are all close to nought, or to one
 * another, as those of a small and sure model are. Judged on the middle eight tenths: a stray path must not hide the rest.
 * The paths on both sides of the gate next to it are told apart too, as far as four decimals do.
 */
export function stabilityDigits(rows: readonly PathRow[]): number {
  const stabilities = rows.flatMap((row) => (row.stability === null ? [] : [row.stability])).sort((a, b) => a - b);
  const at = (quantile: number) => stabilities[Math.round(quantile * (stabilities.length - 1))] ?? 1;
  const spread = at(0.9) - at(0.1);
  const scale = Math.min(at(0.5), spread > 0 ? 2 * spread : Infinity);
  const digits = scale >= 0.1 ? 2 : scale >= 0.01 ? 3 : MOST_DIGITS;
  return Math.max(digits, gateDigits(rows));
}

/** Decimals, at most four, by which the least steady survivor and the steadiest filtered path differ; 0: nothing to tell apart. */
function gateDigits(rows: readonly PathRow[]): number {
  const of = (status: RowStatus) => rows.flatMap((row) => (row.status === status ? [row.stability ?? 0] : []));
  const [kept, gated] = [Math.max(...of('kept')), Math.min(...of('gated'))];
  if (!Number.isFinite(kept) || !Number.isFinite(gated)) return 0;
  for (let digits = 2; digits < MOST_DIGITS; digits++) {
    if (kept.toFixed(digits) !== gated.toFixed(digits)) return digits;
  }
  return MOST_DIGITS;
}

/** The representative form of a group's answer, as a sentence shows it. */
export function answerOf(decision: Decision, group: number | null): string {
  return answerText(decision.groups.find((entry) => entry.group === group)?.answer ?? '');
}

/** The steadiest survivor that voted for a group; null when there is none. */
export function steadiestOf(rows: readonly PathRow[], group: number | null): PathRow | null {
  let best: PathRow | null = null;
  for (const row of rows) {
    if (row.status !== 'kept' || row.group !== group || row.stability === null) continue;
    if (best === null || row.stability < (best.stability ?? Infinity)) best = row;
  }
  return best;
}
