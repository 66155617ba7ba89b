import type { FusedLinear } from '../../model/fused-linears';
import type { ModelFiles } from '../../model/types';
import { attend } from './attention';
import { attendBackward, matmulBackward, rmsnormBackward, siluMulBackward } from './backward';
import { headFigures, headGradient } from './head';
import { addTo, ReferenceLinear, sum, type ReferenceAdapter } from './linear';
import { matmul } from './matmul';
import { dequantizedTensor, floatTensor } from './quantized';
import { rmsnorm } from './rmsnorm';
import { rotate } from './rope';
import { siluMul } from './silu';

/** Results for one path after its prompt, computed without packing, checkpoints or chunks. */
interface ReferenceTraining {
  /** ln p and entropy of each path token, in nats. */
  readonly logprobs: readonly number[];
  readonly entropies: readonly number[];
  /** d Σ coefficient · ln p / d tensor, in the adapter's order. */
  readonly gradients: readonly Float64Array[];
}

/** Reference of LoraTrainer's pass, in f64. `coefficients`: one for each path token. */
export function referenceTraining(
  files: ModelFiles,
  adapter: ReferenceAdapter,
  { promptIds, path }: { readonly promptIds: readonly number[]; readonly path: readonly number[] },
  coefficients: ArrayLike<number>,
): ReferenceTraining {
  const { config, tensors } = files;
  const { hiddenSize, layerCount, activeVocabSize, rmsNormEps, vocabSize } = config;
  const gradients = adapter.tensors.map(({ values }) => new Float64Array(values.length));
  const layers = Array.from({ length: layerCount }, (_, i) => new ReferenceLayer(files, adapter, gradients, i));
  const embedding = dequantizedTensor(tensors, 'model.embed_tokens');
  const finalGain = floatTensor(tensors, 'model.norm.weight');
  const ids = [...promptIds, ...path];
  let hidden = new Float64Array(ids.length * hiddenSize);
  ids.forEach((id, t) => hidden.set(embedding.subarray(id * hiddenSize, (id + 1) * hiddenSize), t * hiddenSize));
  for (const layer of layers) hidden = layer.forward(hidden);

  const logits = matmul(rmsnorm(hidden, finalGain, rmsNormEps), embedding, hiddenSize);
  const dLogits = new Float64Array(logits.length);
  const figures = path.map((target, j) => {
    const from = (promptIds.length - 1 + j) * vocabSize;
    const row = logits.subarray(from, from + vocabSize);
    dLogits.set(headGradient(row, target, activeVocabSize, coefficients[j] ?? NaN), from);
    return headFigures(row, target, activeVocabSize);
  });
  let dHidden = rmsnormBackward(hidden, finalGain, rmsNormEps, matmulBackward(dLogits, embedding, hiddenSize));
  for (const layer of layers.reverse()) dHidden = layer.backward(dHidden);
  return {
    logprobs: figures.map(({ logprob }) => logprob),
    entropies: figures.map(({ entropy }) => entropy),
    gradients,
  };
}

/** A decoder layer that stores all its activations. */
class ReferenceLayer {
  readonly #linear: Readonly<Record<FusedLinear, ReferenceLinear>>;
  readonly #inputGain: Float64Array;
  readonly #postGain: Float64Array;
  #input = new Float64Array();
  #rotated = new Float64Array();
  #middle = new Float64Array();
  #gateUp = new Float64Array();

  constructor(
    readonly files: ModelFiles,
    adapter: ReferenceAdapter,
    gradients: readonly Float64Array[],
    layer: number,
  ) {
    const linear = (name: FusedLinear): ReferenceLinear => new ReferenceLinear(files, adapter, gradients, layer, name);
    this.#linear = { qkv: linear('qkv'), output: linear('output'), gateUp: linear('gateUp'), down: linear('down') };
    this.#inputGain = floatTensor(files.tensors, `model.layers.${layer}.input_layernorm.weight`);
    this.#postGain = floatTensor(files.tensors, `model.layers.${layer}.post_attention_layernorm.weight`);
  }

