import * as v from 'valibot';
import { askOwn } from '../../net/ask';
import { readRun } from '../../run/formats/run-document';
import type { RunRecord } from '../../run/saved-run';
import { type GalleryEntry, GalleryIndexSchema, type GalleryKind } from './gallery-index';
import type { Playback } from './playback.svelte';

/** The recording that was opened last. */
interface Opened {
  readonly entry: GalleryEntry;
  readonly runs: readonly RunRecord[];
  /** Which of the runs is shown. */
  readonly shown: number;
}

/** Fetches a file of the gallery's folder as JSON. */
type Fetcher = (name: string) => Promise<unknown>;

async function fetchFile(name: string): Promise<unknown> {
  const response = await askOwn(new URL(`gallery/${name}`, document.baseURI));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.json();
}

/** Recorded runs that come with the page: they need no engine. */
export class GalleryState {
  #entries = $state.raw<readonly GalleryEntry[]>([]);
  #opened = $state.raw<Opened | null>(null);
  #failure = $state.raw<string | null>(null);
  #looking: Promise<void> | null = null;

  constructor(
    private readonly playback: Playback,
    private readonly fetcher: Fetcher = fetchFile,
  ) {}

  /** Empty until they have been looked for. */
  get entries(): readonly GalleryEntry[] {
    return this.#entries;
  }

  /** What was opened last, while it is shown; null: something else is. */
  get opened(): Opened | null {
    const opened = this.#opened;
    return opened !== null && this.playback.record === opened.runs[opened.shown] ? opened : null;
  }

  /** The error's message if a recording cannot be shown; null: they can, as far as anybody knows. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Reads the list; once it has been read, it stays. */
  refresh(): Promise<void> {
    this.#looking ??= this.#read();
    return this.#looking;
  }

  /**
   * Resolves with whether the recording is shown now.
   *
   * @param isWanted asked once the recording has come: the user may have gone on to something else meanwhile
   */
  async open(kind: GalleryKind, from: 'beginning' | 'end'): Promise<boolean> {
    await this.refresh();
    const entry = this.#entries.find((one) => one.kind === kind);
    if (entry === undefined) return false;
    try {
      const runs = (await Promise.all(entry.runs.map(this.fetcher))).map(readRun);
      this.#opened = { entry, runs, shown: 0 };
      this.#failure = null;
      return this.showRun(0, from);
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /** Of a recording with several runs, another one. Resolves with whether it is shown now. */
  showRun(shown: number, from: 'beginning' | 'end'): boolean {
    const record = this.#opened?.runs[shown];
    if (this.#opened === null || record === undefined) return false;
    this.#opened = { ...this.#opened, shown };
    this.playback.open(record, from);
    return this.opened !== null;
  }

  async #read(): Promise<void> {
    try {
      this.#entries = v.parse(GalleryIndexSchema, await this.fetcher('index.json')).entries;
      this.#failure = null;
    } catch (error) {
      this.#looking = null;
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure = error instanceof Error ? error.message : String(error);
  }
}
