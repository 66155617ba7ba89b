import { ModelFileError } from './errors';
import { toFloat32 } from './floats';
import { LORA_TARGETS, loraWeights, type LoraConfig, type LoraTarget, type LoraTensor, type LoraWeights } from './lora';
import { isSameBase, parsePeftConfig, PEFT_CONFIG_FILE, peftConfigOf } from './peft-config';
import { moduleName, targetedModules, type TargetedModule } from './peft-targets';
import { readIfThere } from './read-if-there';
import { type SafetensorsEntry, safetensorsEntries, writeSafetensors } from './safetensors';
import type { ModelConfig, ModelSource, TensorDtype } from './types';

/** Adapters as Hugging Face PEFT stores them: what PEFT and vLLM load, and what they save. */

const PEFT_TENSOR_FILE = 'adapter_model.safetensors';

/** PEFT's name of one factor. */
export function peftTensorName(factor: Pick<LoraTensor, 'layer' | 'target' | 'part'>): string {
  return `base_model.model.${moduleName(factor)}.lora_${factor.part}.weight`;
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
 * Reads an adapter for this model, as PEFT applies it: its configuration decides which projections it changes, with which
 * rank and scale. Rejects with ModelFileError: 'missing' file; 'invalid' for anything but LoRA on the model's projections,
 * with this model's shapes and finite numbers, each tensor that the configuration means once, and no other. f32, f16 and
 * bf16 are read.
 */
export async function readPeft(
  source: Pick<ModelSource, 'read'>,
  model: { readonly id: string; readonly config: ModelConfig },
  signal?: AbortSignal,
): Promise<ReadAdapter> {
  const config = parsePeftConfig(await source.read(PEFT_CONFIG_FILE, signal));
  const modules = targetedModules(config, model.config.layerCount);
  const bytes = await readTensors(source, signal);
  const entries = safetensorsEntries(bytes, bytes.length, PEFT_TENSOR_FILE);
  const tensors = new Map<string, PeftTensor>();
  for (const [name, entry] of entries) {
    tensors.set(name, { shape: entry.shape, floats: () => floatsOf(name, entry, bytes) });
  }
  const weights = loraOfModules(model.config, modules, tensors);
  const base = config.base_model_name_or_path ?? model.id;
  return { weights, otherBase: isSameBase(base, model.id) ? null : base };
}

/** The tensors' file; says what there is instead of it. */
async function readTensors(source: Pick<ModelSource, 'read'>, signal?: AbortSignal): Promise<Uint8Array> {
  const bytes = await readIfThere(source, PEFT_TENSOR_FILE, signal);
  if (bytes !== null) return bytes;
  for (const [file, what] of OTHER_TENSOR_FILES) {
    if ((await readIfThere(source, file, signal)) === null) continue;
    throw new ModelFileError('invalid', file, `${file}: ${what}.`);
  }
  return source.read(PEFT_TENSOR_FILE, signal);
}

/** What an adapter's tensors are in where they are not in PEFT's file. */
const OTHER_TENSOR_FILES = [
  ['adapter_model.bin', 'a pickle may run any program when it is read; save the adapter as safetensors'],
  ['adapters.safetensors', 'these are the tensors of an MLX adapter; save it in the format of PEFT'],
] as const;

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
    return takeTensor(left, peftTensorName(factor), factor.shape, file);
  });
  const [extra] = left.keys();
  if (extra !== undefined) invalid(file, `${extra} has no place in this model`);
  return weights;
}

/**
 * The adapter in which every module has the largest rank and one scale: smaller ranks are filled with zeros, another scale
 * goes into B, and a projection that is not meant has zeros only. It computes the same.
 */
function loraOfModules(
  model: ModelConfig,
  modules: readonly TargetedModule[],
  tensors: ReadonlyMap<string, PeftTensor>,
): LoraWeights {
  const left = new Map(tensors);
  const keyOf = ({ layer, target }: Pick<TargetedModule, 'layer' | 'target'>): string => `${layer} ${target}`;
  const meant = new Map(modules.map((module) => [keyOf(module), module]));
  const targets = LORA_TARGETS.filter((target) => modules.some((module) => module.target === target));
  const rank = Math.max(...modules.map((module) => module.rank));
  const scaleOf = (module: TargetedModule): number => module.alpha / module.rank;
  const scale = Math.max(...modules.map(scaleOf));
  const usual = modules.find((module) => scaleOf(module) === scale);
  const alpha = usual === undefined ? NaN : usual.alpha * (rank / usual.rank);
  const weights = loraWeights(model, { rank, alpha, targets }, (factor) => {
    const module = meant.get(keyOf(factor));
    const [rows, columns] = factor.shape;
    if (module === undefined) return new Float32Array(rows * columns);
    const shape = factor.part === 'A' ? ([module.rank, columns] as const) : ([rows, module.rank] as const);
    const values = takeTensor(left, peftTensorName(factor), shape, PEFT_TENSOR_FILE);
    if (factor.part === 'A') return filled(values, 1, rank * columns);
    const share = scaleOf(module) / scale;
    return filled(share === 1 ? values : values.map((x) => x * share), rows, rank);
  });
  const [extra] = left.keys();
  if (extra !== undefined) {
    const fields = `target_modules and the like in ${PEFT_CONFIG_FILE}`;
    invalid(PEFT_TENSOR_FILE, `${extra} is beyond what ${fields} mean on this model, so PEFT would leave it out`);
  }
  return weights;
}

/** `rows` rows of the same length, each filled with zeros up to `columns`. */
function filled(values: Float32Array, rows: number, columns: number): Float32Array {
  const width = values.length / rows;
  if (width === columns) return values;
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) result.set(values.subarray(row * width, (row + 1) * width), row * columns);
  return result;
}

/** A tensor's numbers, which are then no longer left. */
function takeTensor(
  left: Map<string, PeftTensor>,
  name: string,
  shape: readonly [number, number],
  file: string,
): Float32Array {
  const tensor = left.get(name);
  if (tensor === undefined) return invalid(file, `${name} is missing`);
  left.delete(name);
  if (tensor.shape.join() !== shape.join()) {
    invalid(
      file,
      `${name} should have shape [${shape.join(', ')}] on this model, but has [${tensor.shape.join(', ')}]`,
    );
  }
  const values = tensor.floats();
  if (!values.every(Number.isFinite)) invalid(file, `${name} has a number that is not finite`);
  return values;
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

const FLOAT_DTYPES: Readonly<Record<string, TensorDtype>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

function floatsOf(name: string, { dtype, shape, begin, end }: SafetensorsEntry, bytes: Uint8Array): Float32Array {
  const stored = FLOAT_DTYPES[dtype];
  if (stored === undefined) invalid(PEFT_TENSOR_FILE, `${name} should be F32, F16 or BF16, but is ${dtype}`);
  return toFloat32({ name, shape, dtype: stored, bytes: bytes.subarray(begin, end) });
}

function invalid(file: string, fault: string): never {
  throw new ModelFileError('invalid', file, `${file}: ${fault}.`);
}
