/**
 * The products of matrices that nearly all of the time goes into, on f32 arrays with sums in f64. Four rows and two outputs
 * at once, so that each number that is loaded is used several times.
 */

/** A matrix [outputs, inputs], row-major, with a bias [outputs] or none. */
export interface CpuLinear {
  readonly weight: Float32Array;
  readonly bias: Float32Array | null;
  readonly inputs: number;
  readonly outputs: number;
}

/** y[r, o] = Σ_k x[r, k] W[o, k] + bias[o] for the first `rows` rows; x and y may be longer. */
export function applyLinear(linear: CpuLinear, x: Float32Array, y: Float32Array, rows: number): void {
  const blocks = rows - (rows % 4);
  for (let r = 0; r < blocks; r += 4) fourRows(linear, x, y, r);
  for (let r = blocks; r < rows; r++) oneRow(linear, x, y, r);
}

function fourRows({ weight, bias, inputs, outputs }: CpuLinear, x: Float32Array, y: Float32Array, row: number): void {
  const x0 = row * inputs;
  const [x1, x2, x3] = [x0 + inputs, x0 + 2 * inputs, x0 + 3 * inputs];
  const y0 = row * outputs;
  const [y1, y2, y3] = [y0 + outputs, y0 + 2 * outputs, y0 + 3 * outputs];
  for (let o = 0; o < outputs; o += 2) {
    const hasTwo = o + 1 < outputs;
    const wa = o * inputs;
    const wb = hasTwo ? wa + inputs : wa;
    let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let k = 0; k < inputs; k++) {
      const a = weight[wa + k] ?? 0;
      const b = weight[wb + k] ?? 0;
      const p = x[x0 + k] ?? 0;
      const q = x[x1 + k] ?? 0;
      const s = x[x2 + k] ?? 0;
      const t = x[x3 + k] ?? 0;
      a0 += a * p;
      a1 += a * q;
      a2 += a * s;
      a3 += a * t;
      b0 += b * p;
      b1 += b * q;
      b2 += b * s;
      b3 += b * t;
    }
    const biasA = bias === null ? 0 : (bias[o] ?? 0);
    y[y0 + o] = a0 + biasA;
    y[y1 + o] = a1 + biasA;
    y[y2 + o] = a2 + biasA;
    y[y3 + o] = a3 + biasA;
    if (!hasTwo) continue;
    const biasB = bias === null ? 0 : (bias[o + 1] ?? 0);
    y[y0 + o + 1] = b0 + biasB;
    y[y1 + o + 1] = b1 + biasB;
    y[y2 + o + 1] = b2 + biasB;
    y[y3 + o + 1] = b3 + biasB;
  }
}

function oneRow({ weight, bias, inputs, outputs }: CpuLinear, x: Float32Array, y: Float32Array, row: number): void {
  const from = row * inputs;
  for (let o = 0; o < outputs; o++) {
    const at = o * inputs;
    let sum = bias === null ? 0 : (bias[o] ?? 0);
    for (let k = 0; k < inputs; k++) sum += (weight[at + k] ?? 0) * (x[from + k] ?? 0);
    y[row * outputs + o] = sum;
  }
}
