import { readFile } from 'node:fs/promises';
import * as v from 'valibot';

/**
 * Reads a JSON Lines file; blank lines are passed over. Throws an Error that names the file, and the line's number from 1,
 * when a line is no JSON or not of the schema, and when there is no line at all.
 */
export async function readJsonLines<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  });
  const rows = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [parseLine(line, schema, `${file}, line ${i + 1}`)]));
  if (rows.length === 0) throw new Error(`${file} has no lines.`);
  return rows;
}

function parseLine<Schema extends v.GenericSchema>(line: string, schema: Schema, where: string): v.InferOutput<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw new Error(`${where} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = v.getDotPath(issue);
  throw new Error(`${where}${key === null ? '' : `, ${key}`}: ${issue.message}`);
}
