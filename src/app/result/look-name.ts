import type { RowStyle } from '../kit/charts/row-style';
import type { PathRow } from './path-rows';
import { m } from '../../paraglide/messages.js';

const NAMES: Record<RowStyle, () => string> = {
  kept: m.legend_kept,
  gated: m.legend_gated,
  'no-answer': m.legend_no_answer,
  truncated: m.legend_truncated,
  running: m.legend_running,
  branch: m.inspect_branch_look,
};

/** A path's state in words. */
export function lookName(row: Pick<PathRow, 'look' | 'finish'> & Partial<Pick<PathRow, 'status'>>): string {
  if (row.status === 'hidden') return m.legend_hidden();
  return row.finish === 'aborted' && row.look === 'no-answer' ? m.legend_stopped() : NAMES[row.look]();
}
