import { alternativesAt } from './alternatives';
import { answerText } from '../../kit/charts/answer-text';
import type { PathRow } from '../path-rows';
import { visibleToken } from '../../kit/charts/token-text';
import { formatCount, formatFixed, formatKnown, NO_FIGURE } from '../../../i18n/format';
import { m } from '../../../paraglide/messages.js';
import type { PathTrace, RunTrace } from '../../../run/trace';
import { numberColumn, type TableData, textColumn } from '../../kit/table-data';
import { lookName } from '../look-name';
import { slipCell } from '../slips';

/** The figures beside the rows of the overview, and what is marked on them. @param digits decimals of s */
export function overviewTable(title: string, rows: readonly PathRow[], trace: RunTrace, digits: number): TableData {
  return {
    title,
    columns: [
      numberColumn(m.overview_head_path()),
      textColumn(m.table_status()),
      numberColumn(m.overview_head_tokens()),
      numberColumn(m.overview_head_stability()),
      numberColumn(m.overview_head_z()),
      numberColumn(m.overview_head_weight()),
      textColumn(m.overview_head_answer()),
      textColumn(m.slip_column()),
    ],
    rows: rows.map((row) => [
      formatCount(row.path + 1),
      row.loops ? `${lookName(row)} · ${m.legend_loops()}` : lookName(row),
      formatCount(row.tokens),
      formatKnown(row.stability, digits),
      formatKnown(row.z, 2),
      formatKnown(row.weight, 2),
      row.answer !== null
        ? answerText(row.answer)
        : row.status === 'hidden'
          ? m.legend_hidden()
          : m.overview_answer_none(),
      slipCell(trace, trace.paths[row.path]),
    ]),
  };
}

/** Every token of a path: what was written, how sure of it, and what else could have been. */
export function pathTable(title: string, trace: RunTrace, path: PathTrace): TableData {
  return {
    title,
    columns: [
      numberColumn(m.table_step()),
      textColumn(m.table_token()),
      numberColumn(m.table_entropy()),
      numberColumn(m.table_probability()),
      textColumn(m.table_likeliest()),
    ],
    rows: Array.from({ length: path.length }, (_, step) => {
      const likeliest = alternativesAt(trace, path, step)[0];
      return [
        formatCount(step + 1),
        visibleToken(trace.pieces.get(path.tokens[step] ?? -1)),
        formatFixed(path.entropy[step] ?? 0, 3),
        formatFixed(Math.exp(path.logprob[step] ?? 0), 3),
        likeliest === undefined ? NO_FIGURE : `${likeliest.text} ${formatFixed(likeliest.probability, 3)}`,
      ];
    }),
  };
}
