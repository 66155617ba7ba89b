import type { ModelConfig } from '../../model/types';
import type { LayerWeights } from '../decode/weights';
import type { FusedLinear } from '../../model/fused-linears';
import { AttentionPass } from './attention-pass';
import { LoraPass, type LoraLayer } from './lora-pass';
import type { MicroBatch } from './micro-batch';
import type { NormShape, PacedRecorder } from './paced-recorder';
import type { PassWorkspace } from './workspace';

/** One layer of a micro-batch's pass: its frozen weights and its adapter. */
export interface Layer {
  readonly weights: LayerWeights;
  /** null: without adapter. */
  readonly lora: LoraLayer | null;
}

/** Forward and backward pass of a decoder layer over the rows of a micro-batch. */
export class LayerPass {
  readonly #attention: AttentionPass;
  readonly #lora: LoraPass;
  readonly #norm: NormShape;

  constructor(
    readonly paced: PacedRecorder,
    readonly config: ModelConfig,
    readonly batch: MicroBatch,
    readonly work: PassWorkspace,
    rope: GPUBuffer,
  ) {
    this.#attention = new AttentionPass(paced, config, batch, work, rope);
    this.#lora = new LoraPass(paced, batch.rows);
    this.#norm = { rows: batch.rows, hidden: config.hiddenSize, eps: config.rmsNormEps };
  }

  /** `y` = the layer's output for the residual stream `x`. Leaves in the workspace all that `backward` needs. */
  async forward(layer: Layer, x: GPUBuffer, y: GPUBuffer): Promise<void> {
    const { work, batch, paced } = this;
    await this.recompute(layer, x);
    paced.recorder.copy(work.middle, y, 4 * batch.rows * this.config.hiddenSize);
    await paced.linear(layer.weights.down, batch.rows, work.activated, y, true);
    await this.#lora.up(layer.lora, 'down', work.uDown, y);
  }

  /** As `forward`, without the output itself, which the backward pass does not need. */
  async recompute(layer: Layer, x: GPUBuffer): Promise<void> {
    const { work, paced, batch, config } = this;
    const { weights } = layer;
    await paced.norm(x, weights.inputNorm, work.attentionInput, this.#norm);
    await this.#linear(layer, 'qkv', work.attentionInput, work.uQkv, work.qkv, false);
    await this.#attention.forward();
    paced.recorder.copy(x, work.middle, 4 * batch.rows * config.hiddenSize);
    await this.#linear(layer, 'output', work.mixed, work.uOutput, work.middle, true);
    await paced.norm(work.middle, weights.postNorm, work.mlpInput, this.#norm);
    await this.#linear(layer, 'gateUp', work.mlpInput, work.uGateUp, work.gateUp, false);
    const dispatch = {
      params: { rows: batch.rows, width: config.intermediateSize },
      buffers: { gateUp: work.gateUp, y: work.activated },
    } as const;
    await paced.run(paced.kernels.siluMul, dispatch, 8 * batch.rows * config.intermediateSize);
    await this.#lora.down(layer.lora, 'down', work.activated, work.uDown);
  }

  /**
   * Turns work.dHidden from the gradient of the layer's output into that of its input `x` and adds to the adapter's
   * gradients. Needs what `forward` or `recompute` of the same layer left. `isFirst`: the input's gradient is not
   * needed.
   */
  async backward(layer: Layer, x: GPUBuffer, isFirst: boolean): Promise<void> {
    const { work, paced, batch, config } = this;
    const { weights } = layer;
    const { dHidden, dNormed, dU: du } = work;
    const { intermediateSize: width } = config;
    await this.#linearBackward(layer, 'down', { x: work.activated, u: work.uDown, dy: dHidden, du }, work.activated);
    const silu = {
      params: { rows: batch.rows, width },
      buffers: { dy: work.activated, gateUp: work.gateUp },
    } as const;
    await paced.run(paced.kernels.siluMulBackward, silu, 12 * batch.rows * width);
    await this.#linearBackward(layer, 'gateUp', { x: work.mlpInput, u: work.uGateUp, dy: work.gateUp, du }, dNormed);
    const mlpNorm = { x: work.middle, gain: weights.postNorm, dy: dNormed, dx: dHidden };
    await paced.normBackward(mlpNorm, this.#norm, true);
    await this.#linearBackward(layer, 'output', { x: work.mixed, u: work.uOutput, dy: dHidden, du }, work.dMixed);
    await this.#attention.backward();
    const attentionInput = { x: work.attentionInput, u: work.uQkv, dy: work.dQkv, du };
    await this.#linearBackward(layer, 'qkv', attentionInput, isFirst ? null : dNormed);
    if (isFirst) return;
    await paced.normBackward({ x, gain: weights.inputNorm, dy: dNormed, dx: dHidden }, this.#norm, true);
  }

  /** y (+)= W x + bias, plus the adapter's update, computed through u. */
  async #linear(
    layer: Layer,
    name: FusedLinear,
    x: GPUBuffer,
    u: GPUBuffer,
    y: GPUBuffer,
    accumulate: boolean,
  ): Promise<void> {
    await this.paced.linear(layer.weights[name], this.batch.rows, x, y, accumulate);
    await this.#lora.down(layer.lora, name, x, u);
    await this.#lora.up(layer.lora, name, u, y);
  }

  /** Gradients of the adapter on `name`, and dx unless it is null; dx may be the same buffer as x. */
  async #linearBackward(
    layer: Layer,
    name: FusedLinear,
    buffers: { readonly x: GPUBuffer; readonly u: GPUBuffer; readonly dy: GPUBuffer; readonly du: GPUBuffer },
    dx: GPUBuffer | null,
  ): Promise<void> {
    await this.#lora.gradients(layer.lora, name, buffers);
    if (dx === null) return;
    await this.paced.linearBackward(layer.weights[name], this.batch.rows, buffers.dy, dx);
    await this.#lora.inputs(layer.lora, name, buffers.du, dx);
  }
}
