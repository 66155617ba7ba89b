import { formatCount, formatFixed, formatKnown, formatPercent } from '../../../i18n/format';
import { m } from '../../../paraglide/messages.js';
import type { Decision } from '../../../run/decision';
import type { RunRecord } from '../../../run/saved-run';
import { openedVerdict } from '../../../run/verdict';
import { answerLook } from '../../kit/charts/answer-look';
import { answerText } from '../../kit/charts/answer-text';
import { decimate } from '../../kit/charts/decimate';
import { answerOf, type PathRow, stabilityDigits } from '../../result/path-rows';
import { entropyCeiling, type Ramp, rampLevel } from '../../kit/charts/ramp';
import { stepExtent } from '../../kit/charts/steps';
import { ruleName } from '../../result/verdict/text';
import { cutText, element, textElement, textWidth } from './svg-text';
import type { VoteTable } from '../../result/votes/vote-rows';

/** What a picture is painted with. */
export interface PictureTheme {
  readonly ramp: Ramp;
  color(name: string): string;
}

/** Lengths in px. */
export const PICTURE = { width: 1000, margin: 28 } as const;
const LEFT = PICTURE.margin;
const RIGHT = PICTURE.width - PICTURE.margin;
const ROW = { pitch: 17, bar: 12, head: 20 } as const;
const BARS = { x: LEFT + 30, width: 700, columns: 350 } as const;
const COLUMNS = { stability: 812, weight: 872, answer: 888 } as const;
const VOTES = { pitch: 22, heads: LEFT + 130, weights: 480, weightsWidth: 360 } as const;

/** Vertical parts of a bar, as fractions of its height. */
const STRIPS = {
  gated: [[0.29, 0.71]],
  'no-answer': [
    [0, 0.34],
    [0.66, 1],
  ],
  other: [[0, 1]],
} as const;

export const VERDICT_HEIGHT = 92;

/** The answer, by the rule that decided, and what the majority says. */
export function verdictPart(record: RunRecord, decision: Decision, theme: PictureTheme, y: number): string {
  const { majority, poolSize } = decision.vote;
  const { rule, group, share } = openedVerdict(record.verdict, decision);
  const quiet = { 'font-size': 13, fill: theme.color('--ink-2') };
  if (group === null || majority === null) return textElement(LEFT, y + 40, m.verdict_none(), quiet);
  const color = theme.color(answerLook(group).colorName);
  const answer = cutText(answerOf(decision, group), 400, 40);
  const weight = share === null ? '' : m.verdict_share({ share: formatPercent(share) });
  const counts = { count: formatCount(majority.count), pool: formatCount(poolSize) };
  const said = answerOf(decision, majority.group);
  const isSame = group === majority.group;
  return [
    textElement(LEFT, y + 18, m.verdict_by({ rule: ruleName(rule) }), quiet),
    shape(LEFT, y + 36, 26, group, color),
    textElement(LEFT + 40, y + 64, answer, { 'font-size': 40, 'font-weight': 650, fill: color }),
    textElement(LEFT + 56 + textWidth(answer, 40), y + 64, weight, { 'font-size': 15, fill: theme.color('--ink') }),
    textElement(RIGHT, y + 40, cutText(said, 260, 22), {
      ...{ 'font-size': 22, 'font-weight': 650, 'text-anchor': 'end' },
      fill: theme.color(answerLook(majority.group).colorName),
    }),
    textElement(RIGHT, y + 62, m.verdict_majority(counts) + (isSame ? '' : ` · ${m.verdict_differ()}`), {
      ...quiet,
      'text-anchor': 'end',
    }),
  ].join('');
}

export function overviewHeight(rows: readonly PathRow[]): number {
  return ROW.head + rows.length * ROW.pitch;
}

/** A row a path: its course as colours, s, weight and answer. */
export function overviewPart(
  { trace, settings }: RunRecord,
  rows: readonly PathRow[],
  theme: PictureTheme,
  y: number,
): string {
  const extent = stepExtent(Math.max(1, ...rows.map(({ tokens }) => tokens)), trace.capacity, false);
  const ceiling = entropyCeiling(settings.entropyK);
  const digits = stabilityDigits(rows);
  const head = { 'font-size': 11, fill: theme.color('--ink-3') };
  const end = { ...head, 'text-anchor': 'end' };
  const heads = [
    textElement(BARS.x, y + 10, m.overview_head_entropy(), head),
    scale(settings.entropyK, theme, y),
    textElement(COLUMNS.stability, y + 10, m.overview_head_stability(), end),
    textElement(COLUMNS.weight, y + 10, m.overview_head_weight(), end),
    textElement(RIGHT, y + 10, m.overview_head_answer(), end),
  ];
  const lines = rows.map((row, i) => {
    const top = y + ROW.head + i * ROW.pitch;
    const entropy = trace.paths[row.path]?.entropy ?? new Float32Array();
    const columns = decimate(entropy, row.tokens, extent, BARS.columns).max;
    const numeral = { ...end, fill: theme.color(row.status === 'kept' ? '--ink' : '--ink-3') };
    const baseline = top + ROW.bar - 2;
    return [
      textElement(LEFT + 20, baseline, String(row.path + 1), numeral),
      bar(columns, row, ceiling, theme, top),
      textElement(COLUMNS.stability, baseline, formatKnown(row.stability, digits), numeral),
      textElement(COLUMNS.weight, baseline, formatKnown(row.weight, 2), numeral),
      chip(row, theme, top - 1),
    ].join('');
  });
  return [...heads, ...lines].join('');
}

