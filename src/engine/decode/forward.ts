import type { CommandRecorder } from '../../gpu/recorder';
import type { ModelConfig } from '../../model/types';
import type { FusedLinear } from '../../model/fused-linears';
import { recordLoraUpdate } from '../lora/update';
import { attentionSpan } from '../ops/attention';
import type { Workspace } from './workspace';
import { recordLinear } from './linear';
import type { KvPair } from './kv-cache';
import type { DecoderKernels } from './kernels';
import type { DecoderWeights, LayerWeights, Linear } from './weights';

/**
 * The rows of one forward pass and their positions: tokens of a prompt (prefill), or one token of each path (decode).
 */
export interface Rows {
  readonly count: number;
  /** u32 token ids; row r is number tokenBase + slots[r]. */
  readonly tokens: GPUBuffer;
  readonly tokenBase: number;
  /** u32 [count]: 0, 1, 2 … in prefill; the rows' path numbers in decode. */
  readonly slots: GPUBuffer;
  /** Row r has position positionBase + r · positionStride. */
  readonly positionBase: number;
  readonly positionStride: number;
  /** Row r's key and value go to cache row cacheBase + slots[r] of the prefix (prefill) or suffix (decode). */
  readonly target: 'prefix' | 'suffix';
  readonly cacheBase: number;
  /** Row r sees prefixBase + r · prefixStride positions of the prefix, then suffixCount of its own suffix. */
  readonly prefixBase: number;
  readonly prefixStride: number;
  readonly suffixCount: number;
  /** Cache rows between two steps of the suffix: the number of paths. */
  readonly suffixRows: number;
}

/** Rows of a prompt chunk: tokens start .. start + count − 1, at the positions of the same numbers. */
export function prefillRows(tokens: GPUBuffer, identity: GPUBuffer, start: number, count: number): Rows {
  return {
    count,
    tokens,
    tokenBase: start,
    slots: identity,
    positionBase: start,
    positionStride: 1,
    target: 'prefix',
    cacheBase: start,
    prefixBase: start + 1,
    prefixStride: 1,
    suffixCount: 0,
    suffixRows: 1,
  };
}

/**
 * One token of each active path: the one generated at `step` (0-based), at the position after prompt and earlier steps.
 */
export function decodeRows(
  tokens: GPUBuffer,
  activePaths: GPUBuffer,
  count: number,
  { promptTokens, paths, step }: { promptTokens: number; paths: number; step: number },
): Rows {
  return {
    count,
    tokens,
    tokenBase: 0,
    slots: activePaths,
    positionBase: promptTokens + step,
    positionStride: 0,
    target: 'suffix',
    cacheBase: step * paths,
    prefixBase: promptTokens,
    prefixStride: 0,
    suffixCount: step + 1,
    suffixRows: paths,
  };
}

interface LayerCache {
  readonly prefix: KvPair;
  readonly suffix: KvPair;
}

/** Records Qwen2's forward pass: every op is one dispatch over all rows. */
export class Forward {
  constructor(
    readonly recorder: CommandRecorder,
    readonly kernels: DecoderKernels,
    readonly config: ModelConfig,
    readonly weights: DecoderWeights,
    /** f32 pairs [contextTokens, headDim / 2] */
    readonly rope: GPUBuffer,
  ) {}

  /** Embedding and all layers: leaves the residual stream in `work.hidden`. */
  layers(rows: Rows, work: Workspace, prefix: readonly KvPair[], suffix: readonly KvPair[]): void {
    const { embedding } = this.weights;
    this.recorder.dispatch(this.kernels.embed, {
      params: { rows: rows.count, hidden: this.config.hiddenSize, tokenBase: rows.tokenBase },
      buffers: {
        tokens: rows.tokens,
        slots: rows.slots,
        weight: embedding.weight,
        scales: embedding.scales,
        y: work.hidden,
      },
    });
    this.weights.layers.forEach((layer, i) => {
      const cache = { prefix: prefix[i], suffix: suffix[i] };
      if (cache.prefix === undefined || cache.suffix === undefined) throw new RangeError(`No cache for layer ${i}.`);
      this.#layer(i, layer, rows, work, { prefix: cache.prefix, suffix: cache.suffix });
    });
  }

