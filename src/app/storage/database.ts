import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';
import { type DatabaseConflicts, databaseConflicts } from './database-conflicts.svelte';

/** Leads from one version of a database to the next. */
type Upgrade<Schema extends DBSchema> = (
  database: IDBPDatabase<Schema>,
  transaction: IDBPTransaction<Schema, StoreNames<Schema>[], 'versionchange'>,
) => void;

/** A database of the browser, opened when it is first needed, and again after a failure or when it has been closed. */
export class Database<Schema extends DBSchema> {
  #opened: Promise<IDBPDatabase<Schema>> | null = null;

  /**
   * @param upgrades what leads to each version: their number is the version. Never change one that was released.
   * @param conflicts hears of tabs with another version of the page
   * @param openDatabase idb's
   */
  constructor(
    private readonly name: string,
    private readonly upgrades: readonly Upgrade<Schema>[],
    private readonly conflicts: DatabaseConflicts = databaseConflicts,
    private readonly openDatabase: typeof openDB<Schema> = openDB,
  ) {}

  /** Rejects where the browser refuses, and where a newer page has upgraded it. Waits for an older one in another tab. */
  open(): Promise<IDBPDatabase<Schema>> {
    const opened = (this.#opened ??= this.#open());
    opened.catch(() => (this.#opened = null));
    return opened;
  }

  async #open(): Promise<IDBPDatabase<Schema>> {
    const forget = (): void => {
      this.#opened = null;
    };
    try {
      const database = await this.openDatabase(this.name, this.upgrades.length, {
        upgrade: (opened, from, _to, transaction) => {
          for (const upgrade of this.upgrades.slice(from)) upgrade(opened, transaction);
        },
        // A tab with an older page does not close its connection: opening goes on once it does.
        blocked: () => this.conflicts.blocked(this.name),
        // A tab with a newer page must not wait for this one. Without a version the database is being deleted.
        blocking: (_version, newVersion) => {
          database.close();
          forget();
          if (newVersion !== null) this.conflicts.outdated();
        },
        terminated: forget,
      });
      return database;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'VersionError') this.conflicts.outdated();
      throw error;
    } finally {
      this.conflicts.unblocked(this.name);
    }
  }
}

/** False where the browser has no databases, or forbids them (reading `indexedDB` itself may throw). */
export function hasDatabases(): boolean {
  try {
    return typeof indexedDB !== 'undefined';
  } catch {
    return false;
  }
}