  forward(input: Float64Array): Float64Array<ArrayBuffer> {
    const { rmsNormEps, intermediateSize } = this.files.config;
    this.#input = Float64Array.from(input);
    this.#rotated = this.#rotate(this.#linear.qkv.forward(rmsnorm(input, this.#inputGain, rmsNormEps)), 1);
    this.#middle = sum(input, this.#linear.output.forward(this.#attention()));
    const normed = rmsnorm(this.#middle, this.#postGain, rmsNormEps);
    this.#gateUp = Float64Array.from(this.#linear.gateUp.forward(normed));
    return sum(this.#middle, this.#linear.down.forward(siluMul(this.#gateUp, intermediateSize)));
  }

  backward(dOutput: Float64Array): Float64Array<ArrayBuffer> {
    const { rmsNormEps, intermediateSize } = this.files.config;
    const dGateUp = siluMulBackward(this.#gateUp, intermediateSize, this.#linear.down.backward(dOutput));
    const dNormed = this.#linear.gateUp.backward(dGateUp);
    const dMiddle = sum(dOutput, rmsnormBackward(this.#middle, this.#postGain, rmsNormEps, dNormed));
    const dQkv = this.#rotate(this.#attentionBackward(this.#linear.output.backward(dMiddle)), -1);
    const dInput = rmsnormBackward(this.#input, this.#inputGain, rmsNormEps, this.#linear.qkv.backward(dQkv));
    return sum(dMiddle, dInput);
  }

  /** Queries and keys rotated by their positions (direction −1: back); values unchanged. */
  #rotate(qkv: Float64Array, direction: 1 | -1): Float64Array<ArrayBuffer> {
    const { headCount, kvHeadCount, headDim, ropeTheta } = this.files.config;
    const heads = headCount + 2 * kvHeadCount;
    const result = Float64Array.from(qkv);
    for (let i = 0; i < qkv.length / headDim; i++) {
      if (i % heads >= headCount + kvHeadCount) continue;
      const head = qkv.subarray(i * headDim, (i + 1) * headDim);
      result.set(rotate(head, direction * Math.floor(i / heads), ropeTheta), i * headDim);
    }
    return result;
  }

  /** Query number `head` of row t, and the keys and values of the rows it sees. */
  #view(t: number, head: number): { query: Float64Array; keyAt: number[]; valueAt: number[] } {
    const { headCount, kvHeadCount, headDim } = this.files.config;
    const heads = headCount + 2 * kvHeadCount;
    const keyHead = headCount + Math.floor((head * kvHeadCount) / headCount);
    const keyAt = Array.from({ length: t + 1 }, (_, s) => (s * heads + keyHead) * headDim);
    const valueAt = keyAt.map((at) => at + kvHeadCount * headDim);
    return { query: this.#vector((t * heads + head) * headDim), keyAt, valueAt };
  }

  #vector(at: number): Float64Array {
    return this.#rotated.subarray(at, at + this.files.config.headDim);
  }

  #attention(): Float64Array {
    const { headCount, kvHeadCount, headDim } = this.files.config;
    const rows = this.#rotated.length / ((headCount + 2 * kvHeadCount) * headDim);
    const mixed = new Float64Array(rows * headCount * headDim);
    for (let i = 0; i < rows * headCount; i++) {
      const { query, keyAt, valueAt } = this.#view(Math.floor(i / headCount), i % headCount);
      const [keys, values] = [keyAt, valueAt].map((all) => all.map((at) => this.#vector(at)));
      mixed.set(attend(query, keys ?? [], values ?? []), i * headDim);
    }
    return mixed;
  }

  #attentionBackward(dMixed: Float64Array): Float64Array {
    const { headCount, kvHeadCount, headDim } = this.files.config;
    const heads = headCount + 2 * kvHeadCount;
    const dQkv = new Float64Array(this.#rotated.length);
    const add = (values: Float64Array, at: number): void => addTo(dQkv.subarray(at, at + headDim), values);
    for (let i = 0; i < dMixed.length / headDim; i++) {
      const [t, head] = [Math.floor(i / headCount), i % headCount];
      const { query, keyAt, valueAt } = this.#view(t, head);
      const [keys, values] = [keyAt, valueAt].map((all) => all.map((at) => this.#vector(at)));
      const own = dMixed.subarray(i * headDim, (i + 1) * headDim);
      const { dQuery, dKeys, dValues } = attendBackward(query, keys ?? [], values ?? [], own);
      add(dQuery, (t * heads + head) * headDim);
      dKeys.forEach((dKey, s) => add(dKey, keyAt[s] ?? NaN));
      dValues.forEach((dValue, s) => add(dValue, valueAt[s] ?? NaN));
    }
    return dQkv;
  }
}
