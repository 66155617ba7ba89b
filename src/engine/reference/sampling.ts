import { topKEntropy } from '../../method/entropy';

/** What −Infinity counts as in sums, as in logits.wgsl. */
const LOWEST = -1e30;
const CONFIDENCE_K = 20;

/** Figures of one row of logits; units and meaning as in StepBatch. */
export interface ReferenceStep {
  /** Ids by falling logit, ties by rising id. */
  readonly ranked: readonly number[];
  /** ln p over the whole vocabulary at temperature 1. */
  readonly logprobs: Float64Array;
  readonly confidence: number;
  readonly meanLogprob: number;
  entropy(k: number): number;
}

/**
 * Reference of logit_blocks.wgsl, logit_groups.wgsl and the figures of sample.wgsl.
 * @param logits of the active vocabulary, none of them NaN
 */
export function referenceStep(logits: ArrayLike<number>): ReferenceStep {
  const finite = Float64Array.from(logits, (logit) => (logit === -Infinity ? LOWEST : logit));
  const ranked = rankedIds(logits);
  const largest = finite[ranked[0] ?? 0] ?? NaN;
  const logSum = largest + Math.log(finite.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  const logprobs = finite.map((logit) => logit - logSum);
  const likeliest = ranked.slice(0, CONFIDENCE_K);
  return {
    ranked,
    logprobs,
    confidence: -likeliest.reduce((sum, id) => sum + (logprobs[id] ?? NaN), 0) / likeliest.length,
    meanLogprob: logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length,
    entropy: (k) => topKEntropy(finite, k),
  };
}

/** Ids by falling logit, ties by rising id. */
export function rankedIds(logits: ArrayLike<number>): number[] {
  const at = (id: number): number => logits[id] ?? NaN;
  return Array.from({ length: logits.length }, (_, id) => id).sort((a, b) => (at(a) === at(b) ? a - b : at(b) - at(a)));
}

/**
 * The distribution that sample.wgsl draws from: tempered, cut to the nucleus (the smallest set of likeliest tokens that
 * holds `topP` of the tempered probability; Holtzman et al., arXiv 1904.09751), as probabilities by id.
 */
export function nucleusProbabilities(logits: ArrayLike<number>, temperature: number, topP: number): Float64Array {
  const ranked = rankedIds(logits);
  const largest = logits[ranked[0] ?? 0] ?? NaN;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const kept = new Float64Array(weights.length);
  let sum = 0;
  for (const id of ranked) {
    if (topP < 1 && sum >= topP * total) break;
    kept[id] = weights[id] ?? NaN;
    sum += weights[id] ?? NaN;
  }
  return kept.map((weight) => weight / sum);
}

/** Inverse CDF in the order of ids: the first id at which the running probability exceeds `u` in [0, 1). */
export function drawnToken(probabilities: Float64Array, u: number): number {
  let sum = 0;
  let last = 0;
  for (const [id, probability] of probabilities.entries()) {
    if (probability === 0) continue;
    last = id;
    sum += probability;
    if (sum > u) return id;
  }
  return last;
}
