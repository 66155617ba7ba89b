import type { ModelConfig } from '../model/types';
import type { KvRows } from './kv-rows';

/** The first `count` rows of a store. */
export interface Span {
  readonly store: KvRows;
  readonly count: number;
}

/**
 * All heads of one row over the positions that it sees, one span after the other.
 * @param queries [headCount, headDim] from `queryAt` on
 * @param mixed result, [headCount, headDim] from `mixedAt` on
 * @param scores room for a number a position
 */
export function attendRow(
  { headCount, kvHeadCount, headDim }: ModelConfig,
  layer: number,
  queries: Float32Array,
  queryAt: number,
  sees: readonly Span[],
  mixed: Float32Array,
  mixedAt: number,
  scores: Float32Array,
): void {
  const shared = headCount / kvHeadCount;
  for (let head = 0; head < headCount; head++) {
    const query = queryAt + head * headDim;
    const result = mixedAt + head * headDim;
    const kv = Math.floor(head / shared) * headDim;
    let total = 0;
    for (const { store, count } of sees) {
      scoreSpan(queries, query, store.keys[layer] ?? NO_ROWS, kv, store.width, headDim, count, scores, total);
      total += count;
    }
    const sum = softmax(scores, total);
    mixed.fill(0, result, result + headDim);
    let at = 0;
    for (const { store, count } of sees) {
      mixSpan(scores, at, count, sum, store.values[layer] ?? NO_ROWS, kv, store.width, headDim, mixed, result);
      at += count;
    }
  }
}

const NO_ROWS = new Float32Array();

function scoreSpan(
  queries: Float32Array,
  query: number,
  keys: Float32Array,
  offset: number,
  width: number,
  size: number,
  count: number,
  scores: Float32Array,
  to: number,
): void {
  const scale = 1 / Math.sqrt(size);
  for (let t = 0; t < count; t++) {
    const key = t * width + offset;
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (queries[query + i] ?? 0) * (keys[key + i] ?? 0);
    scores[to + t] = scale * sum;
  }
}

/** Makes exponentials of the scores, relative to the largest; returns their sum. */
function softmax(scores: Float32Array, count: number): number {
  let largest = -Infinity;
  for (let t = 0; t < count; t++) largest = Math.max(largest, scores[t] ?? 0);
  let sum = 0;
  for (let t = 0; t < count; t++) {
    const weight = Math.exp((scores[t] ?? 0) - largest);
    scores[t] = weight;
    sum += weight;
  }
  return sum;
}

function mixSpan(
  weights: Float32Array,
  from: number,
  count: number,
  total: number,
  values: Float32Array,
  offset: number,
  width: number,
  size: number,
  mixed: Float32Array,
  to: number,
): void {
  for (let t = 0; t < count; t++) {
    const weight = (weights[from + t] ?? 0) / total;
    const value = t * width + offset;
    for (let i = 0; i < size; i++) mixed[to + i] = (mixed[to + i] ?? 0) + weight * (values[value + i] ?? 0);
  }
}
