import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import type { CommandContext } from './command';

interface StreamOptions {
  /** Called with each bad line that is skipped; without it a bad line is an error. */
  readonly onBadLine?: ((message: string) => void) | undefined;
  /** Where progress is shown. */
  readonly context?: CommandContext;
}

/** Progress is shown every so many ms, so that it does not cost more than the work. */
const PROGRESS_MS = 200;

/**
 * Reads a JSON Lines file line by line, so that memory does not grow with the file; blank lines are passed over. Throws an
 * Error that names the file, and the line's number from 1, when a line is no JSON or not of the schema, and when there is
 * no line at all.
 */
export async function* streamJsonLines<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
  { onBadLine, context }: StreamOptions = {},
): AsyncGenerator<v.InferOutput<Schema>> {
  const handle = await open(file).catch((error: unknown) => {
    throw cannotRead(file, error);
  });
  const { size } = await handle.stat();
  const input = handle.createReadStream();
  const lines = createInterface({ input, crlfDelay: Infinity });
  const meter = context && progressMeter(context, size);
  let [number, rows] = [0, 0];
  try {
    for await (const line of lines) {
      context?.signal.throwIfAborted();
      number++;
      const text = number === 1 ? line.replace(/^\uFEFF/, '') : line;
      if (text.trim() === '') continue;
      rows++;
      const parsed = parseLine(text, schema, `${file}, line ${number}`);
      if (parsed instanceof Error && onBadLine === undefined) throw parsed;
      if (parsed instanceof Error) onBadLine?.(parsed.message);
      else yield parsed.row;
      meter?.(input.bytesRead, rows);
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === 'read' ? cannotRead(file, error) : error;
  } finally {
    lines.close();
    input.destroy();
    context?.progress.clear();
  }
  if (rows === 0) throw new Error(`${file} has no lines.`);
}

/** All rows of a JSON Lines file; errors as of `streamJsonLines`. */
export async function readJsonLines<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>[]> {
  const rows: v.InferOutput<Schema>[] = [];
  for await (const row of streamJsonLines(file, schema)) rows.push(row);
  return rows;
}

const cannotRead = (file: string, error: unknown): Error =>
  new Error(`${file} cannot be read: ${(error as Error).message}`);

/** Lines read, the share of the file, and how long the rest will take at this pace. */
function progressMeter({ progress }: CommandContext, size: number): (bytes: number, rows: number) => void {
  const startMs = performance.now();
  let shownMs = startMs;
  return (bytes, rows) => {
    const nowMs = performance.now();
    if (nowMs - shownMs < PROGRESS_MS) return;
    shownMs = nowMs;
    const share = size > 0 ? Math.min(1, bytes / size) : 1;
    const leftSeconds = share > 0 ? ((nowMs - startMs) * (1 / share - 1)) / 1000 : 0;
    progress.show(`${rows} lines, ${Math.floor(100 * share)} %, ${Math.ceil(leftSeconds)} s left`);
  };
}

function parseLine<Schema extends v.GenericSchema>(
  line: string,
  schema: Schema,
  where: string,
): { readonly row: v.InferOutput<Schema> } | Error {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return new Error(`${where} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  const result = v.safeParse(schema, json);
  if (result.success) return { row: result.output };
  const [issue] = result.issues;
  const key = v.getDotPath(issue);
  return new Error(`${where}${key === null ? '' : `, ${key}`}: ${issue.message}`);
}

/** What --skip-bad does with a bad line: it is reported and counted. */
export function badLines(context: CommandContext, areSkipped: boolean) {
  const skipped = { count: 0 };
  const report = (message: string): void => {
    skipped.count++;
    context.progress.clear();
    context.printError(`${message.replace(/\.?$/, '.')} Passed over.`);
  };
  return { skipped, onBadLine: areSkipped ? report : undefined };
}
