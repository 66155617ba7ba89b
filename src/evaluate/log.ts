import * as v from 'valibot';
import { type SampledProblem, SampledProblemSchema } from './sampled-problem';

/** What a log was sampled with. A resumed log has to have the same, but for the date. */
const HeadSchema = v.object({
  format: v.literal('sasc-lab evaluation'),
  version: v.literal(1),
  model: v.string(),
  /** Of the LoRA adapter; null: none. */
  adapter: v.nullable(v.string()),
  quantization: v.string(),
  engine: v.string(),
  /** Of this program. */
  engineVersion: v.string(),
  device: v.string(),
  /** Digest of the prompt's template. */
  prompt: v.string(),
  /** Digest of the problems, their answers and their order included. */
  problemSet: v.string(),
  withGreedy: v.boolean(),
  settings: v.record(v.string(), v.union([v.number(), v.string(), v.boolean()])),
  startedAt: v.string(),
});
export type EvaluationHead = v.InferOutput<typeof HeadSchema>;

const FailureSchema = v.object({ id: v.string(), error: v.string() });
/** A problem that could not be sampled; it is tried again when the log is resumed. */
export type Failure = v.InferOutput<typeof FailureSchema>;

export interface EvaluationLog {
  readonly head: EvaluationHead;
  /** By id; one that was sampled after it had failed is here alone. */
  readonly sampled: ReadonlyMap<string, SampledProblem>;
  readonly failures: ReadonlyMap<string, Failure>;
  /** Up to the end of the last whole line: what was cut behind it is to be written anew. */
  readonly bytes: number;
}

/** The text is no log, or a line of it is damaged: `message` names file and line. */
export class LogError extends Error {
  override readonly name = 'LogError';
}

/** One line of a log. */
export const logLine = (entry: EvaluationHead | SampledProblem | Failure): string => `${JSON.stringify(entry)}\n`;

/**
 * Reads a log; null: it has no whole line yet. A last line that was cut is left out. Throws LogError.
 */
export function readLog(text: string, file: string): EvaluationLog | null {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...lines] = whole.split('\n');
  if (whole === '' || first === undefined) return null;
  const head = parse(HeadSchema, first, `${file} is no log of an evaluation`);
  const sampled = new Map<string, SampledProblem>();
  const failures = new Map<string, Failure>();
  lines.forEach((line, i) => {
    if (line === '') return;
    const entry = parse(v.union([SampledProblemSchema, FailureSchema]), line, `${file}, line ${i + 2}, is damaged`);
    if ('error' in entry) failures.set(entry.id, entry);
    else sampled.set(entry.id, entry);
  });
  for (const id of sampled.keys()) failures.delete(id);
  return { head, sampled, failures, bytes: new TextEncoder().encode(whole).length };
}

/** The first thing besides the date in which they differ; null: nothing, so that one log can go on as the other. */
export function differenceOf(known: EvaluationHead, wanted: EvaluationHead): keyof EvaluationHead | null {
  const names = Object.keys(wanted) as (keyof EvaluationHead)[];
  const differs = (name: keyof EvaluationHead): boolean => JSON.stringify(known[name]) !== JSON.stringify(wanted[name]);
  return names.find((name) => name !== 'startedAt' && differs(name)) ?? null;
}

/** Throws an Error that says what differs, if anything does besides the date. */
export function checkSameEvaluation(known: EvaluationHead, wanted: EvaluationHead, file: string): void {
  const name = differenceOf(known, wanted);
  if (name === null) return;
  const [was, is] = [JSON.stringify(known[name]), JSON.stringify(wanted[name])];
  throw new Error(`${file} was begun with another ${name}: ${was}, not ${is}.`);
}

function parse<Schema extends v.GenericSchema>(schema: Schema, line: string, fault: string): v.InferOutput<Schema> {
  try {
    return v.parse(schema, JSON.parse(line));
  } catch (error) {
    throw new LogError(`${fault}: ${(error as Error).message}`, { cause: error });
  }
}
