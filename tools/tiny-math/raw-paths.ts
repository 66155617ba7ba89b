/** What record.ts writes, and the problems it samples. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';

/** Parameters of rules are chosen on `calibration`; nothing is ever chosen on `fresh`. No problem is in two sets. */
export const PROBLEM_SETS = ['held-out', 'calibration', 'fresh'] as const;
export type ProblemSet = (typeof PROBLEM_SETS)[number];

const FILES: Record<ProblemSet, URL> = {
  'held-out': new URL('../../public/problems/tiny-math-heldout.jsonl', import.meta.url),
  calibration: new URL('paths/problems-calibration.jsonl', import.meta.url),
  fresh: new URL('paths/problems-fresh.jsonl', import.meta.url),
};

const ProblemSchema = v.object({ id: v.string(), problem: v.string(), answer: v.string(), family: v.string() });
export type Problem = v.InferOutput<typeof ProblemSchema>;

const RawPathSchema = v.object({
  answer: v.nullable(v.string()),
  stability: v.nullable(v.number()),
  /** Base64 of u32 token ids; the others of f32, one a token. */
  tokens: v.string(),
  logprob: v.string(),
  /** ln p of the likeliest token. */
  likeliest: v.string(),
  entropy: v.string(),
  confidence: v.string(),
  meanLogprob: v.string(),
});

const RawProblemSchema = v.object({
  id: v.string(),
  device: v.string(),
  settings: v.object({ temperature: v.number(), seed: v.number(), entropyK: v.number(), maxTokens: v.number() }),
  paths: v.array(RawPathSchema),
});
export type RawProblem = v.InferOutput<typeof RawProblemSchema>;
export type RawPath = v.InferOutput<typeof RawPathSchema>;

export async function readProblems(set: ProblemSet): Promise<Problem[]> {
  return jsonLines(ProblemSchema, await readFile(FILES[set], 'utf8'));
}

/** The problems recorded in a file; none where it does not exist. A last line that was cut is left out. */
export async function readRaw(file: string): Promise<RawProblem[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return jsonLines(RawProblemSchema, text.slice(0, text.lastIndexOf('\n') + 1));
}

function jsonLines<Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => v.parse(schema, JSON.parse(line)));
}
