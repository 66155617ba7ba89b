import { formatCount, plural } from '../../../i18n/format';
import { m } from '../../../paraglide/messages.js';
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
