/**
 * Reference of matmul_q4.wgsl: y[t, o] = Σ_k x[t, k] W[o, k] + bias[o]; x [tokens, inputs], weight [outputs, inputs].
 */
export function matmul(
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  inputs: number,
  bias: ArrayLike<number> | null = null,
): Float64Array {
  const outputs = weight.length / inputs;
  return Float64Array.from({ length: (x.length / inputs) * outputs }, (_, i) => {
    const token = Math.floor(i / outputs);
    const output = i % outputs;
    let sum = bias?.[output] ?? 0;
    for (let k = 0; k < inputs; k++) sum += (x[token * inputs + k] ?? NaN) * (weight[output * inputs + k] ?? NaN);
    return sum;
  });
}