  /** Final norm and head: logits[r] of residual row rowBase + r · rowStride, for r < count. */
  head(work: Workspace, count: number, rowBase: number, rowStride: number): void {
    this.#norm(work, this.weights.finalNorm, count, rowBase, rowStride);
    this.#linear(this.weights.embedding, count, work.normed, work.logits, false);
  }

  #layer(index: number, layer: LayerWeights, rows: Rows, work: Workspace, cache: LayerCache): void {
    const adapted = (name: FusedLinear, x: GPUBuffer, y: GPUBuffer, accumulate: boolean): void => {
      this.#linear(layer[name], rows.count, x, y, accumulate);
      if (work.lora === null) return;
      const call = { layer: index, linear: name, tokens: rows.count, x, y };
      recordLoraUpdate(this.recorder, this.kernels, work.lora, call);
    };
    this.#norm(work, layer.inputNorm, rows.count, 0, 1);
    adapted('qkv', work.normed, work.qkv, false);
    this.#attention(rows, work, cache);
    adapted('output', work.mixed, work.hidden, true);
    this.#norm(work, layer.postNorm, rows.count, 0, 1);
    adapted('gateUp', work.normed, work.gateUp, false);
    const width = this.config.intermediateSize;
    this.recorder.dispatch(this.kernels.siluMul, {
      params: { rows: rows.count, width },
      buffers: { gateUp: work.gateUp, y: work.activated },
    });
    adapted('down', work.activated, work.hidden, true);
  }

  #attention(rows: Rows, work: Workspace, cache: LayerCache): void {
    const { headCount: heads, kvHeadCount: kvHeads, headDim } = this.config;
    const { slots } = rows;
    const shape = { rows: rows.count, heads, kvHeads, headDim };
    const target = cache[rows.target];
    this.recorder.dispatch(this.kernels.ropeKv, {
      params: {
        ...shape,
        positionBase: rows.positionBase,
        positionStride: rows.positionStride,
        cacheBase: rows.cacheBase,
      },
      buffers: { slots, rope: this.rope, qkv: work.qkv, keys: target.keys, values: target.values },
    });
    const mostVisible = rows.prefixBase + (rows.count - 1) * rows.prefixStride + rows.suffixCount;
    const span = attentionSpan(mostVisible);
    const view = {
      ...shape,
      prefixBase: rows.prefixBase,
      prefixStride: rows.prefixStride,
      suffixCount: rows.suffixCount,
      suffixRows: rows.suffixRows,
      span,
    };
    this.recorder.dispatch(this.kernels.attentionScores, {
      params: { ...view, scale: 1 / Math.sqrt(headDim) },
      buffers: {
        qkv: work.qkv,
        prefixKeys: cache.prefix.keys,
        suffixKeys: cache.suffix.keys,
        slots,
        weights: work.scores,
        partials: work.partials,
      },
    });
    this.recorder.dispatch(this.kernels.attentionMix, {
      params: view,
      buffers: {
        weights: work.scores,
        partials: work.partials,
        prefixValues: cache.prefix.values,
        suffixValues: cache.suffix.values,
        slots,
        y: work.mixed,
      },
    });
  }

  #norm(work: Workspace, gain: GPUBuffer, rows: number, rowBase: number, rowStride: number): void {
    const { hiddenSize: hidden, rmsNormEps: eps } = this.config;
    this.recorder.dispatch(this.kernels.rmsnorm, {
      params: { rows, hidden, rowBase, rowStride, eps },
      buffers: { x: work.hidden, gain, y: work.normed },
    });
  }

  /** y = x Wᵀ + bias, or y += x Wᵀ where `accumulate`. */
  #linear(linear: Linear, tokens: number, x: GPUBuffer, y: GPUBuffer, accumulate: boolean): void {
    recordLinear(this.recorder, this.kernels, linear, { tokenBase: 0, tokenEnd: tokens }, { x, y }, accumulate);
  }
}
