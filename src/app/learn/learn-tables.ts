import type { AnswerShift } from './answer-shift';
import { answerText } from '../kit/charts/answer-text';
import type { Curve } from './learn-curves';
import { formatCount, NO_FIGURE } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import { numberColumn, type TableData, textColumn } from '../kit/table-data';
import { curveFormat, curveTitle, lineName } from './text';

/** A row a step, a column a line of any curve. */
export function curvesTable(title: string, curves: readonly Curve[]): TableData {
  const lines = curves.flatMap((curve) => curve.lines.map((line) => ({ curve, line })));
  const steps = [...new Set(lines.flatMap(({ line }) => line.points.map(({ step }) => step)))].sort((a, b) => a - b);
  const name = ({ curve, line }: (typeof lines)[number]) =>
    curve.lines.length === 1 ? curveTitle(curve.id) : `${curveTitle(curve.id)}: ${lineName(line.id)}`;
  return {
    title,
    columns: [numberColumn(m.table_step()), ...lines.map((line) => numberColumn(name(line)))],
    rows: steps.map((step) => [
      formatCount(step),
      ...lines.map(({ curve, line }) => {
        const point = line.points.find((one) => one.step === step);
        return point === undefined || !Number.isFinite(point.value) ? NO_FIGURE : curveFormat(curve, point.value);
      }),
    ]),
  };
}

/** How many paths gave each answer, before and now. */
export function shiftTable(title: string, { rows }: AnswerShift): TableData {
  return {
    title,
    columns: [textColumn(m.overview_head_answer()), numberColumn(m.shift_before()), numberColumn(m.shift_now())],
    rows: rows.map(({ answer, before, now }) => [
      answer === null ? m.overview_answer_none() : answerText(answer),
      formatCount(before),
      formatCount(now),
    ]),
  };
}
