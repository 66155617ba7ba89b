import { groupAnswers } from '../../answers/group';
import { formatCount, formatFixed } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import type { LearnHistory, LearnPoint } from './learn-history';

export function pointName({ origin }: LearnHistory, { step }: LearnPoint): string {
  if (step > 0) return m.adapter_point_step({ step: formatCount(step) });
  return origin === null ? m.adapter_point_start() : m.adapter_point_imported({ name: origin });
}

/** How the set that is learned from was answered at a point, in a few characters; '' where it was not. */
export function pointFigure({ evaluations }: LearnPoint): string {
  const report = evaluations.findLast(({ set }) => set === 'train')?.report;
  if (report === undefined) return '';
  const [only, ...others] = report.problems;
  if (only === undefined) return '';
  if (others.length > 0)
    return report.pass1 === null ? '' : m.adapter_percent({ value: formatFixed(100 * report.pass1, 1) });
  const paths = formatCount(only.answers.length);
  if (only.right !== null) return m.adapter_right({ count: formatCount(only.right.filter(Boolean).length), paths });
  const { groupOfPath } = groupAnswers(only.answers);
  const sizes = groupOfPath.map((group) => (group === null ? 0 : groupOfPath.filter((one) => one === group).length));
  return m.adapter_agree({ count: formatCount(Math.max(0, ...sizes)), paths });
}
