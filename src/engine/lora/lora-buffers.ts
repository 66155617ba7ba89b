import type { BufferArena } from '../../gpu/arena';
import { readBuffer } from '../../gpu/readback';
import type { CommandRecorder } from '../../gpu/recorder';
import type { LoraTensor, LoraWeights } from '../../model/lora';
import { loraBlocks, type LoraLayout } from './layout';

/**
 * One number for each of an adapter's parameters, on the GPU: the adapter itself, its gradient or one of AdamW's
 * moments. One buffer for each layer, laid out as `layout` and zeroed at first. `arena.settle` reports whether they
 * fitted.
 */
export class LoraBuffers {
  /** f32 [layout.floatsPerLayer] each. */
  readonly layers: readonly GPUBuffer[];

  /** @param name for error messages, e.g. "adapter". Throws GpuError 'out-of-memory' beyond the device's limits. */
  constructor(
    readonly arena: BufferArena,
    readonly layout: LoraLayout,
    name: string,
  ) {
    const bytes = 4 * layout.floatsPerLayer;
    this.layers = Array.from({ length: layout.layerCount }, (_, i) => arena.storage(`${name} of layer ${i}`, bytes));
  }

  /**
   * Replaces all numbers before anything submitted later. RangeError when the tensors are not this layout's; then
   * nothing is replaced.
   */
  write(weights: LoraWeights): void {
    const { queue } = this.arena.gpu.device;
    const packed = packLora(this.layout, weights);
    this.layers.forEach((buffer, i) => {
      const data = packed[i];
      if (data !== undefined) queue.writeBuffer(buffer, 0, data);
    });
  }

  /** The numbers after everything recorded so far, which it submits. */
  async read(recorder: CommandRecorder): Promise<LoraWeights> {
    const { layout } = this;
    const packed: Float32Array[] = [];
    for (const buffer of this.layers) {
      packed.push(new Float32Array(await readBuffer(recorder, buffer, 4 * layout.floatsPerLayer)));
    }
    return unpackLora(layout, packed);
  }

  /** Call the recorder's `forgetBindGroups` first: bind groups would keep the buffers alive. */
  dispose(): void {
    for (const buffer of this.layers) this.arena.free(buffer);
  }
}

/** Each layer's buffer. RangeError when the tensors are not this layout's. */
export function packLora(layout: LoraLayout, weights: LoraWeights): Float32Array<ArrayBuffer>[] {
  const { config, layerCount, floatsPerLayer } = layout;
  const { rank, alpha, targets } = weights.config;
  if (rank !== config.rank || alpha !== config.alpha || targets.join() !== config.targets.join()) {
    throw new RangeError('These tensors are of an adapter with another rank, alpha or targets.');
  }
  const blocks = loraBlocks(layout);
  if (weights.tensors.length !== layerCount * blocks.length) {
    throw new RangeError(`An adapter has ${layerCount * blocks.length} tensors here, not ${weights.tensors.length}.`);
  }
  return Array.from({ length: layerCount }, (_, layer) => {
    const packed = new Float32Array(floatsPerLayer);
    blocks.forEach(({ target, part, offset, rows, columns, stride }, i) => {
      const tensor = weights.tensors[layer * blocks.length + i];
      const fits = tensor?.layer === layer && tensor.target === target && tensor.part === part;
      if (!fits || tensor.values.length !== rows * columns) {
        throw new RangeError(`${part} of ${target} in layer ${layer} is missing, out of order or of another size.`);
      }
      for (let row = 0; row < rows; row++) {
        packed.set(tensor.values.subarray(row * columns, (row + 1) * columns), offset + row * stride);
      }
    });
    return packed;
  });
}

/** The tensors in the layers' buffers. */
export function unpackLora(layout: LoraLayout, packed: readonly Float32Array[]): LoraWeights {
  const blocks = loraBlocks(layout);
  const tensors = packed.flatMap((layerValues, layer) =>
    blocks.map(({ target, part, offset, rows, columns, stride }): LoraTensor => {
      const values = new Float32Array(rows * columns);
      for (let row = 0; row < rows; row++) {
        values.set(layerValues.subarray(offset + row * stride, offset + row * stride + columns), row * columns);
      }
      return { layer, target, part, shape: [rows, columns], values };
    }),
  );
  return { config: layout.config, tensors };
}
