import type { EvalSet } from '../../learn/plan';
import type { EvalReport } from '../../learn/types';
import type { LearnHistory } from './learn-history';
import type { ProblemAnswers } from './problem-answers';

/** The same questions with the same seeds, before the first step on them and at the present point. */
export interface Comparison {
  readonly before: EvalReport;
  readonly now: EvalReport;
}

/** null: this set has not been answered again on the way to the present point. */
export function comparisonOf({ points, cursor }: LearnHistory, set: EvalSet): Comparison | null {
  const past = points.slice(0, cursor + 1).flatMap(({ evaluations }) => evaluations.filter((one) => one.set === set));
  const now = past.at(-1);
  const before = past.find(({ key }) => key === now?.key);
  return now === undefined || before === undefined ? null : { before: before.report, now: now.report };
}

/** One answer to a problem, and how many paths gave it. */
export interface ShiftRow {
  /** null: paths without an answer. */
  readonly answer: string | null;
  readonly group: number | null;
  readonly before: number;
  readonly now: number;
}

export interface AnswerShift {
  /** By count before, then now; paths without an answer last. */
  readonly rows: readonly ShiftRow[];
  readonly others: { readonly answers: number; readonly before: number; readonly now: number };
  readonly paths: number;
  /** Paths with the known answer, before and now; null: it is not known. */
  readonly right: { readonly before: number; readonly now: number } | null;
}

const MOST_ROWS = 5;

/** How one problem's answers have moved. */
export function answerShift({ before, now }: Comparison, answers: ProblemAnswers): AnswerShift | null {
  const [first, last] = [before.problems[0], now.problems[0]];
  if (first === undefined || last === undefined) return null;
  const count = (report: typeof first, group: number | null): number =>
    report.answers.filter((answer) => answers.groupOf(answer) === group).length;
  const all = answers.groups
    .map(({ group, answer }): ShiftRow => ({ answer, group, before: count(first, group), now: count(last, group) }))
    .filter((row) => row.before + row.now > 0)
    .sort((a, b) => b.before - a.before || b.now - a.now || (a.group ?? 0) - (b.group ?? 0));
  const none: ShiftRow = { answer: null, group: null, before: count(first, null), now: count(last, null) };
  const rows = all.slice(0, MOST_ROWS);
  const hidden = all.slice(MOST_ROWS);
  const sum = (which: 'before' | 'now'): number => hidden.reduce((total, row) => total + row[which], 0);
  return {
    rows: none.before + none.now > 0 ? [...rows, none] : rows,
    others: { answers: hidden.length, before: sum('before'), now: sum('now') },
    paths: last.answers.length,
    right: first.right === null || last.right === null ? null : { before: hits(first.right), now: hits(last.right) },
  };
}

/** The answer that has gained or lost most paths; null: nothing has moved. */
export function largestMove({ rows }: AnswerShift): ShiftRow | null {
  const moved = rows.filter((row) => row.answer !== null && row.before !== row.now);
  return moved.toSorted((a, b) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before))[0] ?? null;
}

function hits(right: readonly boolean[]): number {
  return right.filter(Boolean).length;
}
