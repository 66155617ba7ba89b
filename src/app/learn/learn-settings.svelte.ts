import * as v from 'valibot';
import { learnDefaults, type ModelLearnDefaults } from '../../learn/defaults';
import { defaultTrainPaths, LEARN_SETTINGS, type LearnSettings } from '../../learn/settings';
import { LORA_TARGETS, MAX_LORA_RANK } from '../../model/lora';
import { mapSettings, type Setting } from '../../run/setting';
import { offeredEntries, storedNames, storedObject } from '../../run/setting-schemas';
import { DEFAULT_RUN_SETTINGS, RUN_SETTINGS } from '../../run/settings';
import { Persisted, type KeyValueStore } from '../storage/persisted.svelte';

/** What the controls offer beside the settings of LEARN_SETTINGS. */
export const LEARN_RANGES = {
  rank: { min: 1, max: MAX_LORA_RANK, step: 1 },
  alpha: { min: 1, max: 256, step: 1 },
  evalPaths: { min: 1, max: RUN_SETTINGS.paths.max, step: 1 },
  evalEvery: { min: 0, max: 20, step: 1 },
} as const;

export type LearnSettingName = keyof typeof LEARN_SETTINGS;

/** Headings of Advanced, in their order. */
export const LEARN_PARTS = [
  'set',
  'vote',
  'guard',
  'loss',
  'optimiser',
] as const satisfies readonly PartOf<LearnSettingName>[];
export type LearnPartName = PartOf<LearnSettingName>;
type PartOf<Name extends LearnSettingName> = Extract<(typeof LEARN_SETTINGS)[Name], { readonly part: string }>['part'];

/** Settings under a heading, in the specification's order; undefined: those that are shown without Advanced. */
export function settingsOfPart(part: LearnPartName | undefined): LearnSettingName[] {
  const names = Object.keys(LEARN_SETTINGS) as LearnSettingName[];
  return names.filter((name) => partOf(LEARN_SETTINGS[name]) === part);
}

function partOf({ part }: Setting): string | undefined {
  return part;
}

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

const within = ({ min, max }: { readonly min: number; readonly max: number }) =>
  v.pipe(v.number(), v.minValue(min), v.maxValue(max));
const wholeWithin = (range: { readonly min: number; readonly max: number }) => v.pipe(within(range), v.integer());
/** Damaged, it is as if it had never been changed. */
const lenient = <T>(schema: v.GenericSchema<T>) => v.fallback(v.optional(schema), undefined);

const offered: Readonly<Record<string, v.GenericSchema>> = offeredEntries(LEARN_SETTINGS);

const changedSchema = storedObject(LEARN_SETTINGS, {
  lora: lenient(
    v.object({
      rank: wholeWithin(LEARN_RANGES.rank),
      alpha: within(LEARN_RANGES.alpha),
      targets: v.pipe(v.array(v.picklist(LORA_TARGETS)), v.minLength(1)),
    }),
  ),
  ...mapSettings(LEARN_SETTINGS, (_, name) => lenient(offered[name] ?? v.unknown())),
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

function written({ changed, ...rest }: LearnChoices): unknown {
  return { ...rest, changed: storedNames(LEARN_SETTINGS, changed) };
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
    this.#stored = new Persisted<LearnChoices>('sasc-lab.learn', choicesSchema, DEFAULT_CHOICES, store, written);
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
    const trainPaths = defaultTrainPaths(votes);
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
    const { changed } = this.choices;
    const shown = settingsOfPart(undefined).filter((name) => name in changed);
    const kept = Object.fromEntries(shown.map((name) => [name, changed[name]]));
    this.choose({ changed: kept, evalPaths: DEFAULT_CHOICES.evalPaths, evalEvery: DEFAULT_CHOICES.evalEvery });
  }
}
