/** Reference of silu_mul.wgsl: rows [gate, up] of 2 · width become silu(gate) · up, silu(g) = g / (1 + e^−g). */
export function siluMul(gateUp: ArrayLike<number>, width: number): Float64Array {
  return Float64Array.from({ length: gateUp.length / 2 }, (_, i) => {
    const from = Math.floor(i / width) * 2 * width + (i % width);
    const gate = gateUp[from] ?? NaN;
    return (gate / (1 + Math.exp(-gate))) * (gateUp[from + width] ?? NaN);
  });
}
