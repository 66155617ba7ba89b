import type { Estimate } from '../method/statistics';

/** Rows of cells as text, each column as wide as its widest cell and aligned to the right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')).join('\n');
}

/** A difference of shares with its interval, in percentage points: "+2.0 [+0.6, +3.4]". */
export function pointsText({ value, low, high }: Estimate): string {
  const signed = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`;
  return `${signed(value)} [${signed(low)}, ${signed(high)}]`;
}
