import type { ModelTokenizer } from '../model/types';
import { allocateColumns, BATCH_COLUMNS, ROW_COLUMN_NAMES, ROW_COLUMNS } from '../run/columns';
import { FLAG_LENGTH, FLAG_STOPPED, type StepBatch, type TokenPiece } from '../run/step-batch';
import type { SamplerRows } from './sampler-rows';
import { EngineError } from './types';

/** Turns the sampler's rows into step batches, and knows which paths have not ended. */
export class StepBatches {
  readonly #running: Set<number>;
  readonly #seen = new Set<number>();
  #tokens = 0;

  /** @param paths numbers of those to be sampled. @param capacity most tokens of a path */
  constructor(
    paths: readonly number[],
    readonly capacity: number,
    readonly stopTokenIds: readonly number[],
    readonly tokenizer: ModelTokenizer | null,
  ) {
    this.#running = new Set(paths);
  }

  /** Paths that have not ended, ascending. */
  get running(): readonly number[] {
    return [...this.#running];
  }

  /** Tokens reported so far, of all paths. */
  get tokens(): number {
    return this.#tokens;
  }

  /**
   * The batch of one readback. Rows of paths that had already ended are dropped: they had been submitted before the end
   * was seen. Throws EngineError 'bad-logits' with the step and path.
   */
  take(sampled: SamplerRows): StepBatch {
    const rows: number[] = [];
    const flags: number[] = [];
    for (let row = 0; row < sampled.count; row++) {
      const path = sampled.value(row, 'path');
      if (!this.#running.has(path)) continue;
      const flag = this.#flagOf(sampled, row, path);
      rows.push(row);
      flags.push(flag);
      if (flag !== 0) this.#running.delete(path);
    }
    this.#tokens += rows.length;
    return this.#batch(sampled, rows, flags);
  }

  #flagOf(sampled: SamplerRows, row: number, path: number): number {
    const step = sampled.value(row, 'step');
    if (sampled.isBad(row)) {
      const where = `step ${step} of path ${path}`;
      throw new EngineError('bad-logits', `The model's logits held NaN or infinity at ${where}.`, { step, path });
    }
    if (this.stopTokenIds.includes(sampled.value(row, 'tokens'))) return FLAG_STOPPED;
    return step + 1 >= this.capacity ? FLAG_LENGTH : 0;
  }

  #batch(sampled: SamplerRows, rows: readonly number[], flags: readonly number[]): StepBatch {
    const columns = allocateColumns(BATCH_COLUMNS, rows.length);
    for (const name of ROW_COLUMN_NAMES) {
      const { width } = ROW_COLUMNS[name];
      rows.forEach((row, i) => columns[name].set(sampled.values(row, name), i * width));
    }
    columns.flags.set(flags);
    const pieces = this.#newPieces([...columns.tokens, ...columns.alternativeToken]);
    return { ...columns, rowCount: rows.length, pieces };
  }

  #newPieces(ids: readonly number[]): TokenPiece[] {
    const { tokenizer } = this;
    if (tokenizer === null) return [];
    const fresh = [...new Set(ids)].filter((id) => !this.#seen.has(id));
    for (const id of fresh) this.#seen.add(id);
    return fresh.map((id) => ({ id, bytes: tokenizer.piece(id), special: tokenizer.isSpecial(id) }));
  }
}
