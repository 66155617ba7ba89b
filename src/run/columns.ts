/**
 * Every figure that is reported of a token, said once: name, numbers a token, typed array, and where it begins in the row
 * that the sampler writes (in words of 4 bytes). Step batches, their transfer, traces, branches and files follow from it.
 * Entropies and log-probabilities are in nats.
 */

/** The values of K at which every step reports its top-K entropy, so that K can be changed after the run. */
export const REPORTED_KS = [5, 10, 20, 40] as const;
export const REPORTED_K_COUNT = REPORTED_KS.length;

/** How many of the likeliest tokens each step reports for the token view. */
export const ALTERNATIVE_COUNT = 5;

/** What a trace and a file keep of every token. The names are those of files: renaming one needs a migration. */
export const TOKEN_COLUMNS = {
  /** The sampled token id, the stop token included. */
  tokens: { kind: Uint32Array, width: 1, word: 3 },
  /** ln p(token) over the whole vocabulary at temperature 1. */
  logprob: { kind: Float32Array, width: 1, word: 4 },
  /** Top-K entropy at the K of the request: the one that stability is made of. */
  entropy: { kind: Float32Array, width: 1, word: 9 },
  /** Top-K entropy at K = 5, 10, 20, 40, row-major. */
  entropyAtReportedK: { kind: Float32Array, width: REPORTED_K_COUNT, word: 5 },
  /** DeepConf token confidence: −mean of the top-20 log-probabilities (softmax over the whole vocabulary). */
  confidence: { kind: Float32Array, width: 1, word: 10 },
  /** Mean over the vocabulary of ln p(v): what self-certainty is computed from. */
  meanLogprob: { kind: Float32Array, width: 1, word: 11 },
  /** Ids of the likeliest tokens, likeliest first. */
  alternativeToken: { kind: Uint32Array, width: ALTERNATIVE_COUNT, word: 14 },
  /** Their ln p at temperature 1. */
  alternativeLogprob: { kind: Float32Array, width: ALTERNATIVE_COUNT, word: 19 },
} as const;

/** What a row says besides: where its token belongs, and its path's running statistics. */
const PATH_COLUMNS = {
  /** Index of the path, 0-based. */
  path: { kind: Uint16Array, width: 1, word: 0 },
  /** Index of the token within its path, 0-based. */
  step: { kind: Uint32Array, width: 1, word: 1 },
  /** Running mean of `entropy` over the path's tokens so far. */
  runningMean: { kind: Float32Array, width: 1, word: 12 },
  /** Running population variance of `entropy`; stability is its square root. */
  runningVariance: { kind: Float32Array, width: 1, word: 13 },
} as const;

/** What the sampler writes a row. */
export const ROW_COLUMNS = { ...PATH_COLUMNS, ...TOKEN_COLUMNS } as const;
/** Words of one row: the columns, and one that says whether the logits were usable. */
export const ROW_WORDS = 24;
/** 1: the logits held NaN or +Infinity, and the rest of the row is invalid. */
export const BAD_WORD = 2;

/** What a step batch has: the sampler's rows, and whether the path ended. */
export const BATCH_COLUMNS = {
  ...ROW_COLUMNS,
  /** FLAG_* bits. */
  flags: { kind: Uint8Array, width: 1 },
} as const;

export type TokenColumn = keyof typeof TOKEN_COLUMNS;
export type RowColumn = keyof typeof ROW_COLUMNS;
export const TOKEN_COLUMN_NAMES = Object.keys(TOKEN_COLUMNS) as TokenColumn[];
export const ROW_COLUMN_NAMES = Object.keys(ROW_COLUMNS) as RowColumn[];
export const BATCH_COLUMN_NAMES = Object.keys(BATCH_COLUMNS) as (keyof typeof BATCH_COLUMNS)[];

type ColumnArray = Float32Array | Uint32Array | Uint16Array | Uint8Array;
type ColumnKind = (new (length: number) => ColumnArray) & { readonly prototype: ColumnArray };
type Columns = Readonly<Record<string, { readonly kind: ColumnKind; readonly width: number }>>;

/** [rows × width] one array a column. */
export type ColumnArrays<C extends Columns> = {
  readonly [Name in keyof C]: C[Name]['kind']['prototype'];
};

/** Arrays of zeros for this many rows. */
export function allocateColumns<C extends Columns>(columns: C, rows: number): ColumnArrays<C> {
  const arrays = Object.entries(columns).map(([name, { kind, width }]) => [name, new kind(rows * width)]);
  return Object.fromEntries(arrays) as ColumnArrays<C>;
}
