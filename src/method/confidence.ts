/**
 * What the rival rules compute from a path's tokens: DeepConf's confidences (Fu et al. 2025, "Deep Think with Confidence"), the
 * length-normalised log-probability (Taubenfeld et al. 2025, "Confidence Improves Self-Consistency in LLMs") and
 * self-certainty (Kang et al. 2025, "Scalable Best-of-N Selection for LLMs via Self-Certainty").
 */

/** DeepConf slides windows of 2,048 tokens over solutions of tens of thousands; here they are scaled to short paths. docs/METHOD.md#rules */
const SHORTEST_WINDOW = 32;
const LONGEST_WINDOW = 128;
const WINDOWS_A_PATH = 4;

/** Share of the windows that count as the bottom. */
const BOTTOM_SHARE = 0.1;

/** Window in tokens for paths of these lengths: a quarter of their mean length, 32 … 128, the same for every path of a problem. */
export function confidenceWindow(lengths: readonly number[]): number {
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return Math.min(LONGEST_WINDOW, Math.max(SHORTEST_WINDOW, Math.round(mean / WINDOWS_A_PATH)));
}

/** Mean of a path's values: its trace confidence, its length-normalised log-probability … @param values [T], T > 0 */
export function meanOf(values: ArrayLike<number>): number {
  return meanBetween(values, 0, values.length);
}

/** Sum of a path's values: its log-probability. @param values [T] */
export function sumOf(values: ArrayLike<number>): number {
  return sumBetween(values, 0, values.length);
}

/** Mean confidence of the last `window` tokens. @param confidence [T], T > 0 */
export function tailConfidence(confidence: ArrayLike<number>, window: number): number {
  return meanBetween(confidence, Math.max(0, confidence.length - window), confidence.length);
}

/** Mean over the least confident tenth of the windows, one at least. @param confidence [T], T > 0 */
export function bottomConfidence(confidence: ArrayLike<number>, window: number): number {
  const groups = groupConfidences(confidence, window).sort();
  return meanOf(groups.subarray(0, Math.max(1, Math.floor(groups.length * BOTTOM_SHARE))));
}

/** Confidence of the least confident window. @param confidence [T], T > 0 */
export function lowestConfidence(confidence: ArrayLike<number>, window: number): number {
  return groupConfidences(confidence, window).reduce((least, group) => Math.min(least, group), Infinity);
}

/**
 * Self-certainty without its constant ln V: −(1/T) Σ_t mean_v ln p_t(v). Enough to rank paths of one model.
 * @param meanLogprob [T], T > 0: mean over the vocabulary of ln p(v)
 */
export function selfCertainty(meanLogprob: ArrayLike<number>): number {
  return -meanOf(meanLogprob);
}

/** Means of every full window, step by step; a path shorter than the window is one window. */
function groupConfidences(confidence: ArrayLike<number>, window: number): Float64Array {
  const width = Math.min(window, confidence.length);
  const groups = new Float64Array(confidence.length - width + 1);
  let sum = 0;
  for (let t = 0; t < confidence.length; t++) {
    sum += (confidence[t] ?? NaN) - (t >= width ? (confidence[t - width] ?? NaN) : 0);
    if (t >= width - 1) groups[t - width + 1] = sum / width;
  }
  return groups;
}

function meanBetween(values: ArrayLike<number>, from: number, to: number): number {
  return sumBetween(values, from, to) / (to - from);
}

function sumBetween(values: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let t = from; t < to; t++) sum += values[t] ?? NaN;
  return sum;
}
