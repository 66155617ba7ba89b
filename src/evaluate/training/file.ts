import type { MeasuredRules, RuleChoice } from '../../method/auto-rule';
import type { EvaluationLog } from '../log';
import type { Problem } from '../problem-file';
import type { Columns } from './columns';
import { GROUP_COLUMNS, trainingGroup } from './groups';
import { PREFERENCE_COLUMNS, preferences } from './preferences';

export type TrainingKind = 'preferences' | 'groups';
export type TrainingFormat = 'jsonl' | 'parquet';

/**
 * A file for training elsewhere, of all sampled problems that have a label: pairs of paths, or groups of them.
 * @param choice whose election is the label
 * @param measured rules of the model, for `auto`; null: nothing is measured
 */
export async function trainingFile(
  kind: TrainingKind,
  format: TrainingFormat,
  problems: readonly Problem[],
  sampled: EvaluationLog['sampled'],
  choice: RuleChoice,
  measured: MeasuredRules | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const known = problems.flatMap((problem) => {
    const one = sampled.get(problem.id);
    return one === undefined ? [] : [{ problem, one }];
  });
  if (kind === 'preferences') {
    const rows = known.flatMap(({ problem, one }) => preferences(problem, one, choice, measured));
    return written(rows, PREFERENCE_COLUMNS, format);
  }
  const rows = known.flatMap(({ problem, one }) => trainingGroup(problem, one, choice, measured) ?? []);
  return written(rows, GROUP_COLUMNS, format);
}

async function written<Row extends object>(
  rows: readonly Row[],
  columns: Columns<Row>,
  format: TrainingFormat,
): Promise<Uint8Array<ArrayBuffer>> {
  if (format === 'jsonl') return new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { parquetOf } = await import('./parquet');
  return parquetOf(rows, columns);
}
