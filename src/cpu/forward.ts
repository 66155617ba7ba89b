import type { ModelConfig } from '../model/types';
import { ropeTable } from '../model/rope-table';
import { attendRow, type Span } from './attention';
import type { KvRows } from './kv-rows';
import { addInto, normalise, siluMultiply, turn } from './layer-ops';
import { applyLinear } from './matmul';
import type { Pace } from './pace';
import type { CpuLayer, CpuWeights } from './weights';

/** One token of a forward pass. */
export interface Row {
  readonly token: number;
  readonly position: number;
  /** Where its key and value go. */
  readonly store: KvRows;
  readonly storeRow: number;
  /** What it sees, its own position included. */
  readonly sees: readonly Span[];
}

/** Activations of up to `rows` rows, allocated once for many passes. */
class Workspace {
  readonly hidden: Float32Array;
  readonly normed: Float32Array;
  readonly qkv: Float32Array;
  readonly mixed: Float32Array;
  readonly gateUp: Float32Array;
  readonly activated: Float32Array;
  readonly update: Float32Array;
  readonly logits: Float32Array;
  readonly scores: Float32Array;

  constructor(
    config: ModelConfig,
    readonly rows: number,
  ) {
    const { hiddenSize, intermediateSize, headCount, kvHeadCount, headDim, vocabSize, contextTokens } = config;
    const array = (width: number): Float32Array => new Float32Array(rows * width);
    this.hidden = array(hiddenSize);
    this.normed = array(hiddenSize);
    this.qkv = array((headCount + 2 * kvHeadCount) * headDim);
    this.mixed = array(headCount * headDim);
    this.gateUp = array(2 * intermediateSize);
    this.activated = array(intermediateSize);
    this.update = array(hiddenSize);
    this.logits = array(vocabSize);
    this.scores = new Float32Array(contextTokens);
  }
}

/** The forward pass of one run. */
export class Forward {
  readonly #work: Workspace;
  readonly #rope: Float32Array;

  /** @param rows most of one pass */
  constructor(
    readonly config: ModelConfig,
    readonly weights: CpuWeights,
    rows: number,
    readonly pace: Pace,
  ) {
    this.#work = new Workspace(config, rows);
    this.#rope = ropeTable(config.contextTokens, config.headDim, config.ropeTheta);
  }

  /** Runs rows through all layers, filling their stores. Rejects with the signal's reason. */
  async layers(rows: readonly Row[]): Promise<void> {
    const { hiddenSize } = this.config;
    const { embedding } = this.weights;
    rows.forEach(({ token }, r) => {
      this.#work.hidden.set(embedding.weight.subarray(token * hiddenSize, (token + 1) * hiddenSize), r * hiddenSize);
    });
    for (const [index, layer] of this.weights.layers.entries()) {
      this.#layer(layer, index, rows);
      if (this.pace.isDue) await this.pace.breathe();
    }
  }

  /** Raw logits [count, vocabulary] of rows first .. first + count − 1 of the last pass; valid until the next. */
  logits(first: number, count: number): Float32Array {
    const { hiddenSize, rmsNormEps } = this.config;
    const { hidden, normed, logits } = this.#work;
    normalise(hidden.subarray(first * hiddenSize), this.weights.finalNorm, rmsNormEps, normed, count);
    applyLinear(this.weights.embedding, normed, logits, count);
    return logits;
  }

  #layer(layer: CpuLayer, index: number, rows: readonly Row[]): void {
    const { rmsNormEps, hiddenSize, intermediateSize } = this.config;
    const { hidden, normed, qkv, mixed, gateUp, activated, update } = this.#work;
    const count = rows.length;
    normalise(hidden, layer.inputNorm, rmsNormEps, normed, count);
    applyLinear(layer.qkv, normed, qkv, count);
    this.#attention(index, rows);
    applyLinear(layer.output, mixed, update, count);
    addInto(hidden, update, count * hiddenSize);
    normalise(hidden, layer.postNorm, rmsNormEps, normed, count);
    applyLinear(layer.gateUp, normed, gateUp, count);
    siluMultiply(gateUp, intermediateSize, activated, count);
    applyLinear(layer.down, activated, update, count);
    addInto(hidden, update, count * hiddenSize);
  }

  #attention(layer: number, rows: readonly Row[]): void {
    const { headCount, kvHeadCount, headDim } = this.config;
    const { qkv, mixed, scores } = this.#work;
    const width = (headCount + 2 * kvHeadCount) * headDim;
    const keyWidth = kvHeadCount * headDim;
    rows.forEach(({ position, store, storeRow }, r) => {
      const from = r * width;
      turn(qkv, from, headCount + kvHeadCount, headDim, this.#rope, position);
      const key = from + headCount * headDim;
      store.keys[layer]?.set(qkv.subarray(key, key + keyWidth), storeRow * keyWidth);
      store.values[layer]?.set(qkv.subarray(key + keyWidth, key + 2 * keyWidth), storeRow * keyWidth);
    });
    rows.forEach(({ sees }, r) => {
      attendRow(this.config, layer, qkv, r * width, sees, mixed, r * headCount * headDim, scores);
    });
  }
}
