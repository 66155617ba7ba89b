import * as v from 'valibot';
import { browserStore, type KeyValueStore, Persisted } from '../storage/persisted.svelte';
import { SHOWN_SIGNALS, type ShownSignal } from './signals';

const KEY = 'sasc-lab.signals';
const INITIAL = { signal: 'stability', marksSlips: true } as const;
const schema = v.object({
  signal: v.fallback(v.picklist(SHOWN_SIGNALS), INITIAL.signal),
  marksSlips: v.fallback(v.boolean(), INITIAL.marksSlips),
});

/** Which signal the strip shows, and whether slips are marked: remembered as long as the tab is open. */
export class SignalChoice {
  readonly #stored: Persisted<v.InferOutput<typeof schema>>;

  constructor(store: KeyValueStore | null = browserStore('sessionStorage')) {
    this.#stored = new Persisted(KEY, schema, INITIAL, store);
  }

  get signal(): ShownSignal {
    return this.#stored.current.signal;
  }

  set signal(signal: ShownSignal) {
    this.#stored.current = { ...this.#stored.current, signal };
  }

  get marksSlips(): boolean {
    return this.#stored.current.marksSlips;
  }

  set marksSlips(marksSlips: boolean) {
    this.#stored.current = { ...this.#stored.current, marksSlips };
  }
}
