/**
 * cos and sin of every rotary angle, as f32 pairs [positions, headDim / 2]; computed in f64, since shaders' sin and cos
 * may be off by 2e-4. Angle of pair i at position p: p * theta^(-2i / headDim). (RoFormer, arXiv 2104.09864, §3.2.2)
 */
export function ropeTable(positions: number, headDim: number, theta: number): Float32Array {
  const pairs = headDim / 2;
  const table = new Float32Array(positions * pairs * 2);
  for (let i = 0; i < pairs; i++) {
    const frequency = theta ** ((-2 * i) / headDim);
    for (let p = 0; p < positions; p++) {
      table[2 * (p * pairs + i)] = Math.cos(p * frequency);
      table[2 * (p * pairs + i) + 1] = Math.sin(p * frequency);
    }
  }
  return table;
}
