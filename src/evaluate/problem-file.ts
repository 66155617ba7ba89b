import { csvParse } from 'd3-dsv';
import * as v from 'valibot';
import { extractAnswer } from '../answers/read/extract';
import { digestOf } from '../model/digest';

/** A problem of a set. */
export interface Problem {
  /** Distinct within the set. */
  readonly id: string;
  readonly problem: string;
  /** The known answer; null: none. It only judges. */
  readonly gold: string | null;
}

/** Tells one list of problems from another. */
export function problemsDigest(problems: readonly Problem[]): string {
  return digestOf(problems.map(({ id, problem, gold }) => [id, problem, gold]));
}

/** The file is no problem set: `message` names the file, the line or row, and the field at fault. */
export class ProblemFileError extends Error {
  override readonly name = 'ProblemFileError';
}

/** Names of fields in the sets that people use (MATH-500, AMC23, AIME, GSM8K …), in any case; the first that is there counts. */
const PROBLEM_FIELDS = ['problem', 'question', 'prompt', 'input', 'query'];
const ANSWER_FIELDS = ['answer', 'gold', 'expected_answer', 'final_answer', 'expected', 'target', 'label', 'solution'];
const ID_FIELDS = ['id', 'unique_id', 'problem_id', 'task_id', 'question_id', 'idx', 'index'];

/** GSM8K's mark of the final answer. */
const FINAL_ANSWER = '####';

type Row = Readonly<Record<string, unknown>>;
interface PlacedRow {
  readonly row: Row;
  /** For errors: "line 3", "row 3". */
  readonly place: string;
}

const rowSchema = v.custom<Row>((row) => typeof row === 'object' && row !== null && !Array.isArray(row));
/** The answer of the Hugging Face dataset viewer's API to a request for rows. */
const serverSchema = v.object({
  rows: v.array(v.object({ row: rowSchema, truncated_cells: v.optional(v.array(v.string()), []) })),
});

/**
 * Reads a problem set: JSON Lines, a JSON list, rows from the Hugging Face dataset viewer, or CSV with a header. A row without
 * id has its number. Throws ProblemFileError.
 */
export function parseProblems(text: string, file: string): Problem[] {
  const rows = rowsOf(text.replace(/^\uFEFF/, ''), file);
  if (rows.length === 0) throw new ProblemFileError(`${file} has no problems.`);
  const problems = rows.map(({ row, place }, i) => problemOf(row, `${file}, ${place}`, String(i + 1)));
  const seen = new Set<string>();
  problems.forEach(({ id }, i) => {
    if (seen.has(id))
      throw new ProblemFileError(`${file}, ${rows[i]?.place}: an earlier problem has the id ${id} too.`);
    seen.add(id);
  });
  return problems;
}

function rowsOf(text: string, file: string): PlacedRow[] {
  const start = text.trimStart()[0];
  if (start === '[') return numbered(parsed(text, v.array(rowSchema), file, 'a list of problems'));
  if (start === '{') return serverRows(text, file) ?? lineRows(text, file);
  return csvRows(text, file);
}

/** null: the text is no answer of the dataset viewer. */
function serverRows(text: string, file: string): PlacedRow[] | null {
  if (!/"rows"\s*:\s*\[/.test(text)) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const result = v.safeParse(serverSchema, json);
  if (!result.success) return null;
  const { rows } = result.output;
  const cut = rows.findIndex(({ truncated_cells }) => truncated_cells.length > 0);
  if (cut >= 0) {
    const cells = rows[cut]?.truncated_cells.join(', ');
    throw new ProblemFileError(
      `${file}, row ${cut + 1}, ${cells}: the server has cut it short. Download the set's file instead.`,
    );
  }
  return numbered(rows.map(({ row }) => row));
}

function lineRows(text: string, file: string): PlacedRow[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '') return [];
    const place = `line ${i + 1}`;
    return [{ row: parsed(line, rowSchema, `${file}, ${place}`, 'an object'), place }];
  });
}

function csvRows(text: string, file: string): PlacedRow[] {
  const rows = csvParse(text);
  if (find(Object.fromEntries(rows.columns.map((column) => [column, ''])), PROBLEM_FIELDS) === undefined) {
    const columns = rows.columns.slice(0, 8).join(', ').slice(0, 200);
    throw new ProblemFileError(
      `${file} is neither JSON nor CSV with a column for the problem (${PROBLEM_FIELDS.join(', ')}): it begins with "${columns}".`,
    );
  }
  return numbered(rows);
}

const numbered = (rows: readonly Row[]): PlacedRow[] => rows.map((row, i) => ({ row, place: `row ${i + 1}` }));

function parsed<T>(text: string, schema: v.GenericSchema<unknown, T>, place: string, expected: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ProblemFileError(`${place} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  throw new ProblemFileError(`${place} should be ${expected}.`);
}

function problemOf(row: Row, place: string, number: string): Problem {
  const problem = find(row, PROBLEM_FIELDS);
  if (problem === undefined) {
    const has = Object.keys(row).slice(0, 8).join(', ');
    throw new ProblemFileError(
      `${place}: no problem; one of ${PROBLEM_FIELDS.join(', ')} is needed, and it has ${has || 'nothing'}.`,
    );
  }
  if (typeof problem.value !== 'string' || problem.value.trim() === '') {
    throw new ProblemFileError(`${place}, ${problem.name}: it should be a text that is not empty.`);
  }
  const id = find(row, ID_FIELDS)?.value;
  return {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : number,
    problem: problem.value,
    gold: goldOf(find(row, ANSWER_FIELDS), place),
  };
}

interface Found {
  readonly name: string;
  readonly value: unknown;
}

/** The first of these fields that the row has, whatever its case. */
function find(row: Row, names: readonly string[]): Found | undefined {
  const byName = new Map(Object.entries(row).map(([name, value]) => [name.trim().toLowerCase(), { name, value }]));
  return names.map((name) => byName.get(name)).find((found) => found !== undefined);
}

/** A worked solution is read as a path would be: its box, or what follows GSM8K's mark. */
function goldOf(found: Found | undefined, place: string): string | null {
  if (found === undefined || found.value === null || found.value === '') return null;
  const { name, value } = found;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string')
    throw new ProblemFileError(`${place}, ${name}: the answer should be a text or a number.`);
  const mark = value.lastIndexOf(FINAL_ANSWER);
  if (mark >= 0) return value.slice(mark + FINAL_ANSWER.length).trim();
  if (!value.includes('\\boxed') && name.toLowerCase() !== 'solution') return value.trim();
  const answer = extractAnswer(value, { finished: true });
  if (answer === null)
    throw new ProblemFileError(`${place}, ${name}: no answer (\\boxed{…} or ${FINAL_ANSWER}) was found in it.`);
  return answer;
}
