/**
 * Samples paths of the embedded model through this project's own engine and keeps every token's figures:
 *
 *   node tools/run-ts.mjs tools/tiny-math/record.ts --set held-out --temperature 1 --seed 1 [--paths 16] [--limit N] [--engine batch|cpu] --out FILE
 *
 * Each problem is appended to FILE at once, and problems that are in it are skipped, so that an interrupted recording
 * goes on where it stopped. FILE is large (10 MB for 500 problems × 16 paths); pack.ts makes the small record of it.
 * A temperature of 0.001 with one path is the greedy path: the likeliest token is drawn at every step.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { DEFAULT_MODEL } from '../../src/cli/command';
import { type AnyEngine, COMMAND_ENGINES, loadAnyEngine, type LoadedEngine } from '../../src/cli/load-engine';
import { progressLine } from '../../src/cli/progress';
import { numeric, readOptions } from '../../src/cli/usage';
import { TraceRecorder } from '../../src/policy/sampling';
import { decideRun } from '../../src/run/decide-run';
import { toBase64 } from '../../src/run/formats/base64';
import { likeliestLogprobs } from '../../src/run/rule-paths';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '../../src/run/settings';
import type { PathTrace } from '../../src/run/trace';
import { type Problem, PROBLEM_SETS, readProblems, readRaw } from './raw-paths';

const Options = v.object({
  set: v.picklist(PROBLEM_SETS),
  temperature: v.optional(numeric, '1'),
  seed: v.optional(numeric, '1'),
  paths: v.optional(numeric, '16'),
  limit: v.optional(numeric, 'Infinity'),
  engine: v.optional(v.picklist(COMMAND_ENGINES)),
  out: v.string(),
});

/** Problems of one seed take seeds that no other seed takes. Seed 1 gives those of the model card, 1, 2, 3 … */
const SEEDS_APART = 100_000;

export async function main(argv: readonly string[]): Promise<number> {
  const { set, temperature, seed, paths, limit, engine, out } = readOptions(argv, Options);
  const problems = (await readProblems(set)).slice(0, limit);
  await mkdir(dirname(out), { recursive: true });
  const known = new Set((await readRaw(out)).map(({ id }) => id));
  const loaded = await loadAnyEngine(DEFAULT_MODEL, engine, {
    progress: progressLine(process.stderr),
    signal: new AbortController().signal,
    printError: console.error,
  });
  try {
    for (const [index, problem] of problems.entries()) {
      if (known.has(problem.id)) continue;
      const settings = { ...DEFAULT_RUN_SETTINGS, paths, temperature, seed: (seed - 1) * SEEDS_APART + index + 1 };
      await appendFile(out, `${JSON.stringify(await sampled(loaded, problem, settings))}\n`);
    }
  } finally {
    await loaded.close();
  }
  return 0;
}

async function sampled({ engine }: LoadedEngine<AnyEngine>, { id, problem }: Problem, settings: RunSettings) {
  const { temperature, seed, entropyK, maxTokens } = settings;
  const recorder = new TraceRecorder(settings.paths);
  await engine.sample({ problem, settings }, recorder, new AbortController().signal);
  const { trace } = recorder;
  const { answers } = decideRun(trace);
  return {
    id,
    device: engine.info.device,
    settings: { temperature, seed, entropyK, maxTokens },
    paths: trace.paths.map((path, i) => ({ ...figuresOf(path), answer: answers[i] ?? null })),
  };
}

function figuresOf(path: PathTrace) {
  const { length, stability } = path;
  return {
    stability,
    tokens: toBase64(path.tokens.subarray(0, length)),
    logprob: toBase64(path.logprob.subarray(0, length)),
    likeliest: toBase64(likeliestLogprobs(path)),
    entropy: toBase64(path.entropy.subarray(0, length)),
    confidence: toBase64(path.confidence.subarray(0, length)),
    meanLogprob: toBase64(path.meanLogprob.subarray(0, length)),
  };
}
