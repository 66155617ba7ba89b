/** The small operations of a layer, on f32 rows. Formulas: src/engine/reference. */

/** Each of the first `rows` rows of x [.., gain.length] becomes x · gain / √(mean x² + eps), in y. */
export function normalise(x: Float32Array, gain: Float32Array, eps: number, y: Float32Array, rows: number): void {
  const size = gain.length;
  for (let from = 0; from < rows * size; from += size) {
    let squares = 0;
    for (let i = 0; i < size; i++) squares += (x[from + i] ?? 0) ** 2;
    const factor = 1 / Math.sqrt(squares / size + eps);
    for (let i = 0; i < size; i++) y[from + i] = (x[from + i] ?? 0) * factor * (gain[i] ?? 0);
  }
}

/** Rows [gate, up] of 2 · width become silu(gate) · up. */
export function siluMultiply(gateUp: Float32Array, width: number, y: Float32Array, rows: number): void {
  for (let r = 0; r < rows; r++) {
    const from = 2 * r * width;
    for (let i = 0; i < width; i++) {
      const gate = gateUp[from + i] ?? 0;
      y[r * width + i] = (gate / (1 + Math.exp(-gate))) * (gateUp[from + width + i] ?? 0);
    }
  }
}

/** The first `count` numbers of x are added to y's. */
export function addInto(y: Float32Array, x: Float32Array, count: number): void {
  for (let i = 0; i < count; i++) y[i] = (y[i] ?? 0) + (x[i] ?? 0);
}

/**
 * Turns `heads` vectors of `size` numbers from `at` on to a position.
 * @param table cos and sin by position and pair, as ropeTable makes it
 * @param direction −1 turns back
 */
export function turn(
  x: Float32Array,
  at: number,
  heads: number,
  size: number,
  table: Float32Array,
  position: number,
  direction: 1 | -1 = 1,
): void {
  const half = size / 2;
  for (let head = 0; head < heads; head++) {
    const from = at + head * size;
    for (let i = 0; i < half; i++) {
      const cos = table[2 * (position * half + i)] ?? 0;
      const sin = direction * (table[2 * (position * half + i) + 1] ?? 0);
      const a = x[from + i] ?? 0;
      const b = x[from + i + half] ?? 0;
      x[from + i] = a * cos - b * sin;
      x[from + i + half] = b * cos + a * sin;
    }
  }
}
