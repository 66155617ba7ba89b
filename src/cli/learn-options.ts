import * as v from 'valibot';
import { learnDefaults } from '../learn/defaults';
import { checkLearnSettings } from '../learn/settings';
import type { LearnSettings } from '../learn/types';
import { EngineError } from '../policy/types';
import { LORA_TARGETS, type LoraTarget } from '../model/lora';
import { LIMITS } from '../run/settings';
import { DEFAULT_MODEL } from './command';
import { numeric, UsageError } from './usage';

const number = v.optional(numeric);

export const LearnOptions = v.object({
  problem: v.optional(v.string()),
  problems: v.optional(v.string()),
  model: v.optional(v.string(), DEFAULT_MODEL),
  eval: v.optional(v.string()),
  'eval-every': v.optional(v.pipe(numeric, v.integer(), v.minValue(0)), '0'),
  'eval-paths': v.optional(v.pipe(numeric, v.integer(), v.minValue(0), v.maxValue(LIMITS.paths.max))),
  out: v.optional(v.string()),
  resume: v.optional(v.string()),
  steps: number,
  votes: number,
  'train-paths': number,
  'train-on': v.optional(v.picklist(['first', 'survivors'])),
  labels: v.optional(v.picklist(['sasc', 'majority', 'random', 'random-reward'])),
  tau: number,
  loss: v.optional(v.picklist(['dapo', 'grpo', 'bnpo', 'dr_grpo'])),
  importance: v.optional(v.picklist(['token', 'sequence'])),
  'epsilon-low': number,
  'epsilon-high': number,
  beta: number,
  advantage: v.optional(v.picklist(['bessel', 'population', 'centred'])),
  'mask-truncated': v.optional(v.boolean()),
  'learning-rate': number,
  'weight-decay': number,
  'max-grad-norm': number,
  schedule: v.optional(v.picklist(['cosine', 'constant'])),
  warmup: number,
  'problems-per-step': number,
  rank: number,
  alpha: number,
  targets: v.optional(v.string()),
  seed: number,
  temperature: number,
  'max-tokens': number,
  'top-k': number,
  json: v.optional(v.boolean(), false),
});
export type LearnOptionValues = v.InferOutput<typeof LearnOptions>;

/** Settings other than the adapter's, and the option that sets each. */
const OPTION_OF = {
  steps: 'steps',
  votes: 'votes',
  trainPaths: 'train-paths',
  trainOn: 'train-on',
  labels: 'labels',
  softness: 'tau',
  lossType: 'loss',
  importance: 'importance',
  epsilonLow: 'epsilon-low',
  epsilonHigh: 'epsilon-high',
  beta: 'beta',
  advantage: 'advantage',
  maskTruncated: 'mask-truncated',
  learningRate: 'learning-rate',
  weightDecay: 'weight-decay',
  maxGradNorm: 'max-grad-norm',
  schedule: 'schedule',
  warmup: 'warmup',
  problemsPerStep: 'problems-per-step',
  seed: 'seed',
  temperature: 'temperature',
  maxTokens: 'max-tokens',
  topK: 'top-k',
} as const satisfies Record<Exclude<keyof LearnSettings, 'lora'>, keyof LearnOptionValues>;
type PlainSetting = keyof typeof OPTION_OF;

/** Most paths a problem is trained on unless told otherwise: TTRL's number, at its 64 votes. */
const MOST_TRAIN_PATHS = 32;

/**
 * The settings of a run: options given, else `stored` ones (of the run that is resumed), else the model's defaults.
 * UsageError names the option that is out of range, or at odds with the stored settings.
 */
export function learnSettings(
  options: LearnOptionValues,
  modelId: string,
  stored: LearnSettings | null,
): LearnSettings {
  const given = Object.fromEntries(
    Object.entries(OPTION_OF).flatMap(([setting, option]) =>
      options[option] === undefined ? [] : [[setting, options[option]]],
    ),
  ) as Partial<LearnSettings>;
  const defaults = learnDefaults(modelId).settings;
  const votes = given.votes ?? defaults.votes;
  const trainPaths = Math.min(votes, MOST_TRAIN_PATHS);
  const base = stored ?? { ...defaults, trainPaths };
  const settings: LearnSettings = { ...base, ...given, lora: adapterOf(options, base.lora) };
  if (stored !== null) checkUnchanged(settings, stored);
  checkInWords(settings);
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

/** A run that goes on takes the steps it would have taken; a longer plan is possible where the past does not depend on it. */
function checkUnchanged(settings: LearnSettings, stored: LearnSettings): void {
  const names = Object.keys(OPTION_OF) as PlainSetting[];
  for (const name of names) {
    if (name === 'steps' && stored.schedule === 'constant') continue;
    if (settings[name] !== stored[name]) {
      const [option, was, is] = [OPTION_OF[name], String(stored[name]), String(settings[name])];
      throw new UsageError(`The run to resume was started with --${option} ${was}; it cannot go on with ${is}.`);
    }
  }
  if (JSON.stringify(settings.lora) !== JSON.stringify(stored.lora)) {
    throw new UsageError('The run to resume has an adapter of another rank, alpha or targets.');
  }
}

function checkInWords(settings: LearnSettings): void {
  try {
    checkLearnSettings(settings);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { setting, range, value } = error.details;
    const option = Object.entries(OPTION_OF).find(([name]) => name === setting)?.[1];
    throw new UsageError(option === undefined ? error.message : `--${option} should be ${range}, but is ${value}.`);
  }
}
