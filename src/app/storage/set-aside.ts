import * as v from 'valibot';
import { browserStore, type KeyValueStore, Persisted } from './persisted.svelte';

const KEY = 'sasc-lab.set-aside';
const SETTINGS_KEY = 'sasc-lab.settings';

const setAsideSchema = v.object({
  /** The problem and the known answer that were stored. */
  problem: v.string(),
  gold: v.string(),
  /** What followed # in the address. */
  address: v.string(),
  /** The saved run that was open, which the history still has; null: none. */
  run: v.nullable(v.string()),
});

/** What froze the page: kept, to be saved or deleted, but not loaded. */
export type SetAside = v.InferOutput<typeof setAsideSchema>;

const storedProblem = v.looseObject({ problem: v.fallback(v.string(), ''), gold: v.fallback(v.string(), '') });

/** Takes the stored problem out of the settings, and keeps it with the address and the run that were open. */
export function setAside(address: string, run: string | null, store: KeyValueStore | null = browserStore()): void {
  try {
    const text = store?.getItem(SETTINGS_KEY) ?? '{}';
    const { problem, gold, ...settings } = readSettings(text);
    store?.setItem(KEY, JSON.stringify({ problem, gold, address, run } satisfies SetAside));
    store?.setItem(SETTINGS_KEY, JSON.stringify({ ...settings, problem: '', gold: '' }));
  } catch {
    // Where nothing can be stored nothing was.
  }
}

/** null: nothing has been set aside. */
export function readSetAside(store: KeyValueStore | null = browserStore()): SetAside | null {
  return persisted(store).current;
}

export function deleteSetAside(store: KeyValueStore | null = browserStore()): void {
  persisted(store).current = null;
}

function persisted(store: KeyValueStore | null): Persisted<SetAside | null> {
  return new Persisted(KEY, v.nullable(setAsideSchema), null, store);
}

/** What cannot be read as settings is set aside as a whole. */
function readSettings(text: string): v.InferOutput<typeof storedProblem> {
  try {
    return v.parse(storedProblem, JSON.parse(text));
  } catch {
    return { problem: text, gold: '' };
  }
}
