import * as v from 'valibot';
import { learnDefaults } from '../learn/defaults';
import { checkLearnSettings, defaultTrainPaths, LEARN_SETTINGS, type LearnSettings } from '../learn/settings';
import { LORA_TARGETS, type LoraTarget } from '../model/lora';
import { RUN_SETTINGS } from '../run/settings';
import { DEFAULT_MODEL } from './command';
import { COMMAND_ENGINES } from './load-engine';
import { aliasesOf, checkOptions, givenSettings, settingOptions } from './setting-options';
import { numeric, UsageError } from './usage';

const number = v.optional(numeric);

export const LearnOptions = v.object({
  problem: v.optional(v.string()),
  problems: v.optional(v.string()),
  model: v.optional(v.string(), DEFAULT_MODEL),
  engine: v.optional(v.picklist(COMMAND_ENGINES)),
  eval: v.optional(v.string()),
  'eval-every': v.optional(v.pipe(numeric, v.integer(), v.minValue(0)), '0'),
  'eval-paths': v.optional(v.pipe(numeric, v.integer(), v.minValue(0), v.maxValue(RUN_SETTINGS.paths.max))),
  out: v.optional(v.string()),
  resume: v.optional(v.string()),
  ...settingOptions(LEARN_SETTINGS),
  rank: number,
  alpha: number,
  targets: v.optional(v.string()),
  json: v.optional(v.boolean(), false),
});
/** Other names of these options. */
export const LEARN_ALIASES = aliasesOf(LEARN_SETTINGS);
export type LearnOptionValues = v.InferOutput<typeof LearnOptions>;

/**
 * The settings of a run: options given, else `stored` ones (of the run that is resumed), else the model's defaults.
 * UsageError names the option that is out of range, or at odds with the stored settings.
 */
export function learnSettings(
  options: LearnOptionValues,
  modelId: string,
  stored: LearnSettings | null,
): LearnSettings {
  const given = givenSettings(LEARN_SETTINGS, options);
  const defaults = learnDefaults(modelId).settings;
  const trainPaths = defaultTrainPaths(given.votes ?? defaults.votes);
  const base = stored ?? { ...defaults, trainPaths };
  const settings: LearnSettings = { ...base, ...given, lora: adapterOf(options, base.lora) };
  if (stored !== null) checkUnchanged(settings, stored);
  checkOptions(LEARN_SETTINGS, () => checkLearnSettings(settings));
  if (settings.stopOnFall && (options['eval-every'] === 0 || options['eval-paths'] === 0)) {
    throw new UsageError('--stop-on-fall needs --eval-every, and --eval-paths above 0.');
  }
  return settings;
}

/** alpha is twice the rank unless it is given. */
function adapterOf({ rank, alpha, targets }: LearnOptionValues, base: LearnSettings['lora']): LearnSettings['lora'] {
  return {
    rank: rank ?? base.rank,
    alpha: alpha ?? (rank === undefined ? base.alpha : 2 * rank),
    targets: targets === undefined ? base.targets : targetsOf(targets),
  };
}

function targetsOf(text: string): LoraTarget[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !LORA_TARGETS.some((target) => target === name));
  if (unknown !== undefined) {
    throw new UsageError(`--targets should be some of ${LORA_TARGETS.join(',')}, but has "${unknown}".`);
  }
  return LORA_TARGETS.filter((target) => names.includes(target));
}

/** A resumed run takes the steps it would have taken without the interruption; the plan may grow where past steps do not depend on its length. */
function checkUnchanged(settings: LearnSettings, stored: LearnSettings): void {
  for (const name of Object.keys(LEARN_SETTINGS) as (keyof typeof LEARN_SETTINGS)[]) {
    if (name === 'steps' && stored.schedule === 'constant') continue;
    if (settings[name] !== stored[name]) {
      const [option, was, is] = [LEARN_SETTINGS[name].flag, String(stored[name]), String(settings[name])];
      throw new UsageError(`The run to resume was started with --${option} ${was}; it cannot go on with ${is}.`);
    }
  }
  if (JSON.stringify(settings.lora) !== JSON.stringify(stored.lora)) {
    throw new UsageError('The run to resume has an adapter of another rank, alpha or targets.');
  }
}
