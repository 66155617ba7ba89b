import { type FusedLinear } from '../model/fused-linears';
import type { LoraWeights } from '../model/lora';
import { ropeTable } from '../model/rope-table';
import type { ModelConfig } from '../model/types';
import type { PathFigures } from '../policy/training';
import { attendRow } from './attention';
import { KvRows } from './kv-rows';
import { attentionBackward, linearBackward, normaliseBackward, siluBackward } from './layer-gradients';
import { addInto, normalise, siluMultiply, turn } from './layer-ops';
import { addLoraGradients } from './lora-gradients';
import { applyLinear, type CpuLinear } from './matmul';
import type { CpuLayer, CpuWeights } from './weights';

/** What a pass runs with. */
interface PassModel {
  readonly config: ModelConfig;
  /** With the adapter merged, if there is one. */
  readonly weights: CpuWeights;
  /** Called between two layers. */
  readonly onLayer: () => Promise<void>;
}

/** Where the gradients go; `coefficients`: d loss / d ln p of each path token. */
interface PassGradients {
  readonly adapter: LoraWeights;
  readonly gradients: LoraWeights;
  readonly coefficients: Float32Array;
}

/** Activations of one layer that its gradients need. */
interface Stored {
  readonly input: Float32Array;
  readonly qkv: Float32Array;
  readonly middle: Float32Array;
  readonly gateUp: Float32Array;
  /** What each matrix was applied to. */
  readonly x: Readonly<Record<FusedLinear, Float32Array>>;
}

/**
 * Teacher-forced pass over one path after its prompt; with `gradients` also the way back. All activations are kept: the
 * models here are small.
 */
export async function trainPass(
  model: PassModel,
  promptIds: readonly number[],
  path: readonly number[],
  gradients: PassGradients | null,
): Promise<PathFigures> {
  const { config, weights, onLayer } = model;
  const { hiddenSize, vocabSize, activeVocabSize, rmsNormEps } = config;
  // The last token is only a target.
  const ids = [...promptIds, ...path].slice(0, -1);
  const table = ropeTable(ids.length, config.headDim, config.ropeTheta);
  let hidden = new Float32Array(ids.length * hiddenSize);
  ids.forEach((id, t) => {
    hidden.set(weights.embedding.weight.subarray(id * hiddenSize, (id + 1) * hiddenSize), t * hiddenSize);
  });
  const kept: Stored[] = [];
  for (const layer of weights.layers) {
    const stored = layerForward(config, layer, hidden, table);
    hidden = stored.output;
    if (gradients !== null) kept.push(stored);
    await onLayer();
  }
  const first = (promptIds.length - 1) * hiddenSize;
  const last = hidden.subarray(first);
  const normed = new Float32Array(last.length);
  normalise(last, weights.finalNorm, rmsNormEps, normed, path.length);
  const logits = apply(weights.embedding, normed);
  const figures = { logprobs: new Float32Array(path.length), entropies: new Float32Array(path.length) };
  path.forEach((target, j) => {
    const row = logits.subarray(j * vocabSize, (j + 1) * vocabSize);
    headRow(row, target, activeVocabSize, gradients?.coefficients[j] ?? 0, figures, j);
  });
  if (gradients === null) return figures;
  // headRow has left the gradients in the place of the logits.
  const dHidden = new Float32Array(hidden.length);
  dHidden.set(normaliseBackward(last, weights.finalNorm, rmsNormEps, linearBackward(weights.embedding, logits)), first);
  let d = dHidden;
  for (let index = weights.layers.length - 1; index >= 0; index--) {
    const [layer, stored] = [weights.layers[index], kept[index]];
    if (layer !== undefined && stored !== undefined) {
      const add = (name: FusedLinear, dy: Float32Array): void =>
        addLoraGradients(config, gradients, index, name, stored.x[name], dy);
      d = layerBackward(config, layer, stored, table, d, add);
    }
    await onLayer();
  }
  return figures;
}

/** How often `trainPass` calls `onLayer`. */
export function passLayers(config: ModelConfig, isBackward: boolean): number {
  return config.layerCount * (isBackward ? 2 : 1);
}

function apply(linear: CpuLinear, x: Float32Array): Float32Array {
  const rows = x.length / linear.inputs;
  const y = new Float32Array(rows * linear.outputs);
  applyLinear(linear, x, y, rows);
  return y;
}

