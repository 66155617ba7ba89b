import { ModelFileError } from './errors';
import { LORA_TARGETS, MAX_LORA_RANK, type LoraTarget } from './lora';
import { PEFT_CONFIG_FILE, type PeftConfig } from './peft-config';
import { wholeMatcher } from './python-pattern';

/** What an adapter's configuration says of one projection. */
export interface TargetedModule {
  readonly layer: number;
  readonly target: LoraTarget;
  readonly rank: number;
  /** W x + (alpha / rank) B (A x) */
  readonly alpha: number;
}

/** PEFT's choice where the configuration makes none. */
const DEFAULT_TARGETS = ['q_proj', 'v_proj'];

/** The name of a projection in the model that PEFT wraps. */
export function moduleName({ layer, target }: Pick<TargetedModule, 'layer' | 'target'>): string {
  const block = target === 'gate' || target === 'up' || target === 'down' ? 'mlp' : 'self_attn';
  return `model.layers.${layer}.${block}.${target}_proj`;
}

/**
 * The projections that an adapter changes, by layer, then target, as PEFT finds them (0.18, tuners_utils.py,
 * check_target_module_exists and get_pattern_key). ModelFileError 'invalid' where there is none, where the configuration
 * means a module that the engine cannot adapt, or contradicts itself.
 */
export function targetedModules(config: PeftConfig, layerCount: number): TargetedModule[] {
  const isTargeted = targetTest(config);
  const isExcluded = exclusionTest(config);
  const isMeant = (name: string): boolean => !isExcluded(name) && isTargeted(name);
  const other = isAllLinear(config.target_modules) ? undefined : otherModules(layerCount).find(isMeant);
  if (other !== undefined) {
    invalid(
      `target_modules means ${other}, but only the projections of attention and feed-forward can have an adapter`,
    );
  }
  const rankOf = patternValue(config.rank_pattern, config.r, 'rank_pattern');
  const alphaOf = patternValue(config.alpha_pattern, config.lora_alpha, 'alpha_pattern');
  const modules: TargetedModule[] = [];
  for (let layer = 0; layer < layerCount; layer++) {
    for (const target of LORA_TARGETS) {
      const name = moduleName({ layer, target });
      if (!isMeant(name)) continue;
      const rank = rankOf(name);
      if (!Number.isInteger(rank) || rank > MAX_LORA_RANK) {
        invalid(`the rank of ${name} should be a whole number from 1 to ${MAX_LORA_RANK}, but is ${rank}`);
      }
      // Rank-stabilised LoRA divides by √rank.
      const alpha = alphaOf(name) * (config.use_rslora === true ? Math.sqrt(rank) : 1);
      modules.push({ layer, target, rank, alpha });
    }
  }
  if (modules.length === 0) {
    invalid('target_modules, exclude_modules and layers_to_transform leave no module of this model');
  }
  return modules;
}

function targetTest(config: PeftConfig): (name: string) => boolean {
  const modules = config.target_modules ?? DEFAULT_TARGETS;
  const layers = layersOf(config.layers_to_transform);
  const patterns = [config.layers_pattern ?? []].flat().filter((pattern) => pattern !== '');
  if (layers === null && patterns.length > 0) invalid('layers_pattern needs layers_to_transform');
  if (typeof modules === 'string') {
    if (layers !== null) invalid('layers_to_transform cannot go with target_modules of one text');
    return isAllLinear(modules) ? () => true : matcher(modules, 'target_modules');
  }
  const isLayer = layerTest(layers, patterns);
  return (name) => modules.includes(name) || (modules.some((end) => name.endsWith(`.${end}`)) && isLayer(name));
}

/** PEFT's word for every linear layer but the head. */
function isAllLinear(modules: PeftConfig['target_modules']): boolean {
  return typeof modules === 'string' && modules.toLowerCase() === 'all-linear';
}

/** Whether a module is in one of the layers; only modules that are named by their end are asked. */
function layerTest(layers: ReadonlySet<number> | null, patterns: readonly string[]): (name: string) => boolean {
  if (layers === null) return () => true;
  // The engine's modules have one number in their names, that of their layer.
  const holds = patterns.length === 0 ? [() => true] : patterns.map((pattern) => matcher(pattern, 'layers_pattern'));
  return (name) => {
    const found = /^.*\.([^.]*)\.(\d+)\./.exec(name);
    return found !== null && holds.some((test) => test(found[1] ?? '')) && layers.has(Number(found[2]));
  };
}

function layersOf(layers: PeftConfig['layers_to_transform']): ReadonlySet<number> | null {
  if (layers === undefined || layers === null) return null;
  if (typeof layers === 'number') return new Set([layers]);
  return layers.length === 0 ? null : new Set(layers);
}

function exclusionTest({ exclude_modules: modules }: PeftConfig): (name: string) => boolean {
  if (modules === undefined || modules === null || modules.length === 0) return () => false;
  if (typeof modules === 'string') return matcher(modules, 'exclude_modules');
  return (name) => modules.some((excluded) => name === excluded || name.endsWith(`.${excluded}`));
}

/** The value of the first key that matches a name or its end, else `usual`. */
function patternValue(
  pattern: Readonly<Record<string, number>> | null | undefined,
  usual: number,
  field: string,
): (name: string) => number {
  const tests = Object.entries(pattern ?? {}).map(([key, value]) => {
    return { test: matcher(`(?:.*\\.)?(?:${key})`, field), value };
  });
  return (name) => tests.find(({ test }) => test(name))?.value ?? usual;
}

function matcher(pattern: string, field: string): (name: string) => boolean {
  try {
    return wholeMatcher(pattern);
  } catch (error) {
    return invalid(`${field} has a pattern that cannot be read (${(error as Error).message})`);
  }
}

/** The names of everything else in the model that PEFT would ask about. */
function otherModules(layerCount: number): string[] {
  const inLayer = ['', '.self_attn', '.mlp', '.mlp.act_fn', '.input_layernorm', '.post_attention_layernorm'];
  const layers = Array.from({ length: layerCount }, (_, layer) => inLayer.map((end) => `model.layers.${layer}${end}`));
  return ['lm_head', 'model.embed_tokens', 'model.norm', 'model.rotary_emb', 'model.layers', 'model', ...layers.flat()];
}

function invalid(fault: string): never {
  throw new ModelFileError('invalid', PEFT_CONFIG_FILE, `${PEFT_CONFIG_FILE}: ${fault}.`);
}
