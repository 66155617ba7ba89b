import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';

/** Leads from one version of a database to the next. */
type Upgrade<Schema extends DBSchema> = (
  database: IDBPDatabase<Schema>,
  transaction: IDBPTransaction<Schema, StoreNames<Schema>[], 'versionchange'>,
) => void;

/** A database of the browser, opened when it is first needed, and again after a failure or when it has been closed. */
export class Database<Schema extends DBSchema> {
  #opened: Promise<IDBPDatabase<Schema>> | null = null;

  /** @param upgrades what leads to each version: their number is the version. Never change one that was released. */
  constructor(
    private readonly name: string,
    private readonly upgrades: readonly Upgrade<Schema>[],
  ) {}

  /** Rejects where the browser refuses. */
  open(): Promise<IDBPDatabase<Schema>> {
    const opened = (this.#opened ??= this.#open());
    opened.catch(() => (this.#opened = null));
    return opened;
  }

  async #open(): Promise<IDBPDatabase<Schema>> {
    const forget = (): void => {
      this.#opened = null;
    };
    const database = await openDB<Schema>(this.name, this.upgrades.length, {
      upgrade: (opened, from, _to, transaction) => {
        for (const upgrade of this.upgrades.slice(from)) upgrade(opened, transaction);
      },
      // A tab with a newer page must not wait for this one.
      blocking: () => {
        database.close();
        forget();
      },
      terminated: forget,
    });
    return database;
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
