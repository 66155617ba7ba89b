import { BATCH_COLUMN_NAMES, type BATCH_COLUMNS, type ColumnArrays } from './columns';

/** Bits of `StepBatch.flags`. A row with neither bit set belongs to a path that has not ended. */
export const FLAG_STOPPED = 1;
export const FLAG_LENGTH = 2;

/**
 * What an engine reports while it samples: one row per (path, decode step), as typed arrays so that a batch can be
 * transferred between threads without copying. columns.ts says what each array holds.
 */
export interface StepBatch extends ColumnArrays<typeof BATCH_COLUMNS> {
  /** R, the number of rows. A path appears at most once per decode step; rows of one path are in step order. */
  readonly rowCount: number;
  /** UTF-8 bytes of every token id (sampled or alternative) that first occurs in this run in this batch. A token may end inside a character. */
  readonly pieces: readonly TokenPiece[];
}

export interface TokenPiece {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** Special tokens (end of text …) are shown, but are not part of the text. */
  readonly special: boolean;
}

/** Everything of a batch that can be transferred instead of copied. */
export function transferablesOf(batch: StepBatch): ArrayBuffer[] {
  return BATCH_COLUMN_NAMES.map((name) => batch[name].buffer as ArrayBuffer);
}
