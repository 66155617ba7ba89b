/**
 * Reference of rmsnorm.wgsl: each row x of [rows, hidden] becomes x · gain / √(mean x² + eps). (Zhang & Sennrich 2019)
 */
export function rmsnorm(x: ArrayLike<number>, gain: ArrayLike<number>, eps: number): Float64Array {
  const hidden = gain.length;
  const result = new Float64Array(x.length);
  for (let from = 0; from < x.length; from += hidden) {
    let squares = 0;
    for (let i = 0; i < hidden; i++) squares += (x[from + i] ?? NaN) ** 2;
    const factor = 1 / Math.sqrt(squares / hidden + eps);
    for (let i = 0; i < hidden; i++) result[from + i] = (x[from + i] ?? NaN) * factor * (gain[i] ?? NaN);
  }
  return result;
}
