import * as v from 'valibot';
import { readRun, writeRun } from '../../run/formats/run-document';
import type { RunRecord } from '../../run/saved-run';
import type { HistoryEntry } from './history-entry';

/** A run in a history file, with what the history knows of it beside. */
export interface FiledRun extends Pick<HistoryEntry, 'name' | 'pinned'> {
  readonly record: RunRecord;
  readonly state: 'done' | 'stopped';
}

const FORMAT = 'sasc-lab.history';

const FileSchema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(1),
  runs: v.array(v.unknown()),
});
/** A damaged name or pin falls back: it must not cost the run. */
const FiledSchema = v.object({
  name: v.fallback(v.nullable(v.string()), null),
  pinned: v.fallback(v.boolean(), false),
  state: v.fallback(v.picklist(['done', 'stopped']), 'stopped'),
  run: v.unknown(),
});
const TitleSchema = v.object({
  name: v.fallback(v.nullable(v.string()), null),
  run: v.fallback(v.object({ problem: v.fallback(v.string(), '') }), { problem: '' }),
});

/** The file is not a history at all; single damaged runs are no such error. */
export class HistoryFileError extends Error {
  override readonly name = 'HistoryFileError';
}

/** The file's text in parts: as one string, 200 large runs would be longer than a string can be. */
export function historyFileParts(runs: readonly FiledRun[], exportedAt = new Date()): string[] {
  const head = `{"format":"${FORMAT}","version":1,"exportedAt":"${exportedAt.toISOString()}","runs":[`;
  const body = runs.flatMap(({ record, name, pinned, state }, i) => [
    i === 0 ? '\n' : ',\n',
    JSON.stringify({ name, pinned, state, run: writeRun(record) }),
  ]);
  return [head, ...body, '\n]}\n'];
}

/**
 * Reads what `historyFileParts` wrote, or the file of a single run. Runs that cannot be read are left out and named.
 * @throws HistoryFileError where it is neither
 */
export function readHistoryFile(text: string): {
  readonly runs: readonly FiledRun[];
  readonly damaged: readonly string[];
} {
  const value = parsed(text);
  const file = v.safeParse(FileSchema, value);
  const filed = file.success ? file.output.runs : [singleRun(value, v.summarize(file.issues ?? []))];
  const runs: FiledRun[] = [];
  const damaged: string[] = [];
  filed.forEach((one, i) => {
    const run = readFiled(one);
    if (run === null) damaged.push(titleOf(one, i));
    else runs.push(run);
  });
  return { runs, damaged };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HistoryFileError('It is not JSON.');
  }
}

function singleRun(value: unknown, problem: string): unknown {
  const run = v.safeParse(v.object({ format: v.literal('sasc-lab.run') }), value);
  if (!run.success) throw new HistoryFileError(problem);
  return { state: 'done', run: value };
}

function readFiled(value: unknown): FiledRun | null {
  const filed = v.safeParse(FiledSchema, value);
  if (!filed.success) return null;
  const { run, ...known } = filed.output;
  try {
    const record = readRun(run);
    record.trace.abortRunning();
    return { ...known, record };
  } catch {
    return null;
  }
}

/** Its name or problem as far as they can be read, and its place in the file. */
function titleOf(value: unknown, place: number): string {
  const title = v.safeParse(TitleSchema, value);
  const words = title.success ? (title.output.name ?? title.output.run.problem) : '';
  return words === '' ? `${place + 1}` : `${place + 1}: ${words}`;
}
