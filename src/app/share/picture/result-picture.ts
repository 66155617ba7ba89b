import type { Decision } from '../../../run/decision';
import type { RunRecord } from '../../../run/saved-run';
import { pathRows } from '../../result/path-rows';
import {
  overviewHeight,
  overviewPart,
  PICTURE,
  type PictureTheme,
  VERDICT_HEIGHT,
  verdictPart,
  votesHeight,
  votesPart,
} from './picture-parts';
import { cutText, element, textElement, wrapText } from './svg-text';
import { voteTable } from '../../result/votes/vote-rows';

interface PictureContent {
  readonly record: RunRecord;
  /** On the record's own paths. */
  readonly decision: Decision;
  /** One line below everything: what wrote the run. */
  readonly footer: string;
}

const FONTS = 'Inter, Segoe UI, Helvetica, Arial, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif';
const PROBLEM = { size: 17, pitch: 23, lines: 4 } as const;
const GAP = 18;

/**
 * The result as an SVG document: problem, verdict, every path's course, and the votes. It needs no file beside it, and
 * what models and people wrote is in it as text alone.
 */
export function resultPicture({ record, decision, footer }: PictureContent, theme: PictureTheme): string {
  const { width, margin } = PICTURE;
  const room = width - 2 * margin;
  const rows = pathRows(record.trace, decision);
  const table = voteTable(decision, rows, false);
  const problem = wrapText(record.problem, room, PROBLEM.size, PROBLEM.lines);
  const ink = { 'font-size': PROBLEM.size, fill: theme.color('--ink') };
  const verdictY = margin + problem.length * PROBLEM.pitch;
  const overviewY = verdictY + VERDICT_HEIGHT;
  const votesY = overviewY + overviewHeight(rows) + GAP;
  const footerY = votesY + votesHeight(table) + GAP;
  const height = footerY + margin;
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': FONTS },
    [
      element('rect', { width, height, fill: theme.color('--surface') }),
      ...problem.map((line, i) => textElement(margin, margin + 14 + i * PROBLEM.pitch, line, ink)),
      verdictPart(record, decision, theme, verdictY),
      overviewPart(record, rows, theme, overviewY),
      votesPart(table, theme, votesY),
      textElement(margin, footerY + 8, cutText(footer, room, 11), { 'font-size': 11, fill: theme.color('--ink-3') }),
    ].join(''),
  );
}
