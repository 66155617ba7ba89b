import type { DBSchema } from 'idb';
import * as v from 'valibot';
import { readRun, type RunDocument, writeRun } from '../../run/formats/run-document';
import type { RunRecord } from '../../run/saved-run';
import { Database, hasDatabases } from '../storage/database';
import { type EntryChange, type HistoryEntry, HistoryEntrySchema, surplus } from './history-entry';

/** Runs that are kept beyond this push the oldest out that nobody has pinned. */
export const HISTORY_LIMIT = 200;
/** How many make room at once when the browser's space is used up. */
const ROOM = 10;

/** What the list holds, and ids of entries that cannot be read. */
export interface HistoryListing {
  readonly entries: readonly HistoryEntry[];
  readonly damaged: readonly string[];
}

/** removed: how many runs had to make room for it, and why. */
export interface Kept {
  readonly removed: number;
  readonly reason: 'limit' | 'space';
}

/** The runs that the browser keeps. Every method rejects where the browser refuses. */
export interface HistoryStore {
  list(): Promise<HistoryListing>;
  /** undefined: it is not there. Rejects with RunDocumentError where it cannot be read. */
  read(id: string): Promise<RunRecord | undefined>;
  /** Keeps a run, in place of what was there under its id; of that, name and pin stay unless `entry` is a restored one. */
  put(entry: HistoryEntry, record: RunRecord, how?: 'restore'): Promise<Kept>;
  change(id: string, change: EntryChange): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  clear(): Promise<void>;
}

interface Schema extends DBSchema {
  /** What the list shows. */
  entries: { key: string; value: HistoryEntry };
  /** The runs themselves, by the same ids. */
  runs: { key: string; value: RunDocument };
}
const STORES = ['entries', 'runs'] as const;

class IndexedHistoryStore implements HistoryStore {
  readonly #database = new Database<Schema>('sasc-lab.history', [
    (database) => {
      database.createObjectStore('entries', { keyPath: 'id' });
      database.createObjectStore('runs', { keyPath: 'id' });
    },
  ]);

  async list(): Promise<HistoryListing> {
    return sorted(await (await this.#database.open()).getAll('entries'));
  }

  async read(id: string): Promise<RunRecord | undefined> {
    const document = await (await this.#database.open()).get('runs', id);
    return document === undefined ? undefined : readRun(document);
  }

  async put(entry: HistoryEntry, record: RunRecord, how?: 'restore'): Promise<Kept> {
    const document = writeRun(record);
    let removed = 0;
    for (;;) {
      try {
        const overLimit = await this.#write(entry, document, how);
        return removed > 0
          ? { removed: removed + overLimit, reason: 'space' }
          : { removed: overLimit, reason: 'limit' };
      } catch (error) {
        const room = isQuotaError(error) ? await this.#makeRoom(entry.id) : 0;
        if (room === 0) throw error;
        removed += room;
      }
    }
  }

  async change(id: string, change: EntryChange): Promise<void> {
    const transaction = (await this.#database.open()).transaction('entries', 'readwrite');
    const entry = await transaction.store.get(id);
    if (entry !== undefined) await transaction.store.put({ ...entry, ...change });
    await transaction.done;
  }

  async remove(ids: readonly string[]): Promise<void> {
    const transaction = (await this.#database.open()).transaction(STORES, 'readwrite');
    await Promise.all([
      ...ids.flatMap((id) => STORES.map((name) => transaction.objectStore(name).delete(id))),
      transaction.done,
    ]);
  }

  async clear(): Promise<void> {
    const transaction = (await this.#database.open()).transaction(STORES, 'readwrite');
    await Promise.all([...STORES.map((name) => transaction.objectStore(name).clear()), transaction.done]);
  }

  /** One transaction: another tab's writes come before it or after. Resolves with how many were too many. */
  async #write(entry: HistoryEntry, document: RunDocument, how?: 'restore'): Promise<number> {
    const transaction = (await this.#database.open()).transaction(STORES, 'readwrite');
    // A transaction that fails says so once, here: its requests' own failures are the same one.
    const done = transaction.done;
    done.catch(() => undefined);
    const entries = transaction.objectStore('entries');
    const { entries: all } = sorted(await entries.getAll());
    const before = how === 'restore' ? undefined : all.find(({ id }) => id === entry.id);
    const { name, pinned } = before ?? entry;
    const isNew = all.every(({ id }) => id !== entry.id);
    const excess = isNew ? surplus([...all, entry], HISTORY_LIMIT, entry.id) : [];
    await Promise.all([
      entries.put({ ...entry, name, pinned }),
      transaction.objectStore('runs').put(document),
      ...excess.flatMap(({ id }) => STORES.map((store) => transaction.objectStore(store).delete(id))),
      done,
    ]);
    return excess.length;
  }

  async #makeRoom(kept: string): Promise<number> {
    const { entries } = await this.list();
    const oldest = surplus(entries, entries.length - ROOM, kept).map(({ id }) => id);
    await this.remove(oldest);
    return oldest.length;
  }
}

/** Whatever lies there was written by some version of this page, or by nobody knows whom. */
function sorted(values: readonly HistoryEntry[]): HistoryListing {
  const isWhole = (value: HistoryEntry): boolean => v.is(HistoryEntrySchema, value);
  return {
    entries: values.filter(isWhole),
    damaged: values.filter((value) => !isWhole(value)).map(({ id }) => id),
  };
}

/** null where the browser has no databases. */
export function browserHistoryStore(): HistoryStore | null {
  return hasDatabases() ? new IndexedHistoryStore() : null;
}

function isQuotaError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}
