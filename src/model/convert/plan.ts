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
  /** A tensor that must have the same weights as the only source: the tied head. */
  readonly copy: SourceTensor | null;
}

export interface PlannedShard {
  readonly dataPath: string;
  readonly nbytes: number;
  readonly parameters: readonly PlannedParameter[];
}

/** MLC's cap; a parameter that alone is larger has a shard of its own. */
const SHARD_BYTES = 32 * 1024 * 1024;

/** A tensor that some checkpoints hold although the configuration says it: RoPE's frequencies. */
const REDUNDANT = /\.rotary_emb\.inv_freq$/;
const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';

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
    const sources = takeSources(left, tensor);
    parameters.push({
      sources,
      tensors: own,
      copy: sources[0]?.name === EMBEDDING ? takeHead(left, sources[0]) : null,
    });
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

/** The head of a tied model, where the checkpoint has it: it must look like the embedding that is used for it. */
function takeHead(left: Map<string, SourceTensor>, embedding: SourceTensor): SourceTensor | null {
  const head = left.get(HEAD);
  if (head === undefined) return null;
  left.delete(HEAD);
  if (head.shape.join() !== embedding.shape.join()) throw differentHead(head);
  return head;
}

/** A head of its own, although the configuration says that there is none. */
export function differentHead({ name, fileName }: SourceTensor): ModelFileError {
  const message =
    `${fileName}: ${name} differs from ${EMBEDDING}, although config.json says tie_word_embeddings: true; ` +
    'a model with an output head of its own is not supported.';
  return new ModelFileError('invalid', fileName, message);
}

/** All that is read for a shard. */
export function sourcesOf({ parameters }: PlannedShard): SourceTensor[] {
  return parameters.flatMap(({ sources, copy }) => (copy === null ? sources : [...sources, copy]));
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
