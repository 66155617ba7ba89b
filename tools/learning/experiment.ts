/**
 * Measures whether learning from votes teaches tiny-math anything, by TTRL's protocol, and writes docs/RESULTS.md:
 *
 *   node tools/run-ts.mjs tools/learning/experiment.ts [--runs DIR] [--only RUN] [--limit N]
 *
 * Each run of plan.ts is a process of `learn` that saves its state in DIR/RUN after every step, so that an interrupted
 * experiment resumes where it stopped. Finished runs are recorded in records.jsonl and not run again; --limit 0 runs
 * nothing and writes the document from them. Delete a run's line and folder to repeat it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { DEFAULT_MODEL } from '../../src/cli/command';
import { dirSource } from '../../src/cli/dir-source';
import type { LearnDocument } from '../../src/cli/learn-document';
import { loadRun, saveRun } from '../../src/cli/learn-folder';
import { LearnOptions, learnSettings } from '../../src/cli/learn-options';
import { numeric, readOptions } from '../../src/cli/usage';
import { initialLora } from '../../src/model/initial-lora';
import { freshCheckpoint } from '../../src/learn/fresh-checkpoint';
import { openModel } from '../../src/model/load';
import { HELD_OUT_FILE, type PlannedRun, RUNS, TRAIN_FILE } from './plan';
import { recordOf, RecordSchema, type RunRecord } from './records';
import { resultsText } from './report';

const RECORDS_FILE = fileURLToPath(new URL('records.jsonl', import.meta.url));
const RESULTS_FILE = fileURLToPath(new URL('../../docs/RESULTS.md', import.meta.url));
const CLI = fileURLToPath(new URL('../cli.mjs', import.meta.url));

const Options = v.object({
  runs: v.optional(v.string(), 'node_modules/.cache/learning'),
  only: v.optional(v.string()),
  limit: v.optional(numeric, 'Infinity'),
});

export async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, Options);
  const records = await readRecords();
  const left = RUNS.filter(({ run }) => options.only === undefined || options.only === run).filter(
    ({ run }) => !records.some((record) => record.run === run),
  );
  for (const planned of left.slice(0, options.limit)) {
    await shareFirstEvaluation(planned, options.runs);
    records.push(recordOf(planned, runLearn(planned, join(options.runs, planned.run))));
    await writeRecords(records);
  }
  await writeFile(RESULTS_FILE, resultsText(records));
  return 0;
}

function runLearn({ run, argv }: PlannedRun, folder: string): LearnDocument {
  console.error(`${new Date().toISOString()} ${run}`);
  const files = ['--problems', TRAIN_FILE, '--eval', HELD_OUT_FILE];
  const all = [CLI, 'learn', ...files, ...argv, '--resume', folder, '--json'];
  const { status, stdout } = spawnSync(process.execPath, all, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${run} failed.`);
  return JSON.parse(stdout) as LearnDocument;
}

/**
 * A fresh adapter changes nothing and an evaluation's seeds follow from the run's, so that runs of one seed begin with
 * the same evaluation to the last bit: a new run copies it from one that has it.
 */
async function shareFirstEvaluation({ run, seed, argv }: PlannedRun, folder: string): Promise<void> {
  const target = join(folder, run);
  const sameSeed = RUNS.find((other) => other.seed === seed && existsSync(join(folder, other.run, 'run.json')));
  if (existsSync(join(target, 'run.json')) || sameSeed === undefined) return;
  const { id, config } = await openModel(dirSource(DEFAULT_MODEL));
  const known = await loadRun(join(folder, sameSeed.run), config);
  if (known === null) return;
  const settings = learnSettings(readOptions(argv, LearnOptions), id, null);
  const adapter = initialLora(config, settings.lora, settings.seed);
  await saveRun(target, {
    ...known,
    checkpoint: freshCheckpoint(id, settings, adapter),
    steps: [],
    evaluations: known.evaluations.filter(({ report }) => report.step === 0),
  });
}

async function readRecords(): Promise<RunRecord[]> {
  const text = await readFile(RECORDS_FILE, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => v.parse(RecordSchema, JSON.parse(line)));
}

/** In the plan's order, whatever order they ended in. */
async function writeRecords(records: readonly RunRecord[]): Promise<void> {
  const position = ({ run }: RunRecord): number => RUNS.findIndex((planned) => planned.run === run);
  const sorted = [...records].sort((a, b) => position(a) - position(b));
  await writeFile(RECORDS_FILE, sorted.map((record) => `${JSON.stringify(record)}\n`).join(''));
}
