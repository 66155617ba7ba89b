import * as v from 'valibot';

type Schema<T> = v.GenericSchema<unknown, T>;

/** The part of the Web Storage API that is used here, so that tests can bring their own. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/**
 * A value that survives a reload. What was stored is read through `schema`, whose fallbacks replace whatever is damaged
 * and keep the rest; where the browser refuses storage the value lives as long as the page.
 */
export class Persisted<T> {
  #current: T;
  /** Whether a readable value was found when this was made. */
  readonly wasStored: boolean;
  readonly #key: string;
  readonly #store: KeyValueStore | null;

  /** @param written the value as JSON is to hold it, where that is not the value itself */
  constructor(
    key: string,
    schema: Schema<T>,
    initial: T,
    store: KeyValueStore | null = browserStore(),
    private readonly written: (value: T) => unknown = (value) => value,
  ) {
    this.#key = key;
    this.#store = store;
    const stored = read(store, key, schema);
    this.wasStored = stored !== null;
    this.#current = $state.raw(stored ?? initial);
  }

  get current(): T {
    return this.#current;
  }

  set current(value: T) {
    this.#current = value;
    try {
      this.#store?.setItem(this.#key, JSON.stringify(this.written(value)));
    } catch {
      // Full or forbidden storage: the page goes on without it.
    }
  }
}

function read<T>(store: KeyValueStore | null, key: string, schema: Schema<T>): T | null {
  try {
    const text = store?.getItem(key);
    if (text === null || text === undefined) return null;
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** null where the browser forbids storage: there, reading `localStorage` itself throws. */
export function browserStore(kind: 'localStorage' | 'sessionStorage' = 'localStorage'): KeyValueStore | null {
  try {
    return globalThis[kind];
  } catch {
    return null;
  }
}
