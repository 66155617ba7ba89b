import * as v from 'valibot';
import { EMBEDDED_ID } from '../../model/catalog';
import { forgivingEntries, offeredEntries, storedNames, storedObject } from '../../run/setting-schemas';
import {
  DEFAULT_RUN_SETTINGS,
  DEFAULT_VERDICT_SETTINGS,
  DEFAULT_VOTE_SETTINGS,
  MOST_PROBLEM_CHARACTERS,
  RUN_SETTINGS,
  type RunSettings,
  VERDICT_SETTINGS,
  type VerdictSettings,
  VOTE_SETTINGS,
  type VoteSettings,
} from '../../run/settings';
import { Persisted, type KeyValueStore } from '../storage/persisted.svelte';

/** How the paths vote, and which rule decides. */
export type VoteRules = VoteSettings & VerdictSettings;

/** Everything that the sidebar asks for. Changing a rule of the vote repeats the vote, on the paths as they are. */
export interface Settings extends VoteRules {
  readonly problem: string;
  /** The known answer, '' when there is none. */
  readonly gold: string;
  readonly run: RunSettings;
}

export const DEFAULT_SETTINGS: Settings = {
  problem: '',
  gold: '',
  run: DEFAULT_RUN_SETTINGS,
  ...DEFAULT_VOTE_SETTINGS,
  ...DEFAULT_VERDICT_SETTINGS,
};

/** As it is stored: a length that nobody has chosen follows the model. */
interface StoredSettings extends Omit<Settings, 'run'> {
  readonly run: Omit<RunSettings, 'maxTokens'> & { readonly maxTokens: number | null };
}

/** Most tokens of a path unless somebody chooses: tiny-math's whole context, and what Qwen2.5-Math is evaluated with. */
export function usualMaxTokens(modelId: string): number {
  return modelId === EMBEDDED_ID ? DEFAULT_RUN_SETTINGS.maxTokens : 2048;
}

const UNCHOSEN_RUN = { ...DEFAULT_RUN_SETTINGS, maxTokens: null };

const runEntries = {
  ...forgivingEntries(RUN_SETTINGS),
  maxTokens: v.fallback(v.nullable(offeredEntries(RUN_SETTINGS).maxTokens), null),
};

/** No model takes more, and what is stored is laid out at every visit. */
const problemText = v.pipe(
  v.string(),
  v.transform((text) => text.slice(0, MOST_PROBLEM_CHARACTERS)),
);

/** A damaged field falls back alone: a bad number must not cost the user the problem they typed. */
const settingsSchema = v.object({
  problem: v.fallback(problemText, ''),
  gold: v.fallback(v.string(), ''),
  run: v.fallback(storedObject(RUN_SETTINGS, runEntries), UNCHOSEN_RUN),
  ...forgivingEntries(VOTE_SETTINGS),
  ...forgivingEntries(VERDICT_SETTINGS),
});

function written({ run, ...rest }: StoredSettings): unknown {
  return { ...rest, run: storedNames(RUN_SETTINGS, run) };
}

function rulesOf({ zVariant, softness, rule }: VoteRules): VoteRules {
  return { zVariant, softness, rule };
}

/** The settings, kept across reloads; the only writer of them. */
export class SettingsState {
  readonly #stored: Persisted<StoredSettings>;
  /** Settings of somebody else that are used for now; null: the user's own are. */
  #borrowed = $state.raw<StoredSettings | null>(null);
  readonly #current = $derived.by(() => this.#read());
  #listener: (rules: VoteRules) => void = () => undefined;

  /** @param maxTokens tokens a path while nobody has chosen */
  constructor(
    store?: KeyValueStore | null,
    private readonly maxTokens = DEFAULT_RUN_SETTINGS.maxTokens,
  ) {
    const initial = { ...DEFAULT_SETTINGS, run: UNCHOSEN_RUN };
    this.#stored = new Persisted<StoredSettings>('sasc-lab.settings', settingsSchema, initial, store, written);
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
    this.change({ ...DEFAULT_VOTE_SETTINGS, ...DEFAULT_VERDICT_SETTINGS });
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
    const names = Object.keys(after) as (keyof VoteRules)[];
    if (names.some((name) => after[name] !== before[name])) this.#listener(after);
  }

  #read(): Settings {
    const { run, ...rest } = this.#now;
    return { ...rest, run: { ...run, maxTokens: run.maxTokens ?? this.maxTokens } };
  }
}
