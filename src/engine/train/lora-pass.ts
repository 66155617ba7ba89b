import type { FusedLinear } from '../../model/fused-linears';
import type { LoraLayout, LoraLinear } from '../lora/layout';
import { recordLoraDown, recordLoraUp } from '../lora/update';
import type { PacedRecorder } from './paced-recorder';

/** The adapter of one layer on the GPU. */
export interface LoraLayer {
  readonly layout: LoraLayout;
  readonly values: GPUBuffer;
  /** Gradients add up here; null: forward only. */
  readonly gradients: GPUBuffer | null;
}

/** Buffers of one fused matrix's low-rank update in the backward pass. */
interface LoraBackwardBuffers {
  /** [tokens, inputs] the matrix's input. */
  readonly x: GPUBuffer;
  /** [tokens, uColumns] x Aᵀ, from the forward pass. */
  readonly u: GPUBuffer;
  /** [tokens, outputs] */
  readonly dy: GPUBuffer;
  /** [tokens, uColumns] written here. */
  readonly du: GPUBuffer;
}

/** Forward and backward pass of low-rank updates y += scale · (x Aᵀ) Bᵀ. (LoRA, arXiv 2106.09685) */
export class LoraPass {
  constructor(
    readonly paced: PacedRecorder,
    readonly tokens: number,
  ) {}

  /** u = x Aᵀ, for all targets in a fused matrix. */
  async down(layer: LoraLayer | null, name: FusedLinear, x: GPUBuffer, u: GPUBuffer): Promise<void> {
    const linear = layer?.layout.linears[name] ?? null;
    if (layer === null || linear === null) return;
    const { inputs, uColumns } = linear;
    const { tokens, paced } = this;
    recordLoraDown(paced.recorder, paced.kernels, linear, tokens, { x, adapter: layer.values, u });
    await paced.recorded(tokens * inputs * uColumns);
  }

  /** y += scale · u Bᵀ. */
  async up(layer: LoraLayer | null, name: FusedLinear, u: GPUBuffer, y: GPUBuffer): Promise<void> {
    const linear = layer?.layout.linears[name] ?? null;
    if (layer === null || linear === null) return;
    const { tokens, paced } = this;
    recordLoraUp(paced.recorder, paced.kernels, layer.layout, linear, tokens, { u, adapter: layer.values, y });
    await paced.recorded(tokens * layer.layout.rankStride * linear.outputs);
  }

  /**
   * du = scale · dy B; adds duᵀ x to A's gradients and scale · dyᵀ u to B's. Nothing without an update on this matrix.
   */
  async gradients(layer: LoraLayer | null, name: FusedLinear, buffers: LoraBackwardBuffers): Promise<void> {
    const linear = layer?.layout.linears[name] ?? null;
    const gradients = layer?.gradients ?? null;
    if (layer === null || linear === null || gradients === null) return;
    const { scale, rankStride } = layer.layout;
    for (const { rowStart, rowCount, uColumn, bOffset } of linear.segments) {
      const inDy = { xStride: linear.outputs, xFrom: rowStart };
      const product = {
        tokens: this.tokens,
        inner: rowCount,
        columns: rankStride,
        ...inDy,
        mFrom: bOffset,
        yStride: linear.uColumns,
        yFrom: uColumn,
        accumulate: 0,
        scale,
      };
      await this.#product(product, buffers.dy, layer.values, buffers.du);
      const gradient = { rows: rowCount, columns: rankStride, ...inDy, gFrom: bOffset, scale };
      const u = { zStride: linear.uColumns, zFrom: uColumn };
      await this.#gradient({ ...gradient, ...u }, buffers.dy, buffers.u, gradients);
    }
    await this.#gradientOfA(linear, buffers, gradients);
  }

  /** dx += du A, of the du that `gradients` left. */
  async inputs(layer: LoraLayer | null, name: FusedLinear, du: GPUBuffer, dx: GPUBuffer): Promise<void> {
    const linear = layer?.layout.linears[name] ?? null;
    if (layer === null || linear === null) return;
    const { uColumns, inputs, aOffset } = linear;
    const params = {
      tokens: this.tokens,
      inner: uColumns,
      columns: inputs,
      xStride: uColumns,
      xFrom: 0,
      mFrom: aOffset,
      yStride: inputs,
      yFrom: 0,
      accumulate: 1,
      scale: 1,
    };
    await this.#product(params, du, layer.values, dx);
  }

  async #gradientOfA(linear: LoraLinear, { x, du }: LoraBackwardBuffers, gradients: GPUBuffer): Promise<void> {
    const { uColumns, inputs, aOffset } = linear;
    const params = {
      rows: uColumns,
      columns: inputs,
      xStride: uColumns,
      xFrom: 0,
      zStride: inputs,
      zFrom: 0,
      gFrom: aOffset,
      scale: 1,
    };
    await this.#gradient(params, du, x, gradients);
  }

  async #product(params: ProductParams, x: GPUBuffer, adapter: GPUBuffer, y: GPUBuffer): Promise<void> {
    const { tokens, inner, columns } = params;
    const dispatch = {
      params,
      buffers: { x, adapter, y },
    } as const;
    await this.paced.run(this.paced.kernels.loraProduct, dispatch, tokens * inner * columns);
  }

  async #gradient(params: GradientParams, x: GPUBuffer, z: GPUBuffer, gradients: GPUBuffer): Promise<void> {
    const { tokens } = this;
    const { rows, columns } = params;
    const dispatch = {
      params: { tokens, ...params },
      buffers: { x, z, gradients },
    } as const;
    await this.paced.run(this.paced.kernels.loraGradient, dispatch, tokens * rows * columns);
  }
}

type Params<K extends 'loraProduct' | 'loraGradient'> = Readonly<
  Record<keyof PacedRecorder['kernels'][K]['definition']['params'], number>
>;
type ProductParams = Params<'loraProduct'>;
type GradientParams = Omit<Params<'loraGradient'>, 'tokens'>;
