import { formatCount, plural } from '../../../i18n/format';
import { m } from '../../../paraglide/messages.js';
import type { RunTrace } from '../../../run/trace';
import { visibleToken } from '../../kit/charts/token-text';
import type { Branch } from '../branch';
import type { PathRow } from '../path-rows';

/** How many paths there are, and how many of them are shown. @param rows the run's own */
export function overviewTitle(rows: readonly PathRow[], shown: number): string {
  const count = formatCount(rows.length);
  if (shown < rows.length) return m.inspect_shown_of({ shown: formatCount(shown), count });
  return plural(rows.length, { one: m.overview_title_one({ count }), other: m.overview_title_other({ count }) });
}

/** What a row and a cell are; how far a run came that was stopped. @param darkens more entropy is darker */
export function overviewCaption(rows: readonly PathRow[], darkens: boolean): string {
  const finished = rows.filter((row) => row.finish !== 'aborted').length;
  if (finished === rows.length) return darkens ? m.overview_caption_darker() : m.overview_caption_brighter();
  return m.overview_caption_stopped({ finished: formatCount(finished), paths: formatCount(rows.length) });
}

/** Where a branch came from, and what was exchanged there. */
export function branchName({ parent, step, token, parentToken }: Branch, trace: RunTrace): string {
  const written = (id: number) => visibleToken(trace.pieces.get(id));
  const facts = { parent: parent.index + 1, step: formatCount(step + 1), token: written(token) };
  return token === parentToken
    ? m.inspect_branch_of_same(facts)
    : m.inspect_branch_of({ ...facts, instead: written(parentToken) });
}
