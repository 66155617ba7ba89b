import * as v from 'valibot';
import { fromBase64, toBase64 } from './base64';
import { type TokenColumn, TOKEN_COLUMN_NAMES, TOKEN_COLUMNS } from '../columns';
import { RUN_ENGINES } from '../engine-kind';
import type { RunRecord } from '../saved-run';
import {
  count,
  finite,
  MAX_TOKENS,
  readOptions,
  capacityFor,
  savedVerdictSchema,
  settingsSchema,
  voteOptionsSchema,
  writeOptions,
} from './run-schema';
import { storedNames } from '../setting-schemas';
import { RUN_SETTINGS } from '../settings';
import { type PathTrace, RunTrace } from '../trace';

/** Tokens of all paths together: sixty-four paths of a long context. */
const MAX_TOTAL_TOKENS = 2 ** 20;

const base64 = v.pipe(v.string(), v.base64());
/** Longer than anything that an engine or a person writes, and short enough to be shown. */
const text = (characters: number) => v.pipe(v.string(), v.maxLength(characters));
const LONG = 100_000;
const SHORT = 1000;
/** Base64 of the bytes of one token. */
const pieceBytes = v.pipe(text(8192), v.base64());

const pathSchema = v.object({
  finish: v.nullable(v.picklist(['stop', 'length', 'aborted'])),
  length: count(MAX_TOKENS),
  stability: v.nullable(v.pipe(finite, v.minValue(0))),
  meanEntropy: v.nullable(finite),
  answer: v.optional(v.nullable(text(LONG))),
  /** Of a run that was read from a link. */
  drawn: v.optional(v.object({ pathLogprob: finite, slip: finite, slipStep: count(MAX_TOKENS) })),
  columns: v.object(
    Object.fromEntries(TOKEN_COLUMN_NAMES.map((name) => [name, base64])) as Record<TokenColumn, typeof base64>,
  ),
});

const documentSchema = v.object({
  format: v.literal('sasc-lab.run'),
  version: v.literal(1),
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  problem: text(LONG),
  gold: v.nullable(text(LONG)),
  settings: settingsSchema,
  model: v.object({
    id: text(SHORT),
    engine: v.picklist(RUN_ENGINES),
    adapter: v.nullable(text(SHORT)),
    device: text(SHORT),
  }),
  voteOptions: voteOptionsSchema,
  verdict: v.optional(v.nullable(savedVerdictSchema), null),
  timing: v.nullable(v.object({ prefillMs: finite, decodeMs: finite, tokensPerSecond: finite })),
  detail: v.picklist(['full', 'outline']),
  capacity: v.pipe(count(MAX_TOKENS), v.minValue(1)),
  /** Token id, its UTF-8 bytes, whether it is a special one. */
  pieces: v.array(v.tuple([count(2 ** 32 - 1), pieceBytes, v.boolean()])),
  paths: v.pipe(v.array(pathSchema), v.minLength(1), v.maxLength(RUN_SETTINGS.paths.max)),
});

/** A run as JSON holds it. */
export type RunDocument = v.InferInput<typeof documentSchema>;

/** The document is not a run that this version can read; `message` says what is wrong with it. */
export class RunDocumentError extends Error {
  override readonly name = 'RunDocumentError';
}

/** The whole run as a JSON value: what a file and the history hold. */
export function writeRun({ trace, voteOptions, settings, ...facts }: RunRecord): RunDocument {
  return {
    format: 'sasc-lab.run',
    version: 1,
    ...facts,
    settings: storedNames(RUN_SETTINGS, settings),
    voteOptions: writeOptions(voteOptions),
    capacity: trace.capacity,
    pieces: [...trace.pieces.values()].map(({ id, bytes, special }) => [id, toBase64(bytes), special]),
    paths: trace.paths.map(writePath),
  };
}

/**
 * Reads what `writeRun` wrote, in this version or an earlier one.
 * @throws RunDocumentError where it is anything else
 */
export function readRun(document: unknown): RunRecord {
  const parsed = v.safeParse(documentSchema, document);
  if (!parsed.success) throw new RunDocumentError(v.summarize(parsed.issues));
  const {
    pieces,
    paths,
    capacity,
    voteOptions,
    verdict,
    id,
    createdAt,
    problem,
    gold,
    settings,
    model,
    timing,
    detail,
  } = parsed.output;
  const trace = new RunTrace(paths.length, capacityFor(paths, capacity, MAX_TOTAL_TOKENS));
  for (const [id, bytes, special] of pieces) trace.pieces.set(id, { id, bytes: fromBase64(bytes), special });
  paths.forEach((path, i) => {
    const target = trace.paths[i];
    if (target !== undefined) readPath(path, target, capacity);
  });
  trace.version++;
  const facts = { id, createdAt, problem, gold, settings, model, timing, detail };
  return { ...facts, voteOptions: readOptions(voteOptions), verdict, trace };
}

function writePath(path: PathTrace): RunDocument['paths'][number] {
  const { finish, length, stability, meanEntropy, answer, drawn } = path;
  const column = (name: TokenColumn) => toBase64(path[name].subarray(0, length * TOKEN_COLUMNS[name].width));
  const columns = Object.fromEntries(TOKEN_COLUMN_NAMES.map((name) => [name, column(name)])) as Record<
    TokenColumn,
    string
  >;
  return { finish, length, stability, meanEntropy, answer, drawn, columns };
}

function readPath(from: RunDocument['paths'][number], to: PathTrace, capacity: number): void {
  if (from.length > capacity) throw new RunDocumentError('A path is longer than the run allows.');
  for (const name of TOKEN_COLUMN_NAMES) {
    const { kind, width } = TOKEN_COLUMNS[name];
    const bytes = fromBase64(from.columns[name]);
    if (bytes.byteLength !== from.length * width * kind.BYTES_PER_ELEMENT) {
      throw new RunDocumentError(`The figures "${name}" of a path do not have its length.`);
    }
    to[name].set(new kind(bytes.buffer));
  }
  to.length = from.length;
  to.finish = from.finish;
  to.stability = from.stability;
  to.meanEntropy = from.meanEntropy;
  to.answer = from.answer;
  to.drawn = from.drawn;
}
