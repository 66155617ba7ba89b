import * as v from 'valibot';
import { countUpTo, MOST, positive } from './bounds';
import { ModelFileError } from './errors';
import { MAX_LORA_RANK, type LoraConfig } from './lora';
import { parseJsonFile } from './parse';

/** Hugging Face PEFT's adapter_config.json. */
export const PEFT_CONFIG_FILE = 'adapter_config.json';

const modules = v.union([v.string(), v.pipe(v.array(v.string()), v.maxLength(MOST.listed))]);
const layer = countUpTo(Number.MAX_SAFE_INTEGER);
const byPattern = v.record(v.string(), positive);

const PeftConfigSchema = v.looseObject({
  peft_type: v.literal('LORA'),
  r: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LORA_RANK)),
  lora_alpha: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  // A list of modules, or a pattern for their names.
  target_modules: v.nullish(modules),
  exclude_modules: v.nullish(modules),
  layers_to_transform: v.nullish(v.union([layer, v.pipe(v.array(layer), v.maxLength(MOST.listed))])),
  layers_pattern: v.nullish(modules),
  rank_pattern: v.nullish(byPattern),
  alpha_pattern: v.nullish(byPattern),
  use_rslora: v.nullish(v.boolean()),
  base_model_name_or_path: v.nullish(v.string()),
  task_type: v.nullish(v.literal('CAUSAL_LM')),
  bias: v.nullish(v.literal('none')),
  // Other ways to begin (PiSSA, OLoRA, LoftQ …) change the base model's weights too.
  init_lora_weights: v.nullish(v.union([v.boolean(), v.picklist(['gaussian', 'eva', 'orthogonal'])])),
});

export type PeftConfig = v.InferOutput<typeof PeftConfigSchema>;

/** Settings that make an adapter something else than W + (alpha / r) B A on plain projections, and what they are. */
const UNSUPPORTED = {
  use_dora: 'DoRA',
  use_qalora: 'QALoRA',
  modules_to_save: 'fully trained modules',
  layer_replication: 'replicated layers',
  lora_bias: 'biases of its own',
  trainable_token_indices: 'trained token embeddings',
  target_parameters: 'updates of bare parameters',
  alora_invocation_tokens: 'activation by tokens',
  use_bdlora: 'block-diagonal factors',
  arrow_config: 'routing between adapters',
  kasa_config: 'KaSA',
  monteclora_config: 'MonteCLoRA',
  velora_config: 'VeLoRA',
} as const;

/** Settings that change nothing in a finished adapter, or that others decide about. */
const HARMLESS = new Set([
  ...Object.keys(PeftConfigSchema.entries),
  ...['auto_mapping', 'revision', 'inference_mode', 'peft_version', 'lora_dropout', 'megatron_config', 'megatron_core'],
  // How it was begun: `init_lora_weights` says whether that changed the base.
  ...['loftq_config', 'eva_config', 'corda_config', 'lora_ga_config', 'qalora_group_size', 'runtime_config'],
  // PEFT leaves it out of account for linear layers, which are all that can have an adapter here.
  'fan_in_fan_out',
]);

/** ModelFileError 'invalid' for another kind of adapter, or one that the engine cannot run. */
export function parsePeftConfig(bytes: Uint8Array): PeftConfig {
  checkKind(parseJsonFile(v.looseObject({}), PEFT_CONFIG_FILE, bytes));
  const config = parseJsonFile(PeftConfigSchema, PEFT_CONFIG_FILE, bytes);
  for (const [field, meaning] of Object.entries(UNSUPPORTED)) {
    if (isOff(config[field])) continue;
    const message = `${PEFT_CONFIG_FILE}: the adapter has ${meaning} (${field}), which this engine cannot run.`;
    throw new ModelFileError('invalid', PEFT_CONFIG_FILE, message);
  }
  const unknown = Object.keys(config).find((field) => !HARMLESS.has(field) && isOn(config[field]));
  if (unknown === undefined) return config;
  const message = `${PEFT_CONFIG_FILE}: ${unknown} is switched on, which this engine does not know, so it cannot run the adapter.`;
  throw new ModelFileError('invalid', PEFT_CONFIG_FILE, message);
}

/** Names what is an adapter, but none of PEFT's. */
function checkKind(config: Readonly<Record<string, unknown>>): void {
  if ('peft_type' in config || !('lora_parameters' in config || 'fine_tune_type' in config)) return;
  const message =
    `${PEFT_CONFIG_FILE}: this is an adapter of MLX (it has lora_parameters), not of PEFT: ` +
    'its tensors have other names and lie the other way round; save it in the format of PEFT.';
  throw new ModelFileError('invalid', PEFT_CONFIG_FILE, message);
}

/** A number or a text of a setting that is not known may be of no effect without a switch; a switch is not. */
function isOn(setting: unknown): boolean {
  return setting === true || (typeof setting === 'object' && !isOff(setting));
}

function isOff(setting: unknown): boolean {
  if (typeof setting === 'object' && setting !== null) return Object.keys(setting).length === 0;
  return setting === undefined || setting === null || setting === false;
}

/** As PEFT saves it; `modelId` is the base model's id here. */
export function peftConfigOf({ rank, alpha, targets }: LoraConfig, modelId: string): Record<string, unknown> {
  return {
    alpha_pattern: {},
    auto_mapping: null,
    base_model_name_or_path: hubNameOf(modelId),
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: 'LORA',
    r: rank,
    rank_pattern: {},
    revision: null,
    target_modules: targets.map((target) => `${target}_proj`),
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: false,
  };
}

/** MLC's folder names tell the model and how it was quantised: Qwen2.5-Math-1.5B-Instruct-q4f16_1-MLC. */
function baseNameOf(modelId: string): string {
  return modelId.replace(/^.*\//, '').replace(/-q4f(16|32)_1(-MLC)?$/i, '');
}

/** The base model where PEFT looks for it: Qwen's models under their owner's name, others by their own. */
function hubNameOf(modelId: string): string {
  const name = baseNameOf(modelId);
  return /^Qwen\d/.test(name) ? `Qwen/${name}` : name;
}

/** Whether both names are of one base model, whatever its packing and location. */
export function isSameBase(a: string, b: string): boolean {
  return baseNameOf(a).toLowerCase() === baseNameOf(b).toLowerCase();
}
