/**
 * Reference of rope_kv.wgsl's rotation: one head vector at a position. Half-split pairs (i, i + d / 2) turn by
 * position · theta^(−2i / d). (RoFormer, arXiv 2104.09864)
 */
export function rotate(head: ArrayLike<number>, position: number, theta: number): Float64Array {
  const half = head.length / 2;
  const result = new Float64Array(head.length);
  for (let i = 0; i < half; i++) {
    const angle = position * theta ** (-i / half);
    const a = head[i] ?? NaN;
    const b = head[i + half] ?? NaN;
    result[i] = a * Math.cos(angle) - b * Math.sin(angle);
    result[i + half] = b * Math.cos(angle) + a * Math.sin(angle);
  }
  return result;
}
