import * as v from 'valibot';
import { offeredEntries } from '../../run/setting-schemas';
import { DEFAULT_RUN_SETTINGS, RUN_SETTINGS, type RunSettings } from '../../run/settings';
import { type KeyValueStore, Persisted } from '../storage/persisted.svelte';

/** What the Evaluate page's sidebar asks for. */
export interface EvaluateChoices extends Pick<RunSettings, 'paths' | 'temperature' | 'seed'> {
  /** Most problems of the set that are sampled: its first ones. */
  readonly limit: number;
  readonly withGreedy: boolean;
}

/** Most problems that a page evaluates: more are for the command line, which needs no open tab. */
export const MOST_PROBLEMS = 1000;
/** So few that a first evaluation ends in minutes, and so many that an interval says something. */
const USUAL_PROBLEMS = 50;

const { paths, temperature, seed } = DEFAULT_RUN_SETTINGS;
const DEFAULT_CHOICES: EvaluateChoices = { paths, temperature, seed, limit: USUAL_PROBLEMS, withGreedy: true };

const offered = offeredEntries(RUN_SETTINGS);
const limitSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_PROBLEMS));
/** A damaged field falls back alone. */
const choicesSchema = v.object({
  paths: v.fallback(offered.paths, paths),
  temperature: v.fallback(offered.temperature, temperature),
  seed: v.fallback(offered.seed, seed),
  limit: v.fallback(limitSchema, USUAL_PROBLEMS),
  withGreedy: v.fallback(v.boolean(), true),
});

/** The choices of the Evaluate page, kept across reloads; the only writer of them. */
export class EvaluateChoicesState {
  readonly #stored: Persisted<EvaluateChoices>;

  constructor(store?: KeyValueStore | null) {
    this.#stored = new Persisted('sasc-lab.evaluate', choicesSchema, DEFAULT_CHOICES, store);
  }

  get current(): EvaluateChoices {
    return this.#stored.current;
  }

  change(part: Partial<EvaluateChoices>): void {
    this.#stored.current = { ...this.current, ...part };
  }
}
