import { readFileSync } from 'node:fs';
import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { against } from '../evaluate/against';
import { checkSameEvaluation, type EvaluationHead, type EvaluationLog, logLine, readLog } from '../evaluate/log';
import { preferences } from '../evaluate/preferences';
import type { Problem } from '../evaluate/problem-file';
import { evaluationReport, judged } from '../evaluate/report';
import { sampleProblem, type SampledProblem } from '../evaluate/sampled-problem';
import { seedOf } from '../method/random';
import { readCard } from '../model/card';
import { promptIds } from '../model/prompt';
import { EngineError } from '../policy/types';
import { storedNames } from '../run/setting-schemas';
import { RUN_SETTINGS, type RunSettings, VERDICT_SETTINGS } from '../run/settings';
import { type CommandContext, DEFAULT_MODEL } from './command';
import { dirSource } from './dir-source';
import { type EvaluationDocument, evaluationTable } from './evaluate-document';
import { digestOf, problemsDigest, readProblems } from './problem-files';
import { loadAdapter } from './load-adapter';
import { type AnyEngine, COMMAND_ENGINES, loadAnyEngine, type LoadedEngine } from './load-engine';
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
  json: v.optional(v.boolean(), false),
});
type Options = v.InferOutput<typeof EvaluateOptions>;

const VERSION = v.parse(
  v.object({ version: v.string() }),
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
).version;

/** Failures that say something of the problem, not of the engine: the others are sampled on. */
const PROBLEM_FAULTS = ['empty-problem', 'unknown-characters', 'problem-too-long'];

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
  const log = await sampleAll(problems, settings, options, context);
  const sampled = problems.flatMap(({ id }) => log.sampled.get(id) ?? []);
  const judgedNow = judged(problems, log.sampled);
  const document: EvaluationDocument = {
    ...evaluationReport(judgedNow, sampled, settings.seed),
    ...log.head,
    errors: [...log.failures.values()],
    missing: problems.length - sampled.length - log.failures.size,
    against: earlier === null ? null : against(judged(problems, earlier.sampled), judgedNow, settings.seed),
  };
  if (options.preferences !== undefined) await writePreferences(options.preferences, problems, log, options);
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
async function sampleAll(
  problems: readonly Problem[],
  settings: RunSettings,
  options: Options,
  context: CommandContext,
): Promise<EvaluationLog> {
  const { resume } = options;
  const loaded = await loadAnyEngine(options.model, options.engine, context);
  try {
    const adapter = options.adapter === undefined ? null : await loadAdapter(loaded.engine, options.adapter, context);
    const wanted = headOf(loaded, adapter, problems, settings, options);
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
    await sampleMissing(loaded, problems, settings, options, log, append, context);
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

interface GrowingLog {
  readonly sampled: Map<string, SampledProblem>;
  readonly failures: Map<string, { readonly id: string; readonly error: string }>;
}

async function sampleMissing(
  { engine }: LoadedEngine<AnyEngine>,
  problems: readonly Problem[],
  settings: RunSettings,
  { greedy }: Options,
  log: GrowingLog,
  append: (line: string) => Promise<void>,
  context: CommandContext,
): Promise<void> {
  const missing = problems.filter(({ id }) => !log.sampled.has(id));
  const start = performance.now();
  for (const [done, problem] of missing.entries()) {
    const seed = seedOf(settings.seed, 'evaluate', problem.id);
    const show = (tokens: number): void => {
      const left =
        done === 0 ? '' : `, ${timeText(((performance.now() - start) / done) * (missing.length - done))} left`;
      const place = `problem ${problems.length - missing.length + done + 1} of ${problems.length}`;
      context.progress.show(`${place}${left}, ${tokens} tokens`);
    };
    try {
      const one = await sampleProblem(
        engine,
        problem,
        { ...settings, seed },
        greedy,
        (trace) => show(trace.tokenCount),
        context.signal,
      );
      await append(logLine(one));
      log.sampled.set(one.id, one);
      log.failures.delete(one.id);
    } catch (error) {
      if (context.signal.aborted) return;
      if (!(error instanceof EngineError) || !PROBLEM_FAULTS.includes(error.code)) throw error;
      const failure = { id: problem.id, error: error.message };
      await append(logLine(failure));
      log.failures.set(problem.id, failure);
    }
  }
}

function headOf(
  { engine }: LoadedEngine<AnyEngine>,
  adapter: string | null,
  problems: readonly Problem[],
  settings: RunSettings,
  { greedy }: Options,
): EvaluationHead {
  const { modelId, device, engine: kind } = engine.info;
  return {
    format: 'sasc-lab evaluation',
    version: 1,
    model: modelId,
    adapter,
    quantization: engine.files.config.quantization,
    engine: kind,
    engineVersion: VERSION,
    device,
    prompt: digestOf(promptIds(engine.files, '1')),
    problemSet: problemsDigest(problems),
    withGreedy: greedy,
    settings: storedNames(RUN_SETTINGS, settings),
    startedAt: new Date().toISOString(),
  };
}

async function writePreferences(
  file: string,
  problems: readonly Problem[],
  { sampled }: EvaluationLog,
  options: Options,
): Promise<void> {
  const { rule } = checkedSettings(VERDICT_SETTINGS, options);
  const card = rule === 'auto' && options.adapter === undefined ? await readCard(dirSource(options.model)) : null;
  const lines = problems.flatMap((problem) => {
    const one = sampled.get(problem.id);
    return one === undefined ? [] : preferences(problem, one, rule, card?.overMajority ?? null);
  });
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function timeText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 1 ? `${Math.ceil(ms / 1000)} s` : `${minutes} min`;
}