/** What the colours mean, at the right end of the bars. */
function scale(entropyK: number, { ramp, color }: PictureTheme, y: number): string {
  const steps = 24;
  const end = m.overview_scale_end({ k: formatCount(entropyK), nats: formatFixed(entropyCeiling(entropyK), 1) });
  const label = { 'font-size': 11, fill: color('--ink-3') };
  const left = BARS.x + BARS.width - 300;
  const cells = Array.from({ length: steps }, (_, i) => {
    const fill = ramp.css[rampLevel(i, steps - 1)] ?? '';
    return element('rect', { x: left + i * 5, y: y + 2, width: 5, height: 8, fill });
  });
  return [
    textElement(left - 8, y + 10, `${m.overview_scale()} 0`, { ...label, 'text-anchor': 'end' }),
    ...cells,
    textElement(left + steps * 5 + 8, y + 10, end, label),
  ].join('');
}

export function votesHeight(table: VoteTable): number {
  return 20 + table.rows.length * VOTES.pitch;
}

/** A row an answer: a square a head, hollow where the gate filtered it, and a bar of its weights. */
export function votesPart(table: VoteTable, theme: PictureTheme, y: number): string {
  const head = { 'font-size': 11, fill: theme.color('--ink-3') };
  const heaviest = Math.max(1e-9, ...table.rows.map(({ weight }) => weight));
  const lines = table.rows.map((row, i) => {
    const top = y + 20 + i * VOTES.pitch;
    const color = theme.color(answerLook(row.group).colorName);
    // Sixty-four heads are as many as there can be.
    const step = Math.min(14, (VOTES.weights - VOTES.heads - 60) / row.heads);
    const squares = row.segments.map(({ weight }, k) =>
      element('rect', {
        ...{ x: VOTES.heads + k * step + 0.5, y: top + 0.5, width: step - 3, height: 11, stroke: color },
        fill: weight === null ? 'none' : color,
      }),
    );
    const width = (row.weight / heaviest) * VOTES.weightsWidth;
    const text = { 'font-size': 12, fill: theme.color('--ink') };
    const name = cutText(answerText(row.answer), VOTES.heads - LEFT - 30, 13);
    return [
      shape(LEFT, top, 12, row.group, color),
      textElement(LEFT + 18, top + 10, name, { ...text, 'font-weight': 650, fill: color }),
      ...squares,
      textElement(VOTES.heads + row.heads * step + 6, top + 10, formatCount(row.heads), text),
      element('rect', { x: VOTES.weights, y: top, width, height: 12, fill: color }),
      textElement(VOTES.weights + width + 8, top + 10, formatFixed(row.weight, 2), text),
    ].join('');
  });
  return [
    textElement(VOTES.heads, y + 10, m.votes_heads(), head),
    textElement(VOTES.weights, y + 10, m.votes_weights(), head),
    ...lines,
  ].join('');
}

/** Neighbouring columns of one colour are one rectangle. Filtered bars are thin, answerless ones split, as on the page. */
function bar(columns: Float32Array, row: PathRow, ceiling: number, { ramp }: PictureTheme, top: number): string {
  const pitch = BARS.width / BARS.columns;
  const strips = STRIPS[row.status === 'gated' || row.status === 'no-answer' ? row.status : 'other'];
  const parts: string[] = [];
  let from = 0;
  for (let x = 1; x <= columns.length; x++) {
    const level = rampLevel(columns[from] ?? 0, ceiling);
    if (x < columns.length && rampLevel(columns[x] ?? 0, ceiling) === level) continue;
    for (const [a, b] of strips) {
      const [left, width] = [BARS.x + from * pitch, (x - from) * pitch];
      const [y, height] = [top + a * ROW.bar, (b - a) * ROW.bar];
      parts.push(element('rect', { x: left, y, width, height, fill: ramp.css[level] ?? '' }));
    }
    from = x;
  }
  return parts.join('');
}

/** Filled: the path was kept. */
function chip({ answer, group, status }: PathRow, theme: PictureTheme, top: number): string {
  const box = { x: COLUMNS.answer, y: top, width: RIGHT - COLUMNS.answer, height: ROW.pitch - 3, rx: 3 };
  const middle = { 'font-size': 11, 'text-anchor': 'middle' };
  const [x, y] = [box.x + box.width / 2, top + 10.5];
  if (answer === null || group === null) {
    const color = theme.color('--ans-none');
    const frame = element('rect', { ...box, fill: 'none', stroke: color, 'stroke-dasharray': '2 2' });
    return frame + textElement(x, y, m.overview_answer_none(), { ...middle, fill: color });
  }
  const color = theme.color(answerLook(group).colorName);
  const kept = status === 'kept';
  const frame = element('rect', { ...box, fill: kept ? color : 'none', stroke: color });
  const text = cutText(answerText(answer), box.width - 22, 11);
  const fill = kept ? theme.color('--on-ans') : color;
  return frame + shape(box.x + 4, top + 3, 8, group, fill) + textElement(x + 5, y, text, { ...middle, fill });
}

function shape(x: number, y: number, size: number, group: number, fill: string): string {
  return element('path', { d: answerLook(group).shape, transform: `translate(${x} ${y}) scale(${size / 10})`, fill });
}
