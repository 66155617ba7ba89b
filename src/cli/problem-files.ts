import { parseProblems } from '../evaluate/problem-file';
import { readFile } from 'node:fs/promises';
import type { LearnProblem } from '../learn/types';
import { md5 } from '../model/md5';

/** Problems of a file, as `parseProblems` reads it. Rejects with an Error that names the file, the line and the field. */
export async function readProblems(file: string): Promise<LearnProblem[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`${file} cannot be read: ${error.message}`);
  });
  return parseProblems(text, file);
}

/** Tells one list of problems from another. */
export function problemsDigest(problems: readonly LearnProblem[]): string {
  return digestOf(problems.map(({ id, problem, gold }) => [id, problem, gold]));
}

/** MD5 of a value's JSON. */
export function digestOf(value: unknown): string {
  return md5(new TextEncoder().encode(JSON.stringify(value)));
}
