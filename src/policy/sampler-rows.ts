import { BAD_WORD, ROW_COLUMNS, type RowColumn, ROW_WORDS } from '../run/columns';

/** Rows that the `sample` kernel has written, as read back: 96 bytes a path a step, laid out as run/columns.ts says. */
export class SamplerRows {
  readonly #words: Uint32Array;
  readonly #floats: Float32Array;

  constructor(bytes: ArrayBuffer) {
    this.#words = new Uint32Array(bytes);
    this.#floats = new Float32Array(bytes);
  }

  get count(): number {
    return this.#words.length / ROW_WORDS;
  }

  /** The logits held NaN or +Infinity: nothing else in the row counts. */
  isBad(row: number): boolean {
    return this.#words[row * ROW_WORDS + BAD_WORD] !== 0;
  }

  /** The first number of a column. */
  value(row: number, column: RowColumn): number {
    const { kind, word } = ROW_COLUMNS[column];
    return (kind === Float32Array ? this.#floats : this.#words)[row * ROW_WORDS + word] ?? NaN;
  }

  /** [width] the numbers of a column; a view. */
  values(row: number, column: RowColumn): Uint32Array | Float32Array {
    const { kind, width, word } = ROW_COLUMNS[column];
    const from = row * ROW_WORDS + word;
    return (kind === Float32Array ? this.#floats : this.#words).subarray(from, from + width);
  }
}