function turnRows(config: ModelConfig, qkv: Float32Array, table: Float32Array, direction: 1 | -1): void {
  const { headCount, kvHeadCount, headDim } = config;
  const width = (headCount + 2 * kvHeadCount) * headDim;
  for (let t = 0; t < qkv.length / width; t++) {
    turn(qkv, t * width, headCount + kvHeadCount, headDim, table, t, direction);
  }
}

function layerForward(
  config: ModelConfig,
  layer: CpuLayer,
  input: Float32Array,
  table: Float32Array,
): Stored & { readonly output: Float32Array<ArrayBuffer> } {
  const { hiddenSize, intermediateSize, rmsNormEps } = config;
  const rows = input.length / hiddenSize;
  const normed = new Float32Array(input.length);
  normalise(input, layer.inputNorm, rmsNormEps, normed, rows);
  const qkv = apply(layer.qkv, normed);
  turnRows(config, qkv, table, 1);
  const mixed = attend(config, qkv);
  const middle = apply(layer.output, mixed);
  addInto(middle, input, input.length);
  const normedMiddle = new Float32Array(input.length);
  normalise(middle, layer.postNorm, rmsNormEps, normedMiddle, rows);
  const gateUp = apply(layer.gateUp, normedMiddle);
  const activated = new Float32Array(rows * intermediateSize);
  siluMultiply(gateUp, intermediateSize, activated, rows);
  const output = Float32Array.from(apply(layer.down, activated));
  addInto(output, middle, input.length);
  const x = { qkv: normed, output: mixed, gateUp: normedMiddle, down: activated };
  return { input, qkv, middle, gateUp, x, output };
}

function attend(config: ModelConfig, qkv: Float32Array): Float32Array {
  const { headCount, kvHeadCount, headDim } = config;
  const [width, keyWidth] = [(headCount + 2 * kvHeadCount) * headDim, kvHeadCount * headDim];
  const rows = qkv.length / width;
  const store = new KvRows(1, keyWidth, rows);
  const mixed = new Float32Array(rows * headCount * headDim);
  const scores = new Float32Array(rows);
  for (let t = 0; t < rows; t++) {
    const key = t * width + headCount * headDim;
    store.keys[0]?.set(qkv.subarray(key, key + keyWidth), t * keyWidth);
    store.values[0]?.set(qkv.subarray(key + keyWidth, key + 2 * keyWidth), t * keyWidth);
    attendRow(config, 0, qkv, t * width, [{ store, count: t + 1 }], mixed, t * headCount * headDim, scores);
  }
  return mixed;
}

function layerBackward(
  config: ModelConfig,
  layer: CpuLayer,
  { input, qkv, middle, gateUp }: Stored,
  table: Float32Array,
  dOutput: Float32Array,
  add: (name: FusedLinear, dy: Float32Array) => void,
): Float32Array<ArrayBuffer> {
  const { rmsNormEps, intermediateSize } = config;
  const through = (name: FusedLinear, dy: Float32Array): Float32Array => {
    add(name, dy);
    return linearBackward(layer[name], dy);
  };
  const dGateUp = siluBackward(gateUp, intermediateSize, through('down', dOutput));
  const dMiddle = normaliseBackward(middle, layer.postNorm, rmsNormEps, through('gateUp', dGateUp));
  addInto(dMiddle, dOutput, dOutput.length);
  const dQkv = attentionBackward(config, qkv, through('output', dMiddle));
  turnRows(config, dQkv, table, -1);
  const dInput = Float32Array.from(normaliseBackward(input, layer.inputNorm, rmsNormEps, through('qkv', dQkv)));
  addInto(dInput, dMiddle, dMiddle.length);
  return dInput;
}

/** ln p of the target and the entropy over the real vocabulary, in nats; the logits become coefficient · d ln p. */
function headRow(
  logits: Float32Array,
  target: number,
  active: number,
  coefficient: number,
  { logprobs, entropies }: PathFigures,
  at: number,
): void {
  let largest = -Infinity;
  for (let id = 0; id < active; id++) largest = Math.max(largest, logits[id] ?? 0);
  let [total, weighted] = [0, 0];
  for (let id = 0; id < active; id++) {
    const below = (logits[id] ?? 0) - largest;
    total += Math.exp(below);
    weighted += below * Math.exp(below);
  }
  logprobs[at] = (logits[target] ?? NaN) - largest - Math.log(total);
  entropies[at] = Math.log(total) - weighted / total;
  for (let id = 0; id < active; id++) {
    const p = Math.exp((logits[id] ?? 0) - largest) / total;
    logits[id] = coefficient * ((id === target ? 1 : 0) - p);
  }
  logits.fill(0, active);
}
