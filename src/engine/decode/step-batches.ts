import type { ModelTokenizer } from '../../model/types';
import {
  ALTERNATIVE_COUNT,
  FLAG_LENGTH,
  FLAG_STOPPED,
  REPORTED_K_COUNT,
  type StepBatch,
  type TokenPiece,
} from '../../run/step-batch';
import { RECORD, type Records } from './records';
import { EngineError } from '../../policy/types';

/** Turns the sampler's records into step batches, and knows which paths go on. */
export class StepBatches {
  readonly #running: Set<number>;
  readonly #seen = new Set<number>();
  #tokens = 0;

  constructor(
    paths: number,
    readonly maxSteps: number,
    readonly stopTokenIds: readonly number[],
    readonly tokenizer: ModelTokenizer | null,
  ) {
    this.#running = new Set(Array.from({ length: paths }, (_, path) => path));
  }

  /** Paths without an end yet, ascending. */
  get running(): readonly number[] {
    return [...this.#running];
  }

  /** Tokens reported so far, of all paths. */
  get tokens(): number {
    return this.#tokens;
  }

  /**
   * The batch of one readback. Rows of paths that had already ended are dropped: they were under way when the end was
   * seen. Throws EngineError 'bad-logits' with the step and path.
   */
  take(records: Records): StepBatch {
    const rows: number[] = [];
    const flags: number[] = [];
    for (let row = 0; row < records.count; row++) {
      const path = records.word(row, RECORD.path);
      if (!this.#running.has(path)) continue;
      const flag = this.#flagOf(records, row, path);
      rows.push(row);
      flags.push(flag);
      if (flag !== 0) this.#running.delete(path);
    }
    this.#tokens += rows.length;
    return this.#batch(records, rows, flags);
  }

  #flagOf(records: Records, row: number, path: number): number {
    const step = records.word(row, RECORD.step);
    if (records.word(row, RECORD.bad) !== 0) {
      const where = `step ${step} of path ${path}`;
      throw new EngineError('bad-logits', `The model's logits held NaN or infinity at ${where}.`, { step, path });
    }
    if (this.stopTokenIds.includes(records.word(row, RECORD.token))) return FLAG_STOPPED;
    return step + 1 >= this.maxSteps ? FLAG_LENGTH : 0;
  }

  #batch(records: Records, rows: readonly number[], flags: readonly number[]): StepBatch {
    const words = (word: number): Uint32Array => Uint32Array.from(rows, (row) => records.word(row, word));
    const floats = (word: number): Float32Array => Float32Array.from(rows, (row) => records.float(row, word));
    const token = words(RECORD.token);
    const alternativeToken = new Uint32Array(rows.length * ALTERNATIVE_COUNT);
    const alternativeLogprob = new Float32Array(rows.length * ALTERNATIVE_COUNT);
    const entropyAtReportedK = new Float32Array(rows.length * REPORTED_K_COUNT);
    rows.forEach((row, i) => {
      alternativeToken.set(records.words(row, RECORD.alternativeToken, ALTERNATIVE_COUNT), i * ALTERNATIVE_COUNT);
      alternativeLogprob.set(records.floats(row, RECORD.alternativeLogprob, ALTERNATIVE_COUNT), i * ALTERNATIVE_COUNT);
      entropyAtReportedK.set(records.floats(row, RECORD.entropyAtReportedK, REPORTED_K_COUNT), i * REPORTED_K_COUNT);
    });
    return {
      rowCount: rows.length,
      path: Uint16Array.from(words(RECORD.path)),
      step: words(RECORD.step),
      token,
      logprob: floats(RECORD.logprob),
      entropyAtReportedK,
      entropy: floats(RECORD.entropy),
      confidence: floats(RECORD.confidence),
      meanLogprob: floats(RECORD.meanLogprob),
      runningMean: floats(RECORD.runningMean),
      runningVariance: floats(RECORD.runningVariance),
      flags: Uint8Array.from(flags),
      alternativeToken,
      alternativeLogprob,
      pieces: this.#newPieces([...token, ...alternativeToken]),
    };
  }

  #newPieces(ids: readonly number[]): TokenPiece[] {
    const { tokenizer } = this;
    if (tokenizer === null) return [];
    const fresh = [...new Set(ids)].filter((id) => !this.#seen.has(id));
    for (const id of fresh) this.#seen.add(id);
    return fresh.map((id) => ({ id, bytes: tokenizer.piece(id), special: tokenizer.isSpecial(id) }));
  }
}
