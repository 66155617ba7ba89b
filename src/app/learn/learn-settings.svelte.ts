import * as v from 'valibot';
import { learnDefaults, type ModelLearnDefaults } from '../../learn/defaults';
import type { LearnSettings } from '../../learn/types';
import { LORA_TARGETS, MAX_LORA_RANK } from '../../model/lora';
import { DEFAULT_RUN_SETTINGS, LIMITS } from '../../run/settings';
import { Persisted, type KeyValueStore } from '../storage/persisted.svelte';

/** What the controls offer; the engine itself takes more. */
export const LEARN_RANGES = {
  steps: { min: 1, max: 60, step: 1 },
  votes: { min: 4, max: LIMITS.paths.max, step: 1 },
  trainPaths: { min: 2, max: LIMITS.paths.max, step: 1 },
  softness: { min: 0.5, max: 8, step: 0.5 },
  epsilonLow: { min: 0.05, max: 1, step: 0.05 },
  epsilonHigh: { min: 0.05, max: 1, step: 0.05 },
  maxGradNorm: { min: 0.1, max: 5, step: 0.1 },
  warmup: { min: 0, max: 0.5, step: 0.01 },
  problemsPerStep: { min: 1, max: 64, step: 1 },
  seed: { min: 0, max: 2 ** 32 - 1, step: 1 },
  temperature: { min: 0.1, max: 2, step: 0.1 },
  maxTokens: { min: 16, max: 4096, step: 1 },
  topK: { min: LIMITS.topK.min, max: LIMITS.topK.max, step: 1 },
  rank: { min: 1, max: MAX_LORA_RANK, step: 1 },
  alpha: { min: 1, max: 256, step: 1 },
  evalPaths: { min: 1, max: LIMITS.paths.max, step: 1 },
  evalEvery: { min: 0, max: 20, step: 1 },
} as const;

/** Settings that span powers of ten: the values that their sliders stop at. */
export const LEARN_STOPS = {
  learningRate: [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2],
  beta: [0, 1e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1],
  weightDecay: [0, 1e-3, 0.01, 0.02, 0.05, 0.1],
} as const;

/** Shares of a problem set that may be held out. */
export const HELD_OUT_SHARES = ['0', '0.25', '0.5'] as const;
export type HeldOutShare = (typeof HELD_OUT_SHARES)[number];

/** Everything that the Learn page's sidebar asks for. */
export interface LearnChoices {
  /** Learn from the problem of Solve, or from a set. */
  readonly from: 'problem' | 'set';
  /** The set as it was typed, pasted or opened. */
  readonly set: string;
  readonly heldOut: HeldOutShare;
  /** Paths a problem in an evaluation of a set. */
  readonly evalPaths: number;
  /** Steps between evaluations of a set; 0: before and after only. */
  readonly evalEvery: number;
  /** What differs from the model's defaults, which measurement may change. */
  readonly changed: Partial<LearnSettings>;
}

const DEFAULT_CHOICES: LearnChoices = {
  from: 'problem',
  set: '',
  heldOut: '0.25',
  evalPaths: 8,
  evalEvery: 0,
  changed: {},
};

/** Steps of a run unless chosen otherwise. */
const DEFAULT_STEPS = 1;

/** Most paths a problem is trained on unless told otherwise: TTRL's number, at its 64 votes. */
const MOST_TRAIN_PATHS = 32;

const within = ({ min, max }: { readonly min: number; readonly max: number }) =>
  v.pipe(v.number(), v.minValue(min), v.maxValue(max));
const wholeWithin = (range: { readonly min: number; readonly max: number }) => v.pipe(within(range), v.integer());
/** Damaged, it is as if it had never been changed. */
const lenient = <T>(schema: v.GenericSchema<T>) => v.fallback(v.optional(schema), undefined);

