import * as v from 'valibot';
import type { LearnProblem } from '../learn/types';
import { md5 } from '../model/md5';
import { readJsonLines } from './json-lines';

const ProblemSchema = v.object({
  id: v.optional(v.string()),
  problem: v.string(),
  answer: v.nullish(v.string()),
  gold: v.nullish(v.string()),
});

/** Problems of a JSON Lines file: {problem, id?, answer? (or gold?)}; without id, the line's place in the file. */
export async function readProblems(file: string): Promise<LearnProblem[]> {
  const rows = await readJsonLines(file, ProblemSchema);
  const problems = rows.map(({ id, problem, answer, gold }, i) => ({
    id: id ?? String(i + 1),
    problem,
    gold: answer ?? gold ?? null,
  }));
  const seen = new Set<string>();
  for (const { id } of problems) {
    if (seen.has(id)) throw new Error(`${file} has two problems with the id ${id}.`);
    seen.add(id);
  }
  return problems;
}

/** Tells one list of problems from another. */
export function problemsDigest(problems: readonly LearnProblem[]): string {
  return md5(new TextEncoder().encode(JSON.stringify(problems.map(({ id, problem, gold }) => [id, problem, gold]))));
}
