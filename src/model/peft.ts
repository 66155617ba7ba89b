import { ModelFileError } from './errors';
import { toFloat32 } from './floats';
import { LORA_TARGETS, loraWeights, type LoraConfig, type LoraTarget, type LoraTensor, type LoraWeights } from './lora';
import { isSameBase, parsePeftConfig, PEFT_CONFIG_FILE, peftConfigOf, type PeftConfig } from './peft-config';
import { type SafetensorsEntry, safetensorsEntries, writeSafetensors } from './safetensors';
import type { ModelConfig, ModelSource, TensorDtype } from './types';

/** Adapters as Hugging Face PEFT stores them: what PEFT and vLLM load, and what they save. */

const PEFT_TENSOR_FILE = 'adapter_model.safetensors';

/** PEFT's name of one factor. */
export function peftTensorName({ layer, target, part }: Pick<LoraTensor, 'layer' | 'target' | 'part'>): string {
  const block = target === 'gate' || target === 'up' || target === 'down' ? 'mlp' : 'self_attn';
  return `base_model.model.model.layers.${layer}.${block}.${target}_proj.lora_${part}.weight`;
}

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The files of an adapter's folder; `modelId` is its base model's. */
export function writePeft({ config, tensors }: LoraWeights, modelId: string): NamedFile[] {
  const json = `${JSON.stringify(peftConfigOf(config, modelId), null, 2)}\n`;
  const named = tensors.map((tensor) => ({ ...tensor, name: peftTensorName(tensor) }));
  return [
    { name: PEFT_CONFIG_FILE, bytes: new TextEncoder().encode(json) },
    // PEFT and transformers ask for the framework that wrote a file.
    { name: PEFT_TENSOR_FILE, bytes: writeSafetensors(named, { format: 'pt' }) },
  ];
}

export interface ReadAdapter {
  readonly weights: LoraWeights;
  /** The base model that the adapter names, where that is another one than this: it may not suit. Else null. */
  readonly otherBase: string | null;
}

/**
 * Reads an adapter for this model. Rejects with ModelFileError: 'missing' file; 'invalid' for anything but plain LoRA on
 * the model's projections, all layers alike, with this model's shapes and finite numbers. f32, f16 and bf16 are read.
 */
export async function readPeft(
  source: Pick<ModelSource, 'read'>,
  model: { readonly id: string; readonly config: ModelConfig },
  signal?: AbortSignal,
): Promise<ReadAdapter> {
  const config = parsePeftConfig(await source.read(PEFT_CONFIG_FILE, signal));
  const bytes = await source.read(PEFT_TENSOR_FILE, signal);
  const entries = safetensorsEntries(bytes, bytes.length, PEFT_TENSOR_FILE);
  const tensors = new Map<string, PeftTensor>();
  for (const [name, entry] of entries) {
    tensors.set(name, { shape: entry.shape, floats: () => floatsOf(name, entry, bytes) });
  }
  const weights = loraFromPeft(model.config, { rank: config.r, alpha: config.lora_alpha }, tensors, PEFT_TENSOR_FILE);
  checkTargetModules(config, weights.config.targets);
  const base = config.base_model_name_or_path ?? model.id;
  return { weights, otherBase: isSameBase(base, model.id) ? null : base };
}

interface PeftTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  floats(): Float32Array;
}

/**
 * The adapter on this model that has these tensors, given under PEFT's names. ModelFileError 'invalid' as `readPeft`.
 * @param file where they are from, for error messages
 */
export function loraFromPeft(
  model: ModelConfig,
  { rank, alpha }: Pick<LoraConfig, 'rank' | 'alpha'>,
  tensors: ReadonlyMap<string, PeftTensor>,
  file: string,
): LoraWeights {
  const left = new Map(tensors);
  const weights = loraWeights(model, { rank, alpha, targets: targetsOf(tensors.keys(), file) }, (factor) => {
    const name = peftTensorName(factor);
    const tensor = left.get(name);
    if (tensor === undefined) return invalid(file, `${name} is missing`);
    left.delete(name);
    if (tensor.shape.join() !== factor.shape.join()) {
      const [should, has] = [factor.shape.join(', '), tensor.shape.join(', ')];
      invalid(file, `${name} should have shape [${should}] on this model, but has [${has}]`);
    }
    const values = tensor.floats();
    if (!values.every(Number.isFinite)) invalid(file, `${name} has a number that is not finite`);
    return values;
  });
  const [extra] = left.keys();
  if (extra !== undefined) invalid(file, `${extra} has no place in this model`);
  return weights;
}

/** The projections with at least one tensor; every name must be a factor of one. */
function targetsOf(names: Iterable<string>, file: string): LoraTarget[] {
  const found = new Set<string>();
  for (const name of names) {
    const target = /\.(\w+)_proj\.lora_[AB]\.weight$/.exec(name)?.[1];
    if (target === undefined) invalid(file, `${name} is not a low-rank factor of a projection`);
    found.add(target);
  }
  if (found.size === 0) invalid(file, 'it has no tensors');
  return LORA_TARGETS.filter((target) => found.has(target));
}

/** A module that is listed must have tensors: PEFT itself would only leave it untouched without a word. */
function checkTargetModules({ target_modules: modules }: PeftConfig, targets: readonly LoraTarget[]): void {
  if (!Array.isArray(modules)) return;
  for (const listed of modules) {
    const target = /(?:^|\.)(\w+)_proj$/.exec(listed)?.[1];
    if (targets.some((known) => known === target)) continue;
    invalid(PEFT_TENSOR_FILE, `it has no tensor for ${listed}, which target_modules of ${PEFT_CONFIG_FILE} lists`);
  }
}

const FLOAT_DTYPES: Readonly<Record<string, TensorDtype>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

function floatsOf(name: string, { dtype, shape, begin, end }: SafetensorsEntry, bytes: Uint8Array): Float32Array {
  const stored = FLOAT_DTYPES[dtype];
  if (stored === undefined) invalid(PEFT_TENSOR_FILE, `${name} should be F32, F16 or BF16, but is ${dtype}`);
  return toFloat32({ name, shape, dtype: stored, bytes: bytes.subarray(begin, end) });
}

function invalid(file: string, fault: string): never {
  throw new ModelFileError('invalid', file, `${file}: ${fault}.`);
}
