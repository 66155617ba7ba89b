/**
 * Reference of attention_scores.wgsl and attention_mix.wgsl: one query over the keys and values it sees, all [headDim].
 */
export function attend(
  query: Float64Array,
  keys: readonly Float64Array[],
  values: readonly Float64Array[],
): Float64Array {
  const scale = 1 / Math.sqrt(query.length);
  const scores = keys.map((key) => scale * key.reduce((sum, k, i) => sum + k * (query[i] ?? NaN), 0));
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return query.map((_, i) => weights.reduce((sum, weight, t) => sum + weight * (values[t]?.[i] ?? NaN), 0) / total);
}
