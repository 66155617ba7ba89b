import { answerOf, type PathRow } from '../path-rows';
import { answerText } from '../../kit/charts/answer-text';
import type { ReplayMoment } from './vote-replay';
import { formatCount, formatFixed, formatKnown, NO_FIGURE } from '../../../i18n/format';
import type { PathInfluence } from '../../../method/influence';
import { m } from '../../../paraglide/messages.js';
import type { Decision } from '../../../run/decision';
import { numberColumn, type TableData, textColumn } from '../../kit/table-data';
import { percent } from '../text';
import { lookName } from '../look-name';
import { isLessBetter } from '../../../method/signals';
import { type ShownSignal, signalOfRow } from '../signals';
import { signalFigure, signalName, signalTitle } from '../strip/signal-text';
import type { RunTrace } from '../../../run/trace';

/** Stability and weight of every path with an answer, the steadiest first. @param digits decimals of s */
export function stripTable(rows: readonly PathRow[], digits: number): TableData {
  const pool = rows.filter((row) => row.group !== null && row.stability !== null && row.status !== 'running');
  return {
    title: m.strip_title(),
    columns: [
      numberColumn(m.overview_head_path()),
      numberColumn(m.overview_head_stability()),
      numberColumn(m.overview_head_z()),
      numberColumn(m.overview_head_weight()),
      textColumn(m.overview_head_answer()),
      textColumn(m.table_status()),
    ],
    rows: pool
      .toSorted((a, b) => (a.stability ?? 0) - (b.stability ?? 0))
      .map((row) => [
        formatCount(row.path + 1),
        formatKnown(row.stability, digits),
        formatKnown(row.z, 2),
        formatKnown(row.weight, 2),
        answerText(row.answer ?? ''),
        lookName(row),
      ]),
  };
}

/** What every path does to the vote. @param influences [] while the run goes on */
export function votesTable(
  rows: readonly PathRow[],
  influences: readonly PathInfluence[],
  decision: Decision,
  digits: number,
): TableData {
  const share = decision.vote.sasc?.share ?? 0;
  return {
    title: m.votes_title(),
    columns: [
      numberColumn(m.overview_head_path()),
      textColumn(m.overview_head_answer()),
      numberColumn(m.overview_head_stability()),
      numberColumn(m.overview_head_weight()),
      numberColumn(m.influence_weight_share()),
      textColumn(m.influence_without()),
      numberColumn(m.influence_change()),
      textColumn(m.influence_decides()),
    ],
    rows: rows.map((row) => {
      const influence = influences[row.path];
      const votes = influence !== undefined && row.group !== null;
      return [
        formatCount(row.path + 1),
        row.answer === null ? m.overview_answer_none() : answerText(row.answer),
        formatKnown(row.stability, digits),
        formatKnown(row.weight, 2),
        votes ? percent(influence.weightShare) : NO_FIGURE,
        votes && influence.electedWithout !== null ? answerOf(decision, influence.electedWithout) : NO_FIGURE,
        votes ? formatFixed(share + influence.shareChange, 2) : NO_FIGURE,
        votes && influence.pivotal ? m.influence_decides() : '',
      ];
    }),
  };
}

/** The paths of the pool by a signal that has no gate, the best first. */
export function signalTable(
  rows: readonly PathRow[],
  { paths }: RunTrace,
  signal: Exclude<ShownSignal, 'stability'>,
): TableData {
  const pool = rows.flatMap((row) => {
    const path = paths[row.path];
    const figure = row.group === null || path === undefined ? null : signalOfRow(signal, row, path);
    return figure === null ? [] : [{ row, figure }];
  });
  const sign = isLessBetter(signal) ? 1 : -1;
  return {
    title: signalTitle(signal),
    columns: [
      numberColumn(m.overview_head_path()),
      numberColumn(signalName(signal)),
      textColumn(m.overview_head_answer()),
      textColumn(m.table_status()),
    ],
    rows: pool
      .toSorted((a, b) => sign * (a.figure - b.figure))
      .map(({ row, figure }) => [
        formatCount(row.path + 1),
        signalFigure(signal, figure),
        answerText(row.answer ?? ''),
        lookName(row),
      ]),
  };
}

/** The vote after each finished path. */
export function replayTable(moments: readonly ReplayMoment[], answerOfGroup: (group: number) => string): TableData {
  return {
    title: m.replay_title(),
    columns: [
      numberColumn(m.replay_axis_paths()),
      numberColumn(m.overview_head_path()),
      textColumn(m.overview_head_answer()),
      textColumn(m.replay_elected()),
      numberColumn(m.replay_axis_share()),
    ],
    rows: moments.map(({ count, path, group, outcome }) => [
      formatCount(count),
      formatCount(path + 1),
      group === null ? m.overview_answer_none() : answerOfGroup(group),
      outcome.sasc === null ? NO_FIGURE : answerOfGroup(outcome.sasc.group),
      formatKnown(outcome.sasc?.share ?? null, 2),
    ]),
  };
}
