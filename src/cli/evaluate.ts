import { readFileSync } from 'node:fs';
import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { evaluationFigures } from '../evaluate/document';
import { evaluationHead, type EvaluationTask } from '../evaluate/head';
import { checkSameEvaluation, type EvaluationLog, logLine, readLog } from '../evaluate/log';
import type { Problem } from '../evaluate/problem-file';
import { type EvaluationProgress, sampleMissing } from '../evaluate/sampling';
import { trainingFile, type TrainingKind } from '../evaluate/training/file';
import { readCard } from '../model/card';
import { RUN_SETTINGS, VERDICT_SETTINGS } from '../run/settings';
import { type CommandContext, DEFAULT_MODEL } from './command';
import { dirSource } from './dir-source';
import { evaluationTable } from './evaluate-document';
import { readProblems } from './problem-files';
import { loadAdapter } from './load-adapter';
import { COMMAND_ENGINES, loadAnyEngine } from './load-engine';
import { aliasesOf, checkedSettings, settingOptions } from './setting-options';
import { numeric, readOptions, UsageError } from './usage';

const EvaluateOptions = v.object({
  problems: v.string(),
  model: v.optional(v.string(), DEFAULT_MODEL),
  adapter: v.optional(v.string()),
  engine: v.optional(v.picklist(COMMAND_ENGINES)),
  ...settingOptions(RUN_SETTINGS),
  ...settingOptions(VERDICT_SETTINGS),
  limit: v.optional(v.pipe(numeric, v.integer(), v.minValue(1))),
  greedy: v.optional(v.boolean(), false),
  resume: v.optional(v.string()),
  against: v.optional(v.string()),
  preferences: v.optional(v.string()),
  groups: v.optional(v.string()),
  json: v.optional(v.boolean(), false),
});
type Options = v.InferOutput<typeof EvaluateOptions>;

const VERSION = v.parse(
  v.object({ version: v.string() }),
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
).version;

/**
 * `evaluate`: N paths of every problem of a set, and what each rule makes of them. What was sampled is in a log as soon as it
 * is there; the same call goes on where it was interrupted. An interrupted one prints what it has, and fails.
 */
export async function evaluate(argv: readonly string[], context: CommandContext): Promise<number> {
  const options = readOptions(argv, EvaluateOptions, aliasesOf(RUN_SETTINGS));
  const settings = checkedSettings(RUN_SETTINGS, options);
  const problems = (await readProblems(options.problems)).slice(0, options.limit ?? Infinity);
  if (options.against === options.resume && options.against !== undefined) {
    throw new UsageError('--against should be another log than --resume.');
  }
  const earlier = options.against === undefined ? null : await openLog(options.against);
  if (options.against !== undefined && earlier === null)
    throw new Error(`${options.against} is no log of an evaluation.`);
  const log = await sampleAll({ problems, settings, withGreedy: options.greedy }, options, context);
  const { document } = evaluationFigures(problems, log, earlier?.sampled ?? null, settings.seed);
  for (const kind of ['preferences', 'groups'] as const) {
    const file = options[kind];
    if (file !== undefined) await writeTraining(kind, file, problems, log, options);
  }
  context.print(options.json ? JSON.stringify(document) : evaluationTable(document));
  if (!context.signal.aborted) return log.failures.size === 0 ? 0 : 1;
  context.printError('Stopped on request: what was sampled is kept.');
  return 1;
}

async function openLog(file: string): Promise<EvaluationLog | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new Error(`${file} cannot be read: ${error.message}`);
  });
  return readLog(text, file);
}

/** Samples what the log lacks; without --resume there is no file. */
async function sampleAll(task: EvaluationTask, options: Options, context: CommandContext): Promise<EvaluationLog> {
  const { resume } = options;
  const loaded = await loadAnyEngine(options.model, options.engine, context);
  try {
    const adapter = options.adapter === undefined ? null : await loadAdapter(loaded.engine, options.adapter, context);
    const wanted = evaluationHead(task, loaded.engine.info, adapter, VERSION);
    const known = resume === undefined ? null : await openLog(resume);
    if (known !== null) checkSameEvaluation(known.head, wanted, resume ?? '');
    const log = {
      head: known?.head ?? wanted,
      sampled: new Map(known?.sampled),
      failures: new Map(known?.failures),
      bytes: known?.bytes ?? 0,
    };
    const append = await appender(resume, known);
    if (known === null) await append(logLine(wanted));
    const onProgress = progressShower(context);
    await sampleMissing(task, log, { policy: loaded.engine, append, onProgress, signal: context.signal });
    return log;
  } finally {
    context.progress.clear();
    await loaded.close();
  }
}

/** Each line is on the disk when its call has resolved. A line that was cut is written over. */
async function appender(
  file: string | undefined,
  known: EvaluationLog | null,
): Promise<(line: string) => Promise<void>> {
  if (file === undefined) return async () => undefined;
  if (known === null) await writeFile(file, '');
  else await truncate(file, known.bytes);
  return async (line) => {
    const handle = await open(file, 'a');
    try {
      await handle.writeFile(line);
      await handle.sync();
    } finally {
      await handle.close();
    }
  };
}

async function writeTraining(
  kind: TrainingKind,
  file: string,
  problems: readonly Problem[],
  { sampled }: EvaluationLog,
  options: Options,
): Promise<void> {
  const { rule } = checkedSettings(VERDICT_SETTINGS, options);
  const card = rule === 'auto' && options.adapter === undefined ? await readCard(dirSource(options.model)) : null;
  const format = file.endsWith('.parquet') ? 'parquet' : 'jsonl';
  await writeFile(file, await trainingFile(kind, format, problems, sampled, rule, card?.overMajority ?? null));
}

function progressShower({ progress }: CommandContext): (now: EvaluationProgress) => void {
  const start = performance.now();
  return ({ done, missing, place, total, tokens }) => {
    const left = done === 0 ? '' : `, ${timeText(((performance.now() - start) / done) * (missing - done))} left`;
    progress.show(`problem ${place} of ${total}${left}, ${tokens} tokens`);
  };
}

function timeText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 1 ? `${Math.ceil(ms / 1000)} s` : `${minutes} min`;
}
