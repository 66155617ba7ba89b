import * as v from 'valibot';
import { browserStore, type KeyValueStore, Persisted } from '../storage/persisted.svelte';
import { SHOWN_SIGNALS, type ShownSignal } from './signals';

const KEY = 'sasc-lab.signals';
const INITIAL = { signal: 'stability', marksSlips: true, fullScale: false } as const;
const schema = v.object({
  signal: v.fallback(v.picklist(SHOWN_SIGNALS), INITIAL.signal),
  marksSlips: v.fallback(v.boolean(), INITIAL.marksSlips),
  fullScale: v.fallback(v.boolean(), INITIAL.fullScale),
});

/** Which signal the strip shows, whether slips are marked and how far the colours reach: remembered as long as the tab is open. */
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

  /** Colours reach to the highest entropy that is possible, the same for every run; else to the run's own highest. */
  get fullScale(): boolean {
    return this.#stored.current.fullScale;
  }

  set fullScale(fullScale: boolean) {
    this.#stored.current = { ...this.#stored.current, fullScale };
  }
}
