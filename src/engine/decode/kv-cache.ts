import type { BufferArena } from '../../gpu/arena';
import type { CommandRecorder } from '../../gpu/recorder';
import type { ModelConfig } from '../../model/types';

/** Keys and values of one layer, f32 [cache rows, kvHeads headDim]. */
export interface KvPair {
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
}

/** Capacity of the suffix at first, in decode steps; it doubles when it is used up. */
const FIRST_STEPS = 64;

/**
 * The prompt's keys and values, stored once for all paths, and every path's own suffix. The suffix is step-major
 * (row = step · paths + path), so a larger buffer has all rows at the same offsets.
 */
export class KvCache {
  readonly prefix: readonly KvPair[];
  #suffix: KvPair[];
  #stepCapacity: number;
  readonly #rowBytes: number;

  constructor(
    readonly arena: BufferArena,
    readonly config: ModelConfig,
    readonly prefixTokens: number,
    readonly paths: number,
    readonly maxSteps: number,
  ) {
    this.#rowBytes = 4 * config.kvHeadCount * config.headDim;
    this.#stepCapacity = Math.min(FIRST_STEPS, maxSteps);
    this.prefix = this.#pairs('prefix', prefixTokens);
    this.#suffix = this.#pairs('suffix', paths * this.#stepCapacity);
  }

  get suffix(): readonly KvPair[] {
    return this.#suffix;
  }

  /** Grows the suffix if decode step `step` does not fit. What was recorded before must have been submitted. */
  ensureStep(recorder: CommandRecorder, step: number): void {
    if (step < this.#stepCapacity) return;
    const old = this.#suffix;
    const oldBytes = this.#rowBytes * this.paths * this.#stepCapacity;
    this.#stepCapacity = Math.min(this.maxSteps, Math.max(2 * this.#stepCapacity, step + 1));
    this.#suffix = this.#pairs('suffix', this.paths * this.#stepCapacity);
    old.forEach((pair, layer) => {
      const grown = this.#suffix[layer];
      if (grown === undefined) return;
      recorder.copy(pair.keys, grown.keys, oldBytes);
      recorder.copy(pair.values, grown.values, oldBytes);
    });
    recorder.submit();
    recorder.forgetBindGroups();
    this.#freeAll(old);
  }

  dispose(): void {
    this.#freeAll(this.prefix);
    this.#freeAll(this.#suffix);
  }

  #pairs(part: string, rows: number): KvPair[] {
    const bytes = this.#rowBytes * rows;
    return Array.from({ length: this.config.layerCount }, (_, layer) => ({
      keys: this.arena.storage(`${part} keys of layer ${layer}`, bytes),
      values: this.arena.storage(`${part} values of layer ${layer}`, bytes),
    }));
  }

  #freeAll(pairs: readonly KvPair[]): void {
    for (const pair of pairs) {
      this.arena.free(pair.keys);
      this.arena.free(pair.values);
    }
  }
}
