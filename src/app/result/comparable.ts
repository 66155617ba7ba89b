import { steadiestOf, type PathRow } from './path-rows';
import type { Branch } from './branch';

/**
 * The path that one is first read beside: a branch beside what it came from; any other beside the steadiest path of the
 * elected answer, or else of another answer than its own, or else the next one. null: it is the only one.
 */
export function firstComparison(
  path: number,
  rows: readonly PathRow[],
  elected: number | null,
  branches: readonly Branch[],
): number | null {
  const branch = branches.find((candidate) => candidate.path.index === path);
  if (branch !== undefined) return branch.parent.index;
  const own = rows[path]?.group ?? null;
  const others = rows.filter((row) => row.path !== path);
  const steadiest = steadiestOf(others, elected);
  const different = others.find((row) => row.status === 'kept' && row.group !== own);
  return (steadiest ?? different ?? others.find((row) => row.tokens > 0))?.path ?? null;
}
