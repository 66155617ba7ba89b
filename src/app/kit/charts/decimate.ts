/** Least and greatest value of the tokens behind each column of a chart. */
export interface Columns {
  /** How many columns hold tokens; the rest are empty. */
  readonly count: number;
  /** [count] */
  readonly min: Float32Array;
  /** [count] */
  readonly max: Float32Array;
}

/**
 * Spreads `values[0..length)` over `columns` columns that stand for `extent` steps. With more steps than columns each
 * column keeps its least and greatest value: a spike of one token is the message, and no average may swallow it. With
 * fewer, a token fills several columns.
 */
export function decimate(values: Float32Array, length: number, extent: number, columns: number): Columns {
  const count = Math.min(columns, Math.ceil((length / extent) * columns));
  const min = new Float32Array(count);
  const max = new Float32Array(count);
  for (let x = 0; x < count; x++) {
    const from = Math.floor((x * extent) / columns);
    const to = Math.min(length, Math.max(from + 1, Math.floor(((x + 1) * extent) / columns)));
    let low = values[from] ?? 0;
    let high = low;
    for (let t = from + 1; t < to; t++) {
      const value = values[t] ?? 0;
      if (value < low) low = value;
      else if (value > high) high = value;
    }
    min[x] = low;
    max[x] = high;
  }
  return { count, min, max };
}
