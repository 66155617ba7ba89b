import * as v from 'valibot';
import { DEFAULT_VOTE_OPTIONS, type ZVariant } from '../../method/vote-types';
import { EMBEDDED_ID } from '../../model/catalog';
import { DEFAULT_RUN_SETTINGS, RUN_SETTINGS, type RunSettings } from '../../run/settings';
import { Persisted, type KeyValueStore } from '../storage/persisted.svelte';

/** Everything that the sidebar asks for. */
export interface Settings {
  readonly problem: string;
  /** The known answer, '' when there is none. */
  readonly gold: string;
  readonly run: RunSettings;
  readonly zVariant: ZVariant;
  /** Softness τ of the weights. */
  readonly softness: number;
}

/** The rules of the vote: changing one repeats the vote, on the paths as they are. */
export type VoteRules = Pick<Settings, 'zVariant' | 'softness'>;

/** What the controls offer; the engine itself takes more (one path, any temperature above 0). */
export const RANGES = {
  paths: RUN_SETTINGS.paths.offered,
  temperature: RUN_SETTINGS.temperature.offered,
  topP: RUN_SETTINGS.topP.offered,
  maxTokens: RUN_SETTINGS.maxTokens.offered,
  topK: RUN_SETTINGS.topK.offered,
  seed: RUN_SETTINGS.seed.offered,
  softness: { min: 0.5, max: 8, step: 0.5 },
} as const;

export const DEFAULT_SETTINGS: Settings = {
  problem: '',
  gold: '',
  run: DEFAULT_RUN_SETTINGS,
  zVariant: DEFAULT_VOTE_OPTIONS.zVariant,
  softness: DEFAULT_VOTE_OPTIONS.softness,
};

/** As it is stored: a length that nobody has chosen follows the model. */
interface StoredSettings extends Omit<Settings, 'run'> {
  readonly run: Omit<RunSettings, 'maxTokens'> & { readonly maxTokens: number | null };
}

/** Most tokens of a path unless somebody chooses: tiny-math's whole context, and what Qwen2.5-Math is evaluated with. */
export function usualMaxTokens(modelId: string): number {
  return modelId === EMBEDDED_ID ? DEFAULT_RUN_SETTINGS.maxTokens : 2048;
}

type Range = (typeof RANGES)[keyof typeof RANGES];

function numberIn(range: Range, fallback: number) {
  return v.fallback(v.pipe(v.number(), v.minValue(range.min), v.maxValue(range.max)), fallback);
}

function inRange(range: Range) {
  return v.pipe(v.number(), v.integer(), v.minValue(range.min), v.maxValue(range.max));
}

function integerIn(range: Range, fallback: number) {
  return v.fallback(inRange(range), fallback);
}

const UNCHOSEN_RUN = { ...DEFAULT_RUN_SETTINGS, maxTokens: null };

/** A damaged field falls back alone: a bad number must not cost the user the problem they typed. */
const settingsSchema = v.object({
  problem: v.fallback(v.string(), ''),
  gold: v.fallback(v.string(), ''),
  run: v.fallback(
    v.object({
      paths: integerIn(RANGES.paths, DEFAULT_RUN_SETTINGS.paths),
      seed: integerIn(RANGES.seed, DEFAULT_RUN_SETTINGS.seed),
      temperature: numberIn(RANGES.temperature, DEFAULT_RUN_SETTINGS.temperature),
      topP: numberIn(RANGES.topP, DEFAULT_RUN_SETTINGS.topP),
      maxTokens: v.fallback(v.nullable(inRange(RANGES.maxTokens)), null),
      topK: integerIn(RANGES.topK, DEFAULT_RUN_SETTINGS.topK),
    }),
    UNCHOSEN_RUN,
  ),
  zVariant: v.fallback(v.picklist(['survivors', 'pool']), DEFAULT_SETTINGS.zVariant),
  softness: numberIn(RANGES.softness, DEFAULT_SETTINGS.softness),
});

function rulesOf({ zVariant, softness }: VoteRules): VoteRules {
  return { zVariant, softness };
}

/** The settings, kept across reloads; the only writer of them. */
export class SettingsState {
  readonly #stored: Persisted<StoredSettings>;
  /** Settings of somebody else, in force for now; null: the user's own are. */
  #borrowed = $state.raw<StoredSettings | null>(null);
  readonly #current = $derived.by(() => this.#read());
  #listener: (rules: VoteRules) => void = () => undefined;

  /** @param maxTokens tokens a path while nobody has chosen */
  constructor(
    store?: KeyValueStore | null,
    private readonly maxTokens = DEFAULT_RUN_SETTINGS.maxTokens,
  ) {
    const initial = { ...DEFAULT_SETTINGS, run: UNCHOSEN_RUN };
    this.#stored = new Persisted<StoredSettings>('sasc-lab.settings', settingsSchema, initial, store);
  }

  get current(): Settings {
    return this.#current;
  }

  /** Nothing had been stored, and no problem has been typed yet. */
  get isFirstVisit(): boolean {
    return !this.#stored.wasStored && this.current.problem === '';
  }

  /** Calls with the rules of the vote: now, and again whenever one of them has been changed. */
  onVoteRules(listener: (rules: VoteRules) => void): void {
    this.#listener = listener;
    listener(rulesOf(this.#now));
  }

  /** Settings in the place of the user's own, which are left as they are. null: the user's own are back. */
  borrow(settings: Settings | null): void {
    this.#update(() => (this.#borrowed = settings));
  }

  change(part: Partial<Omit<Settings, 'run'>>): void {
    this.#set({ ...this.#now, ...part });
  }

  changeRun(part: Partial<RunSettings>): void {
    this.#changeRun(part);
  }

  /** Everything under Advanced back to its default; the problem, its answer, paths and temperature stay. */
  resetAdvanced(): void {
    const { paths, temperature } = this.current.run;
    const { zVariant, softness } = DEFAULT_SETTINGS;
    this.change({ zVariant, softness });
    this.#changeRun({ ...UNCHOSEN_RUN, paths, temperature });
  }

  #changeRun(part: Partial<StoredSettings['run']>): void {
    this.#set({ ...this.#now, run: { ...this.#now.run, ...part } });
  }

  get #now(): StoredSettings {
    return this.#borrowed ?? this.#stored.current;
  }

  #set(settings: StoredSettings): void {
    this.#update(() => {
      if (this.#borrowed === null) this.#stored.current = settings;
      else this.#borrowed = settings;
    });
  }

  #update(write: () => void): void {
    const before = rulesOf(this.#now);
    write();
    const after = rulesOf(this.#now);
    if (after.zVariant !== before.zVariant || after.softness !== before.softness) this.#listener(after);
  }

  #read(): Settings {
    const { run, ...rest } = this.#now;
    return { ...rest, run: { ...run, maxTokens: run.maxTokens ?? this.maxTokens } };
  }
}