const changedSchema = v.object({
  lora: lenient(
    v.object({
      rank: wholeWithin(LEARN_RANGES.rank),
      alpha: within(LEARN_RANGES.alpha),
      targets: v.pipe(v.array(v.picklist(LORA_TARGETS)), v.minLength(1)),
    }),
  ),
  votes: lenient(wholeWithin(LEARN_RANGES.votes)),
  trainPaths: lenient(wholeWithin(LEARN_RANGES.trainPaths)),
  trainOn: lenient(v.picklist(['first', 'survivors'])),
  labels: lenient(v.picklist(['sasc', 'majority', 'random', 'random-reward'])),
  softness: lenient(within(LEARN_RANGES.softness)),
  lossType: lenient(v.picklist(['dapo', 'grpo', 'bnpo', 'dr_grpo'])),
  importance: lenient(v.picklist(['token', 'sequence'])),
  epsilonLow: lenient(within(LEARN_RANGES.epsilonLow)),
  epsilonHigh: lenient(within(LEARN_RANGES.epsilonHigh)),
  beta: lenient(within({ min: 0, max: 1 })),
  advantage: lenient(v.picklist(['bessel', 'population', 'centred'])),
  maskTruncated: lenient(v.boolean()),
  learningRate: lenient(within({ min: 0, max: 1 })),
  weightDecay: lenient(within({ min: 0, max: 1 })),
  maxGradNorm: lenient(within(LEARN_RANGES.maxGradNorm)),
  schedule: lenient(v.picklist(['cosine', 'constant'])),
  warmup: lenient(within(LEARN_RANGES.warmup)),
  problemsPerStep: lenient(wholeWithin(LEARN_RANGES.problemsPerStep)),
  steps: lenient(wholeWithin(LEARN_RANGES.steps)),
  seed: lenient(wholeWithin(LEARN_RANGES.seed)),
  temperature: lenient(within(LEARN_RANGES.temperature)),
  maxTokens: lenient(wholeWithin(LEARN_RANGES.maxTokens)),
  topK: lenient(wholeWithin(LEARN_RANGES.topK)),
});

const choicesSchema = v.object({
  from: v.fallback(v.picklist(['problem', 'set']), DEFAULT_CHOICES.from),
  set: v.fallback(v.string(), ''),
  heldOut: v.fallback(v.picklist(HELD_OUT_SHARES), DEFAULT_CHOICES.heldOut),
  evalPaths: v.fallback(wholeWithin(LEARN_RANGES.evalPaths), DEFAULT_CHOICES.evalPaths),
  evalEvery: v.fallback(wholeWithin(LEARN_RANGES.evalEvery), DEFAULT_CHOICES.evalEvery),
  changed: v.fallback(
    v.pipe(
      changedSchema,
      v.transform((changed) => definedOf(changed)),
    ),
    {},
  ),
});

function definedOf(changed: v.InferOutput<typeof changedSchema>): Partial<LearnSettings> {
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
}

/** The choices of the Learn page, kept across reloads; the only writer of them. */
export class LearnSettingsState {
  readonly #stored: Persisted<LearnChoices>;

  constructor(
    readonly modelId: string,
    /** Paths that Solve takes: as many vote here, unless told otherwise. */
    private readonly solvePaths: () => number = () => DEFAULT_RUN_SETTINGS.paths,
    store?: KeyValueStore | null,
  ) {
    this.#stored = new Persisted<LearnChoices>('sasc-lab.learn', choicesSchema, DEFAULT_CHOICES, store);
  }

  get choices(): LearnChoices {
    return this.#stored.current;
  }

  /** The model's defaults with what was changed; never trains on more paths than are sampled. */
  get settings(): LearnSettings {
    const settings = { ...this.defaults, ...this.choices.changed };
    return { ...settings, trainPaths: Math.min(settings.trainPaths, settings.votes) };
  }

  get defaults(): LearnSettings {
    const votes = this.solvePaths();
    const trainPaths = Math.min(votes, MOST_TRAIN_PATHS);
    return { ...learnDefaults(this.modelId).settings, votes, trainPaths, steps: DEFAULT_STEPS };
  }

  /** Why the defaults are what they are; null: nothing has been measured. */
  get labelsRight(): ModelLearnDefaults['labelsRight'] {
    return learnDefaults(this.modelId).labelsRight;
  }

  choose(part: Partial<LearnChoices>): void {
    this.#stored.current = { ...this.choices, ...part };
  }

  change(part: Partial<LearnSettings>): void {
    this.choose({ changed: { ...this.choices.changed, ...part } });
  }

  /** Back to the model's defaults, except what the sidebar shows without Advanced. */
  resetAdvanced(): void {
    const { labels, steps, learningRate, beta } = this.choices.changed;
    const shown = { labels, steps, learningRate, beta };
    const kept = Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
    this.choose({ changed: kept, evalPaths: DEFAULT_CHOICES.evalPaths, evalEvery: DEFAULT_CHOICES.evalEvery });
  }
}
