import { LORA_TARGETS, loraSize, type LoraConfig } from '../../model/lora';
import type { ModelFiles } from '../../model/types';
import { FUSED_LINEARS, type FusedLinear } from '../../model/fused-linears';
import { matmulBackward } from './backward';
import { loraUpdate } from './lora';
import { outerSum, product } from './lora-backward';
import { matmul } from './matmul';
import { dequantizedTensor, floatTensor } from './quantized';

/** An adapter as LoraWeights, its numbers of any precision. */
export interface ReferenceAdapter {
  readonly config: LoraConfig;
  readonly tensors: readonly { readonly values: ArrayLike<number> }[];
}

interface Part {
  readonly rowStart: number;
  readonly rowCount: number;
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  readonly dA: Float64Array;
  readonly dB: Float64Array;
}

/** A frozen matrix with low-rank updates on its targets; `backward` needs the input of the last `forward`. */
export class ReferenceLinear {
  readonly #weight: Float64Array;
  readonly #bias: Float64Array | null;
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #parts: readonly Part[];
  #x = new Float64Array();

  constructor(
    { config, tensors }: ModelFiles,
    readonly adapter: ReferenceAdapter,
    gradients: readonly Float64Array[],
    layer: number,
    name: FusedLinear,
  ) {
    const { tensor, targets } = FUSED_LINEARS[name];
    const full = `model.layers.${layer}.${tensor}`;
    this.#weight = dequantizedTensor(tensors, full);
    this.#bias = tensors.has(`${full}.bias`) ? floatTensor(tensors, `${full}.bias`) : null;
    this.#inputs = loraSize(config, targets[0]).inputs;
    this.#outputs = this.#weight.length / this.#inputs;
    let rowStart = 0;
    const parts: Part[] = [];
    for (const target of targets) {
      const rowCount = loraSize(config, target).outputs;
      const order = LORA_TARGETS.filter((each) => adapter.config.targets.includes(each));
      const at = 2 * (layer * order.length + order.indexOf(target));
      const [a, b] = [adapter.tensors[at]?.values, adapter.tensors[at + 1]?.values];
      const [dA, dB] = [gradients[at], gradients[at + 1]];
      if (order.includes(target) && a && b && dA && dB) parts.push({ rowStart, rowCount, a, b, dA, dB });
      rowStart += rowCount;
    }
    this.#parts = parts;
  }

  forward(x: Float64Array): Float64Array {
    this.#x = Float64Array.from(x);
    const y = matmul(x, this.#weight, this.#inputs, this.#bias);
    for (const { rowStart, rowCount, a, b } of this.#parts) {
      const update = loraUpdate(x, { a, b, rank: this.#rank }, this.#scale);
      update.forEach((value, i) => {
        const at = Math.floor(i / rowCount) * this.#outputs + rowStart + (i % rowCount);
        y[at] = (y[at] ?? NaN) + value;
      });
    }
    return y;
  }

  /** Gradient of x; adds to the factors' gradients. */
  backward(dy: Float64Array): Float64Array {
    const tokens = this.#x.length / this.#inputs;
    let dx = matmulBackward(dy, this.#weight, this.#inputs);
    for (const { rowStart, rowCount, a, b, dA, dB } of this.#parts) {
      const own = Float64Array.from({ length: tokens * rowCount }, (_, i) => {
        return this.#scale * (dy[Math.floor(i / rowCount) * this.#outputs + rowStart + (i % rowCount)] ?? NaN);
      });
      const du = product(own, b, this.#rank);
      addTo(dB, outerSum(own, matmul(this.#x, a, this.#inputs), tokens));
      addTo(dA, outerSum(du, this.#x, tokens));
      dx = sum(dx, product(du, a, this.#inputs));
    }
    return dx;
  }

  get #rank(): number {
    return this.adapter.config.rank;
  }

  get #scale(): number {
    return this.adapter.config.alpha / this.adapter.config.rank;
  }
}

export function sum(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(a, (value, i) => value + (b[i] ?? NaN));
}

export function addTo(total: Float64Array, values: Float64Array): void {
  values.forEach((value, i) => {
    total[i] = (total[i] ?? NaN) + value;
  });
}
