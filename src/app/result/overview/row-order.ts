import type { PathRow } from '../path-rows';

export type RowOrder = 'sampled' | 'answer' | 'stability' | 'length';

/** Which rows are shown: all, those of one status, or those of one answer group. */
export type RowFilter = 'all' | 'kept' | 'gated' | 'no-answer' | `answer-${number}`;

/** The rows that pass, in this order. By answer: the answer of most paths first, its steadiest path on top. */
export function arrangeRows(rows: readonly PathRow[], order: RowOrder, filter: RowFilter): PathRow[] {
  return rows.filter((row) => passes(row, filter)).sort(comparison(order, rows));
}

function passes(row: PathRow, filter: RowFilter): boolean {
  return filter === 'all' || row.status === filter || `answer-${row.group}` === filter;
}

function comparison(order: RowOrder, rows: readonly PathRow[]): (a: PathRow, b: PathRow) => number {
  const heads = new Map<number | null, number>();
  // Rows without an answer come last.
  for (const { group } of rows) heads.set(group, group === null ? -1 : (heads.get(group) ?? 0) + 1);
  const byStability = (a: PathRow, b: PathRow) => (a.stability ?? Infinity) - (b.stability ?? Infinity);
  const comparisons: Record<RowOrder, (a: PathRow, b: PathRow) => number> = {
    sampled: () => 0,
    stability: byStability,
    length: (a, b) => a.tokens - b.tokens,
    answer: (a, b) =>
      (heads.get(b.group) ?? 0) - (heads.get(a.group) ?? 0) || (a.group ?? 0) - (b.group ?? 0) || byStability(a, b),
  };
  // Infinity − Infinity is no order.
  return (a, b) => comparisons[order](a, b) || a.path - b.path;
}
