import * as v from 'valibot';
import { ModelFileError } from './errors';
import { MAX_LORA_RANK, type LoraConfig } from './lora';
import { parseJsonFile } from './parse';

/** Hugging Face PEFT's adapter_config.json. */
export const PEFT_CONFIG_FILE = 'adapter_config.json';

const PeftConfigSchema = v.looseObject({
  peft_type: v.literal('LORA'),
  r: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LORA_RANK)),
  lora_alpha: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  // A list of modules, or a pattern for their names.
  target_modules: v.nullish(v.union([v.string(), v.array(v.string())])),
  base_model_name_or_path: v.nullish(v.string()),
  task_type: v.nullish(v.literal('CAUSAL_LM')),
  bias: v.nullish(v.literal('none')),
  // Other ways to begin (PiSSA, OLoRA, LoftQ …) change the base model's weights too.
  init_lora_weights: v.nullish(v.union([v.boolean(), v.picklist(['gaussian', 'eva', 'orthogonal'])])),
});

export type PeftConfig = v.InferOutput<typeof PeftConfigSchema>;

/** Settings that make an adapter something else than W + (alpha / r) B A on plain projections, and what they are. */
const UNSUPPORTED = {
  rank_pattern: 'ranks that differ between modules',
  alpha_pattern: 'alphas that differ between modules',
  use_rslora: 'rank-stabilised scaling',
  use_dora: 'DoRA',
  use_qalora: 'QALoRA',
  modules_to_save: 'fully trained modules',
  fan_in_fan_out: 'transposed weights',
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

/** ModelFileError 'invalid' for another kind of adapter, or one that the engine cannot run. */
export function parsePeftConfig(bytes: Uint8Array): PeftConfig {
  const config = parseJsonFile(PeftConfigSchema, PEFT_CONFIG_FILE, bytes);
  for (const [field, meaning] of Object.entries(UNSUPPORTED)) {
    if (isOff(config[field])) continue;
    const message = `${PEFT_CONFIG_FILE}: the adapter has ${meaning} (${field}), which this engine cannot run.`;
    throw new ModelFileError('invalid', PEFT_CONFIG_FILE, message);
  }
  return config;
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
