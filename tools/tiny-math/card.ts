/**
 * Measures the embedded model through this project's own engine on the held-out problems and writes its model card:
 *
 *   node tools/run-ts.mjs tools/tiny-math/card.ts [--limit N] [--paths 16] [--resume FILE] [--out DIR]
 *
 * Every sampled problem is appended to the resume file at once, so that an interrupted measurement goes on where it
 * stopped; lines of other weights or settings are ignored. Writes MODEL_CARD.md and card.json (`Card`) into --out.
 */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { areEquivalent } from '../../src/answers/equivalence';
import { groupAnswers } from '../../src/answers/group';
import { DEFAULT_MODEL } from '../../src/cli/command';
import { dirSource } from '../../src/cli/dir-source';
import { loadEngine, type LoadedEngine } from '../../src/cli/load-engine';
import { progressLine } from '../../src/cli/progress';
import { numeric, readOptions } from '../../src/cli/usage';
import { type JudgedProblem, problemSetFigures } from '../../src/method/problem-set';
import { MANIFEST_FILE, parseManifest } from '../../src/model/tensors';
import { decideRun } from '../../src/run/decide-run';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '../../src/run/settings';
import { TraceRecorder } from '../../src/policy/sampling';
import { type Card, cardText } from './card-text';

const PROBLEMS_FILE = new URL('../../public/problems/tiny-math-heldout.jsonl', import.meta.url);

const Options = v.object({
  limit: v.optional(numeric, 'Infinity'),
  paths: v.optional(numeric, '16'),
  resume: v.optional(v.string(), 'node_modules/.cache/tiny-math-card.jsonl'),
  out: v.optional(v.string(), DEFAULT_MODEL),
});

const ProblemSchema = v.object({ id: v.string(), problem: v.string(), answer: v.string(), family: v.string() });
type Problem = v.InferOutput<typeof ProblemSchema>;

const SampledSchema = v.object({
  /** Weights and settings that were sampled. */
  key: v.string(),
  id: v.string(),
  paths: v.array(v.object({ answer: v.nullable(v.string()), stability: v.nullable(v.number()), tokens: v.number() })),
});
type Sampled = v.InferOutput<typeof SampledSchema>;

export async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, Options);
  const problems = jsonLines(ProblemSchema, await readFile(PROBLEMS_FILE, 'utf8')).slice(0, options.limit);
  const settings = { ...DEFAULT_RUN_SETTINGS, paths: options.paths };
  const loaded = await loadEngine(DEFAULT_MODEL, progressLine(process.stderr), new AbortController().signal);
  try {
    const sampled = await sampleAll(loaded, problems, settings, options.resume);
    const card = cardOf(loaded, problems, sampled, settings);
    await writeFile(join(options.out, 'card.json'), `${JSON.stringify(card, null, 1)}\n`);
    await writeFile(join(options.out, 'MODEL_CARD.md'), cardText(card));
  } finally {
    await loaded.close();
  }
  return 0;
}

/** Samples what the resume file lacks; resolves with one entry a problem, in their order. */
async function sampleAll(loaded: LoadedEngine, problems: readonly Problem[], settings: RunSettings, resume: string) {
  const key = `${await weightsOf()} ${JSON.stringify({ ...settings, seed: 'index + 1' })}`;
  await mkdir(dirname(resume), { recursive: true });
  const known = jsonLines(SampledSchema, await readFile(resume, 'utf8').catch(() => '')).filter(
    (one) => one.key === key,
  );
  const byId = new Map(known.map((one) => [one.id, one]));
  const result: Sampled[] = [];
  for (const [index, problem] of problems.entries()) {
    let sampled = byId.get(problem.id);
    if (sampled === undefined) {
      const paths = await samplePaths(loaded, problem, { ...settings, seed: index + 1 });
      sampled = { key, id: problem.id, paths };
      await appendFile(resume, `${JSON.stringify(sampled)}\n`);
      console.error(`${index + 1} of ${problems.length}: ${problem.id}`);
    }
    result.push(sampled);
  }
  return result;
}

async function samplePaths({ engine }: LoadedEngine, { problem }: Problem, settings: RunSettings) {
  const recorder = new TraceRecorder(settings.paths);
  await engine.sample({ problem, settings }, recorder, new AbortController().signal);
  const { trace } = recorder;
  const { answers } = decideRun(trace);
  return trace.paths.map(({ stability, length }, i) => ({ answer: answers[i] ?? null, stability, tokens: length }));
}

function cardOf(
  { engine }: LoadedEngine,
  problems: readonly Problem[],
  sampled: readonly Sampled[],
  settings: RunSettings,
): Card {
  const judged = problems.map((problem, i) => ({
    family: problem.family,
    paths: judge(problem, sampled[i]?.paths ?? []),
  }));
  const figuresOf = (rows: typeof judged) => problemSetFigures(rows.map(({ paths }) => paths));
  const families = [...new Set(judged.map(({ family }) => family))];
  const { temperature, entropyK: topK, maxTokens } = settings;
  return {
    model: engine.info.modelId,
    parameters: engine.info.parameterCount,
    device: engine.info.device,
    settings: { temperature, topK, maxTokens },
    all: figuresOf(judged),
    families: Object.fromEntries(
      families.map((family) => [family, figuresOf(judged.filter((row) => row.family === family))]),
    ),
  };
}

function judge({ answer: gold }: Problem, paths: Sampled['paths']): JudgedProblem {
  const { groupOfPath } = groupAnswers(paths.map(({ answer }) => answer));
  return paths.map(({ answer, stability, tokens }, i) => ({
    group: groupOfPath[i] ?? null,
    stability,
    tokens,
    correct: answer !== null && areEquivalent(answer, gold),
  }));
}

async function weightsOf(): Promise<string> {
  const manifest = parseManifest(await dirSource(DEFAULT_MODEL).read(MANIFEST_FILE));
  return manifest.records.map(({ md5sum }) => md5sum).join();
}

function jsonLines<Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => v.parse(schema, JSON.parse(line)));
}
