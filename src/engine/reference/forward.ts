import type { ModelFiles } from '../../model/types';
import { attend } from './attention';
import { matmul } from './matmul';
import { dequantizedTensor, floatTensor } from './quantized';
import { rmsnorm } from './rmsnorm';
import { rotate } from './rope';
import { siluMul } from './silu';

/** Reference of the whole forward pass, in f64: raw logits [ids, vocabulary], row i after the ids 0 to i. */
export function referenceLogits(files: ModelFiles, ids: readonly number[]): Float64Array {
  const { config, tensors } = files;
  const { hiddenSize, rmsNormEps, vocabSize } = config;
  const embedding = dequantizedTensor(tensors, 'model.embed_tokens');
  let hidden = new Float64Array(ids.length * hiddenSize);
  ids.forEach((id, t) => hidden.set(embedding.subarray(id * hiddenSize, (id + 1) * hiddenSize), t * hiddenSize));
  for (let layer = 0; layer < config.layerCount; layer++) {
    const name = `model.layers.${layer}`;
    const attention = attentionBlock(files, name, rmsnorm(hidden, gain(`${name}.input_layernorm`), rmsNormEps));
    hidden = add(hidden, attention);
    const mlp = mlpBlock(files, name, rmsnorm(hidden, gain(`${name}.post_attention_layernorm`), rmsNormEps));
    hidden = add(hidden, mlp);
  }
  const logits = matmul(rmsnorm(hidden, gain('model.norm'), rmsNormEps), embedding, hiddenSize);
  if (logits.length !== ids.length * vocabSize) throw new RangeError('The embedding does not fit the vocabulary.');
  return logits;

  function gain(norm: string): Float64Array {
    return floatTensor(tensors, `${norm}.weight`);
  }
}

function attentionBlock({ config, tensors }: ModelFiles, layer: string, normed: Float64Array): Float64Array {
  const { hiddenSize, headCount, kvHeadCount, headDim, ropeTheta } = config;
  const bias = floatTensor(tensors, `${layer}.self_attn.c_attn.bias`);
  const qkv = matmul(normed, dequantizedTensor(tensors, `${layer}.self_attn.c_attn`), hiddenSize, bias);
  const tokens = normed.length / hiddenSize;
  const heads = headCount + 2 * kvHeadCount;
  const headAt = (t: number, head: number): Float64Array =>
    qkv.slice((t * heads + head) * headDim, (t * heads + head + 1) * headDim);
  const mixed = new Float64Array(tokens * headCount * headDim);
  for (let head = 0; head < headCount; head++) {
    const kvHead = headCount + Math.floor((head * kvHeadCount) / headCount);
    const keys: Float64Array[] = [];
    const values: Float64Array[] = [];
    for (let t = 0; t < tokens; t++) {
      keys.push(rotate(headAt(t, kvHead), t, ropeTheta));
      values.push(headAt(t, kvHead + kvHeadCount));
      const query = rotate(headAt(t, head), t, ropeTheta);
      mixed.set(attend(query, keys, values), (t * headCount + head) * headDim);
    }
  }
  return matmul(mixed, dequantizedTensor(tensors, `${layer}.self_attn.o_proj`), headCount * headDim);
}

function mlpBlock({ config, tensors }: ModelFiles, layer: string, normed: Float64Array): Float64Array {
  const { hiddenSize, intermediateSize } = config;
  const gateUp = matmul(normed, dequantizedTensor(tensors, `${layer}.mlp.gate_up_proj`), hiddenSize);
  const activated = siluMul(gateUp, intermediateSize);
  return matmul(activated, dequantizedTensor(tensors, `${layer}.mlp.down_proj`), intermediateSize);
}

function add(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(a, (value, i) => value + (b[i] ?? NaN));
}
