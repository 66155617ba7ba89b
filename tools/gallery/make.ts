/**
 * Records the runs of the gallery with our engine and tiny-math, and writes them to public/gallery:
 *
 *   node tools/run-ts.mjs tools/gallery/make.ts [--problems 200] [--seeds 2] [--steps 16]
 *
 * Every run is a real one: held-out problems and seeds are searched for votes that are what a kind's title says, and the
 * clearest is saved. For `learns` an adapter is learned from the votes on one such problem (`learn`, no known answer), and
 * the same seed sampled again with it. About half an hour on a software adapter.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { DEFAULT_MODEL } from '../../src/cli/command';
import { dirSource } from '../../src/cli/dir-source';
import { readJsonLines } from '../../src/cli/json-lines';
import { loadEngine } from '../../src/cli/load-engine';
import { progressLine } from '../../src/cli/progress';
import { numeric, readOptions } from '../../src/cli/usage';
import type { BatchEngine } from '../../src/engine/batch-engine';
import { DEFAULT_VOTE_OPTIONS } from '../../src/method/vote-types';
import { readPeft } from '../../src/model/peft';
import { decideRun } from '../../src/run/decide-run';
import { writeRun } from '../../src/run/formats/run-document';
import type { RunRecord } from '../../src/run/saved-run';
import { DEFAULT_RUN_SETTINGS } from '../../src/run/settings';
import { TraceRecorder } from '../../src/policy/sampling';
import {
  GALLERY_KINDS,
  type GalleryEntry,
  type GalleryIndex,
  type GalleryKind,
} from '../../src/app/gallery/gallery-index';
import { newFacts } from '../../src/app/session/run-keeping';
import { CLARITY, hasLearned, IS_OF_KIND, judge, type Judged, roomToLearn } from './kinds';

const OUT = fileURLToPath(new URL('../../public/gallery/', import.meta.url));
const PROBLEMS = fileURLToPath(new URL('../../public/problems/tiny-math-heldout.jsonl', import.meta.url));
const CLI = fileURLToPath(new URL('../cli.mjs', import.meta.url));

/** Few enough that a file stays below 100 kB and a class can count them. */
const PATHS = 12;
const MOST_BYTES = 100_000;
/** How many problems are tried at most until one is learned. */
const LEARN_TRIES = 8;

const ProblemSchema = v.object({ problem: v.string(), answer: v.string(), family: v.string() });
type Problem = v.InferOutput<typeof ProblemSchema>;

const Options = v.object({
  problems: v.optional(numeric, '200'),
  seeds: v.optional(numeric, '2'),
  steps: v.optional(numeric, '16'),
});

interface Found {
  readonly problem: Problem;
  readonly record: RunRecord;
  readonly judged: Judged;
  readonly clarity: number;
}

const progress = progressLine(process.stderr);

