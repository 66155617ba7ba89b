/** References of lora_product.wgsl and lora_gradient.wgsl, in f64. */

/** y[t, j] = Σ_i x[t, i] m[i, j]; m [inner, columns]. */
export function product(x: ArrayLike<number>, m: ArrayLike<number>, columns: number): Float64Array {
  const inner = m.length / columns;
  return Float64Array.from({ length: (x.length / inner) * columns }, (_, at) => {
    const [token, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let i = 0; i < inner; i++) sum += (x[token * inner + i] ?? NaN) * (m[i * columns + j] ?? NaN);
    return sum;
  });
}

/** G[i, j] = Σ_t x[t, i] z[t, j]; x [tokens, rows], z [tokens, columns]. */
export function outerSum(x: ArrayLike<number>, z: ArrayLike<number>, tokens: number): Float64Array {
  const [rows, columns] = [x.length / tokens, z.length / tokens];
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let t = 0; t < tokens; t++) sum += (x[t * rows + i] ?? NaN) * (z[t * columns + j] ?? NaN);
    return sum;
  });
}
