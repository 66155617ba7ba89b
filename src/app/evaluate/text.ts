import { formatCount, formatDuration, formatFixed, formatPoints, joinSentences } from '../../i18n/format';
import { type EvaluationDocument, FEW_PROBLEMS } from '../../evaluate/document';
import type { EvaluationHead } from '../../evaluate/log';
import type { Accuracy } from '../../evaluate/report';
import { m } from '../../paraglide/messages.js';
import type { EvaluateState, ShownProgress } from './evaluate.svelte';
import { BUILT_IN } from './evaluation';

export const setName = (name: string): string => (name === BUILT_IN ? m.evaluate_set_built_in() : name);

/** "92.4" */
export const percentText = (share: number): string => formatFixed(100 * share, 1);

/** "92.4 [90.1, 94.5]" */
export const intervalText = ({ accuracy, ci95: [low, high] }: Accuracy): string =>
  `${percentText(accuracy)} [${percentText(low)}, ${percentText(high)}]`;

/** "+2.2 [0.8, 3.8]" */
export function leadText(difference: number, [low, high]: readonly [number, number]): string {
  return `${formatPoints(difference)} [${percentText(low)}, ${percentText(high)}]`;
}

/** What is being done. */
export function progressText(status: EvaluateState['status'], progress: ShownProgress | null): string {
  if (status === 'waiting') return m.evaluate_waiting();
  if (progress === null) return m.evaluate_starting();
  const place = m.evaluate_at({ place: formatCount(progress.place), total: formatCount(progress.total) });
  const left = progress.remainingMs === null ? [] : [m.evaluate_left({ time: formatDuration(progress.remainingMs) })];
  return joinSentences([place, ...left]);
}

/** What the figures are of. */
export function headText({ model, adapter, device, problems, paths, unjudged, errors }: EvaluationDocument): string {
  const counts = { problems: formatCount(problems), paths: formatCount(paths) };
  return joinSentences([
    adapter === null
      ? m.evaluate_of({ model, device, ...counts })
      : m.evaluate_of_adapter({ model, adapter, device, ...counts }),
    ...(unjudged > 0 ? [m.evaluate_unjudged({ count: formatCount(unjudged) })] : []),
    ...(errors.length > 0 ? [m.evaluate_errors({ count: formatCount(errors.length) })] : []),
    ...(problems > 0 && problems < FEW_PROBLEMS ? [m.evaluate_few({ count: formatCount(FEW_PROBLEMS) })] : []),
  ]);
}

/** Which part of what an evaluation was begun with is another now. */
export function differenceText(difference: keyof EvaluationHead): string {
  switch (difference) {
    case 'model':
    case 'quantization':
    case 'prompt':
      return m.evaluate_other_model();
    case 'adapter':
      return m.evaluate_other_adapter();
    case 'engine':
    case 'device':
      return m.evaluate_other_device();
    default:
      return m.evaluate_other_program();
  }
}
