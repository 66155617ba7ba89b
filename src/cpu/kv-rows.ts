import { EngineError } from '../policy/types';

/** Rows that a path's store begins with; it doubles when they are full, for most paths end early. */
const FIRST_ROWS = 32;

/** Keys and values of positions in a row, of every layer. */
export class KvRows {
  /** f32 [rows, width], one a layer. */
  readonly keys: Float32Array[];
  readonly values: Float32Array[];
  #rows: number;

  /** @param width of a key: kv heads × head size. Throws EngineError 'out-of-memory' */
  constructor(
    layers: number,
    readonly width: number,
    rows: number = FIRST_ROWS,
  ) {
    this.#rows = rows;
    const one = (): Float32Array => allocate(rows * width);
    this.keys = Array.from({ length: layers }, one);
    this.values = Array.from({ length: layers }, one);
  }

  /** Makes room for row number `row`. Throws EngineError 'out-of-memory'. */
  ensure(row: number): void {
    if (row < this.#rows) return;
    this.#rows *= 2;
    for (const all of [this.keys, this.values]) {
      all.forEach((old, layer) => {
        const grown = allocate(this.#rows * this.width);
        grown.set(old);
        all[layer] = grown;
      });
    }
  }
}

function allocate(length: number): Float32Array {
  try {
    return new Float32Array(length);
  } catch {
    throw new EngineError('out-of-memory', 'There is not enough memory for this many paths of this length.');
  }
}
