import { GROUP_SIZE } from '../config';
import { ModelFileError } from '../errors';
import { expectedTensors, storedTensorBytes } from '../tensors';
import type { ModelConfig, TensorDtype } from '../types';
import type { SourceTensor } from './checkpoint';

/** A tensor as it will be written. */
interface PlannedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: TensorDtype;
  readonly nbytes: number;
}

/** What is made of the same sources, read once: the words and scales of a matrix, or a vector. */
export interface PlannedParameter {
  /** Their rows (or elements), one after another, are this parameter's. */
  readonly sources: readonly SourceTensor[];
  readonly tensors: readonly PlannedTensor[];
}

export interface PlannedShard {
  readonly dataPath: string;
  readonly nbytes: number;
  readonly parameters: readonly PlannedParameter[];
}

/** MLC's cap; a parameter that alone is larger has a shard of its own. */
const SHARD_BYTES = 32 * 1024 * 1024;

/** Tensors that some checkpoints hold although they say nothing new: the tied head, and RoPE's frequencies. */
const REDUNDANT = /^lm_head\.weight$|\.rotary_emb\.inv_freq$/;

/**
 * Which tensors of a checkpoint become which tensors of which shard; the same for the same model and quantisation.
 * ModelFileError 'invalid' names the first tensor that is missing, has another shape, or has no place in the model.
 */
export function planShards(sources: ReadonlyMap<string, SourceTensor>, config: ModelConfig): PlannedShard[] {
  const left = new Map(sources);
  const parameters: PlannedParameter[] = [];
  const floats: TensorDtype = config.quantization === 'q4f16_1' ? 'float16' : 'bfloat16';
  const tensors = [...expectedTensors(config)].map(([name, { shape, quantized }]): PlannedTensor => {
    const dtype = quantized ? 'uint32' : floats;
    return { name, shape, dtype, nbytes: storedTensorBytes({ shape, dtype }) };
  });
  for (const [i, tensor] of tensors.entries()) {
    if (tensor.name.endsWith('.q_scale')) continue;
    const own = tensors.slice(i, tensor.dtype === 'uint32' ? i + 2 : i + 1);
    parameters.push({ sources: takeSources(left, tensor), tensors: own });
  }
  const extra = [...left].find(([name]) => !REDUNDANT.test(name));
  if (extra !== undefined) invalid(extra[1].fileName, `${extra[0]} has no place in a Qwen2 model`);
  return shardsOf(parameters);
}

/** The checkpoint's tensors that are joined in one of MLC's, taken from those that are left. */
function takeSources(left: Map<string, SourceTensor>, tensor: PlannedTensor): SourceTensor[] {
  const sources = sourceNames(tensor.name).map((name) => {
    const source = left.get(name);
    if (source === undefined) throw new ModelFileError('missing', name, `The checkpoint has no tensor ${name}.`);
    left.delete(name);
    return source;
  });
  const rows = sources.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const columns = tensor.dtype === 'uint32' ? (tensor.shape[1] ?? 0) * (GROUP_SIZE / 4) : null;
  for (const { name, shape, fileName } of sources) {
    const isMatrix = shape.length === 2 && shape[1] === columns;
    if (columns === null ? shape.length !== 1 : !isMatrix) {
      const should = columns === null ? 'one dimension' : `${columns} columns`;
      invalid(fileName, `${name} should have ${should}, but has shape [${shape.join(', ')}]`);
    }
  }
  if (rows !== tensor.shape[0]) {
    const names = sources.map(({ name }) => name).join(', ');
    invalid(sources[0]?.fileName ?? '', `${names} should have ${tensor.shape[0]} rows together, but have ${rows}`);
  }
  return sources;
}

/** Hugging Face's names of what MLC fuses into one tensor. */
function sourceNames(name: string): string[] {
  const base = name.replace(/\.q_weight$/, '.weight');
  if (base.includes('.c_attn.')) return ['q', 'k', 'v'].map((part) => base.replace('c_attn', `${part}_proj`));
  if (base.includes('.gate_up_proj.')) {
    return ['gate', 'up'].map((part) => base.replace('gate_up_proj', `${part}_proj`));
  }
  return [base];
}

function shardsOf(parameters: readonly PlannedParameter[]): PlannedShard[] {
  const groups: { nbytes: number; parameters: PlannedParameter[] }[] = [];
  for (const parameter of parameters) {
    const nbytes = parameter.tensors.reduce((sum, tensor) => sum + tensor.nbytes, 0);
    const last = groups.at(-1);
    if (last !== undefined && last.nbytes + nbytes <= SHARD_BYTES) {
      last.nbytes += nbytes;
      last.parameters.push(parameter);
    } else {
      groups.push({ nbytes, parameters: [parameter] });
    }
  }
  return groups.map((group, i) => ({ ...group, dataPath: `params_shard_${i}.bin` }));
}

function invalid(file: string, fault: string): never {
  throw new ModelFileError('invalid', file, `${file}: ${fault}.`);
}
