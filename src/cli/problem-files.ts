import { parseProblems } from '../evaluate/problem-file';
import { readFile } from 'node:fs/promises';
import type { LearnProblem } from '../learn/types';

/** Problems of a file, as `parseProblems` reads it. Rejects with an Error that names the file, the line and the field. */
export async function readProblems(file: string): Promise<LearnProblem[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`${file} cannot be read: ${error.message}`);
  });
  return parseProblems(text, file);
}
