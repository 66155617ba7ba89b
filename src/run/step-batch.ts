/**
 * What an engine reports while it samples: one row per (path, decode step), as typed arrays so that a batch can be
 * transferred between threads without copying. Units: entropies and log-probabilities are in nats.
 */

/** The values of K at which every step reports its top-K entropy, so that K can be changed after the run. */
export const REPORTED_KS = [5, 10, 20, 40] as const;
export const REPORTED_K_COUNT = REPORTED_KS.length;

/** How many of the likeliest tokens each step reports for the token view. */
export const ALTERNATIVE_COUNT = 5;

/** Bits of `StepBatch.flags`. A row with neither bit set belongs to a path that goes on. */
export const FLAG_STOPPED = 1;
export const FLAG_LENGTH = 2;

export interface StepBatch {
  /** R, the number of rows. A path appears at most once per decode step; rows of one path are in step order. */
  readonly rowCount: number;
  /** [R] index of the path, 0-based. */
  readonly path: Uint16Array;
  /** [R] index of the generated token within its path, 0-based. */
  readonly step: Uint32Array;
  /** [R] the sampled token id (the stop token included). */
  readonly token: Uint32Array;
  /** [R] ln p(token) over the whole vocabulary at temperature 1. */
  readonly logprob: Float32Array;
  /** [R × 4] top-K entropy at K = 5, 10, 20, 40, row-major. */
  readonly entropyAtReportedK: Float32Array;
  /** [R] top-K entropy at the K of the request: the one stability is made of. */
  readonly entropy: Float32Array;
  /** [R] DeepConf token confidence: −mean of the top-20 log-probabilities (whole-vocabulary softmax). */
  readonly confidence: Float32Array;
  /** [R] mean over the vocabulary of ln p(v): the raw material of self-certainty. */
  readonly meanLogprob: Float32Array;
  /** [R] running mean of `entropy` over the path's tokens so far. */
  readonly runningMean: Float32Array;
  /** [R] running population variance of `entropy`; stability is its square root. */
  readonly runningVariance: Float32Array;
  /** [R] FLAG_* bits. */
  readonly flags: Uint8Array;
  /** [R × 5] ids of the likeliest tokens, likeliest first. */
  readonly alternativeToken: Uint32Array;
  /** [R × 5] their ln p at temperature 1. */
  readonly alternativeLogprob: Float32Array;
  /** UTF-8 bytes of every token id (sampled or alternative) that first occurs in this run in this batch. A token may end inside a character. */
  readonly pieces: readonly TokenPiece[];
}

export interface TokenPiece {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** Special tokens (end of text …) are shown, but are not part of the text. */
  readonly special: boolean;
}

/** Everything of a batch that can be transferred instead of copied. */
export function transferablesOf(batch: StepBatch): ArrayBuffer[] {
  const arrays = [
    batch.path,
    batch.step,
    batch.token,
    batch.logprob,
    batch.entropyAtReportedK,
    batch.entropy,
    batch.confidence,
    batch.meanLogprob,
    batch.runningMean,
    batch.runningVariance,
    batch.flags,
    batch.alternativeToken,
    batch.alternativeLogprob,
  ];
  return arrays.map((array) => array.buffer as ArrayBuffer);
}
