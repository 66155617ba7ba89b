import * as v from 'valibot';
import { browserStore, type KeyValueStore } from './persisted.svelte';

/** ms that the page has to answer for before what it opened counts as harmless. */
const ALIVE_MS = 2500;
/** A page that answers has taken its note away by then: an older one is of a page that froze. */
const STALE_MS = 2 * ALIVE_MS;

const KEY = 'sasc-lab.opening';

const openingSchema = v.variant('what', [
  /** The problem that the browser stores. */
  v.object({ what: v.literal('problem') }),
  /** A link to a run, or for a class. */
  v.object({ what: v.literal('link') }),
  v.object({ what: v.literal('run'), id: v.pipe(v.string(), v.maxLength(100)) }),
]);
const noteSchema = v.object({ opening: openingSchema, page: v.string(), at: v.number() });

/** What the page is about to show and cannot vouch for. */
export type Opening = v.InferOutput<typeof openingSchema>;

/** The part of the page's clock that is used here; tests bring their own. */
export interface SentinelClock {
  now(): number;
  later(call: () => void, ms: number): void;
}

const browserClock: SentinelClock = { now: () => Date.now(), later: (call, ms) => void setTimeout(call, ms) };

/**
 * Notes in the browser's store what the page is about to show, until the page has answered for a while with it. A note
 * that is still there at the next visit says what froze the page, which is then not loaded again by itself.
 */
export class BootSentinel {
  /** What the last visit froze with; null: nothing. */
  readonly frozen: Opening | null;
  readonly #page = String(Math.random());
  #isArmed = false;
  #calls = 0;

  constructor(
    private readonly store: KeyValueStore | null = browserStore(),
    private readonly clock: SentinelClock = browserClock,
  ) {
    const note = this.#read();
    this.frozen = note !== null && clock.now() - note.at > STALE_MS ? note.opening : null;
  }

  /** To be called just before something is shown that may be too much for the page. */
  arm(opening: Opening): void {
    this.#write({ opening, page: this.#page, at: this.clock.now() });
    this.#isArmed = true;
    const call = ++this.#calls;
    // A page that is frozen does not get here.
    this.clock.later(() => {
      if (call === this.#calls) this.clear();
    }, ALIVE_MS);
  }

  /** The page answers, or is left by a page that answers. */
  clear(): void {
    if (this.#isArmed && this.#read()?.page === this.#page) this.#write(null);
    this.#isArmed = false;
  }

  #read(): v.InferOutput<typeof noteSchema> | null {
    try {
      const parsed = v.safeParse(noteSchema, JSON.parse(this.store?.getItem(KEY) ?? 'null'));
      return parsed.success ? parsed.output : null;
    } catch {
      return null;
    }
  }

  #write(note: v.InferOutput<typeof noteSchema> | null): void {
    try {
      this.store?.setItem(KEY, JSON.stringify(note));
    } catch {
      // Full or forbidden storage: the page goes on without a sentinel.
    }
  }
}

/** The page's. */
export const bootSentinel = new BootSentinel();