export async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, Options);
  const problems = (await readJsonLines(PROBLEMS, ProblemSchema)).slice(0, options.problems);
  const { engine } = await loadEngine(DEFAULT_MODEL, progress, new AbortController().signal);
  const { best, learnable } = await search(engine, problems, options.seeds);
  const entries: GalleryEntry[] = [];
  await mkdir(OUT, { recursive: true });
  for (const name of await readdir(OUT)) if (name.endsWith('.json')) await rm(join(OUT, name));
  for (const [kind, found] of best) entries.push(await keep(kind, [found]));
  const learned = await searchLearned(engine, learnable, options.steps);
  if (learned !== null) entries.push(await keep('learns', learned));
  const place = ({ kind }: GalleryEntry): number => GALLERY_KINDS.indexOf(kind);
  const index: GalleryIndex = { version: 1, entries: entries.sort((a, b) => place(a) - place(b)) };
  await writeFile(join(OUT, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  return entries.length === GALLERY_KINDS.length ? 0 : 1;
}

/** The clearest run of each kind, each of another family, and runs to learn from, those with the most to gain first. */
async function search(engine: BatchEngine, problems: readonly Problem[], seeds: number) {
  const best = new Map<keyof typeof CLARITY, Found>();
  const learnable: Found[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    for (const [i, problem] of problems.entries()) {
      progress.show(`seed ${seed}, problem ${i + 1} of ${problems.length}: ${[...best.keys()].join(', ')}`);
      const found = await sample(engine, problem, seed, null);
      if (found === null) continue;
      noteBest(best, found);
      learnable.push({ ...found, clarity: roomToLearn(found.judged) });
    }
  }
  const families = [...best.values()].map(({ problem }) => problem.family);
  const others = learnable.filter(({ problem }) => !families.includes(problem.family));
  return { best, learnable: others.sort((a, b) => b.clarity - a.clarity).slice(0, LEARN_TRIES) };
}

function noteBest(best: Map<keyof typeof CLARITY, Found>, found: Found): void {
  for (const kind of Object.keys(CLARITY) as (keyof typeof CLARITY)[]) {
    if (!IS_OF_KIND[kind](found.judged)) continue;
    const clarity = CLARITY[kind](found.judged);
    const isTaken = [...best].some(([other, { problem }]) => other !== kind && problem.family === found.problem.family);
    if (!isTaken && clarity > (best.get(kind)?.clarity ?? 0)) best.set(kind, { ...found, clarity });
  }
}

/** null: nobody was elected, or the file would be too large. */
async function sample(
  engine: BatchEngine,
  problem: Problem,
  seed: number,
  adapter: string | null,
): Promise<Found | null> {
  const settings = { ...DEFAULT_RUN_SETTINGS, paths: PATHS, seed };
  const recorder = new TraceRecorder(PATHS);
  const request = { problem: problem.problem, settings };
  const timing = await engine.sample(request, recorder, new AbortController().signal);
  const { trace } = recorder;
  const { prefillMs, decodeMs, tokensPerSecond } = timing;
  const record: RunRecord = {
    ...newFacts(request, { gold: problem.answer, adapter }, engine.info),
    voteOptions: DEFAULT_VOTE_OPTIONS,
    verdict: null,
    timing: { prefillMs, decodeMs, tokensPerSecond },
    trace,
  };
  const judged = judge(decideRun(trace, DEFAULT_VOTE_OPTIONS), problem.answer);
  const isSmall = JSON.stringify(writeRun(record)).length < MOST_BYTES;
  return judged === null || !isSmall ? null : { problem, record, judged, clarity: 0 };
}

/** The first of these runs whose problem can be learned: before and after. null: none can. */
async function searchLearned(
  engine: BatchEngine,
  candidates: readonly Found[],
  steps: number,
): Promise<Found[] | null> {
  for (const before of candidates) {
    const folder = await mkdtemp(join(tmpdir(), 'gallery-'));
    const { problem, record } = before;
    const argv = ['learn', '--problem', problem.problem, '--steps', String(steps), '--out', folder];
    const { status } = spawnSync(process.execPath, [CLI, ...argv], { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`Learning from “${problem.problem}” failed.`);
    const { weights } = await readPeft(dirSource(folder), engine.files, new AbortController().signal);
    await rm(folder, { recursive: true });
    await engine.setAdapter(weights);
    const after = await sample(engine, problem, record.settings.seed, `grpo-${steps}`);
    await engine.setAdapter(null);
    console.error(`${problem.problem}: ${before.judged.right} right paths, then ${after?.judged.right ?? 0}`);
    if (after !== null && hasLearned(before.judged, after.judged)) return [before, after];
  }
  return null;
}

async function keep(kind: GalleryKind, found: readonly Found[]): Promise<GalleryEntry> {
  const names = found.length === 1 ? [`${kind}.json`] : [`${kind}-before.json`, `${kind}-after.json`];
  for (const [i, { record }] of found.entries()) {
    await writeFile(join(OUT, names[i] ?? ''), `${JSON.stringify(writeRun(record))}\n`);
  }
  const last = found[found.length - 1];
  if (last === undefined) throw new Error(`There is no run for ${kind}.`);
  const { problem, judged } = last;
  return {
    kind,
    family: problem.family,
    problem: problem.problem,
    gold: problem.answer,
    sasc: judged.sasc,
    majority: judged.majority,
    paths: judged.paths,
    runs: names,
  };
}
