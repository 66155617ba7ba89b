/** Words (u32 or f32) of one row that the `sample` kernel writes: 96 bytes a path a step. */
export const RECORD_WORDS = 24;
export const RECORD = {
  path: 0,
  step: 1,
  /** 1: the logits held NaN or +Infinity, and the words after this one are void. */
  bad: 2,
  token: 3,
  logprob: 4,
  /** 4 words: K = 5, 10, 20, 40. */
  entropyAtReportedK: 5,
  entropy: 9,
  confidence: 10,
  meanLogprob: 11,
  runningMean: 12,
  runningVariance: 13,
  /** 5 words */
  alternativeToken: 14,
  /** 5 words */
  alternativeLogprob: 19,
} as const;

/** Rows of records, as read back. */
export class Records {
  readonly #words: Uint32Array;
  readonly #floats: Float32Array;

  constructor(bytes: ArrayBuffer) {
    this.#words = new Uint32Array(bytes);
    this.#floats = new Float32Array(bytes);
  }

  get count(): number {
    return this.#words.length / RECORD_WORDS;
  }

  word(row: number, word: number): number {
    return this.#words[row * RECORD_WORDS + word] ?? 0;
  }

  float(row: number, word: number): number {
    return this.#floats[row * RECORD_WORDS + word] ?? NaN;
  }

  words(row: number, word: number, count: number): Uint32Array {
    return this.#words.subarray(row * RECORD_WORDS + word, row * RECORD_WORDS + word + count);
  }

  floats(row: number, word: number, count: number): Float32Array {
    return this.#floats.subarray(row * RECORD_WORDS + word, row * RECORD_WORDS + word + count);
  }
}
