import { readRun, type RunDocument, writeRun } from '../../../../src/run/formats/run-document';
import type { RunRecord } from '../../../../src/run/saved-run';
import { type EntryChange, type HistoryEntry, surplus } from '../../../../src/app/history/history-entry';
import type { HistoryListing, HistoryStore, Kept } from '../../../../src/app/history/history-store';

/** A history without a browser: what it holds has been through a document, as in one. */
export class MemoryHistoryStore implements HistoryStore {
  readonly entries = new Map<string, HistoryEntry>();
  readonly documents = new Map<string, RunDocument>();
  puts = 0;
  limit = 200;
  refuses = false;

  list = async (): Promise<HistoryListing> => ({ entries: [...this.entries.values()], damaged: [] });

  read = async (id: string): Promise<RunRecord | undefined> => {
    const document = this.documents.get(id);
    return document === undefined ? undefined : readRun(document);
  };

  put = async (entry: HistoryEntry, record: RunRecord, how?: 'restore'): Promise<Kept> => {
    if (this.refuses) throw new DOMException('full', 'QuotaExceededError');
    this.puts++;
    const { name, pinned } = (how === 'restore' ? undefined : this.entries.get(entry.id)) ?? entry;
    this.entries.set(entry.id, { ...entry, name, pinned });
    this.documents.set(entry.id, writeRun(record));
    const excess = surplus([...this.entries.values()], this.limit, entry.id).map(({ id }) => id);
    await this.remove(excess);
    return { removed: excess.length, reason: 'limit' };
  };

  change = async (id: string, change: EntryChange): Promise<void> => {
    const entry = this.entries.get(id);
    if (entry !== undefined) this.entries.set(id, { ...entry, ...change });
  };

  remove = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      this.entries.delete(id);
      this.documents.delete(id);
    }
  };

  clear = async (): Promise<void> => this.remove([...this.entries.keys()]);
}
