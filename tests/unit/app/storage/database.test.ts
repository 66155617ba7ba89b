import type { DBSchema, IDBPDatabase, openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../../src/app/storage/database';
import { DatabaseConflicts } from '../../../../src/app/storage/database-conflicts.svelte';

interface Schema extends DBSchema {
  things: { key: string; value: string };
}
type Open = typeof openDB<Schema>;
type Events = NonNullable<Parameters<Open>[2]>;

/** A browser that opens databases when the test says so, and tells the page what the test says. */
class FakeBrowser {
  readonly opened: { version: number | undefined; events: Events; closed: number }[] = [];
  #waiting: Promise<void> | null = null;
  error: Error | null = null;

  readonly open: Open = async (_name, version, events = {}) => {
    const connection = { version, events, closed: 0 };
    this.opened.push(connection);
    await this.#waiting;
    if (this.error !== null) throw this.error;
    const close = (): void => void connection.closed++;
    return { close } as IDBPDatabase<Schema>;
  };

  /** Opening waits from now on. @returns what lets it go on */
  hold(): () => void {
    let release = (): void => undefined;
    this.#waiting = new Promise((resolve) => (release = resolve));
    return () => release();
  }
}

function start() {
  const browser = new FakeBrowser();
  const conflicts = new DatabaseConflicts();
  const upgrades = [() => undefined, () => undefined];
  return { browser, conflicts, database: new Database<Schema>('things', upgrades, conflicts, browser.open) };
}

const event = {} as IDBVersionChangeEvent;

describe('a database', () => {
  it('is opened once, in the version of its upgrades', async () => {
    const { browser, conflicts, database } = start();
    expect(await database.open()).toBe(await database.open());
    expect(browser.opened.map(({ version }) => version)).toEqual([2]);
    expect(conflicts.current).toBeNull();
  });

  it('says that an older tab blocks it, until that tab is closed', async () => {
    const { browser, conflicts, database } = start();
    const goOn = browser.hold();
    const opening = database.open();
    browser.opened[0]?.events.blocked?.(1, 2, event);
    expect(conflicts.current).toBe('blocked');
    goOn();
    await opening;
    expect(conflicts.current).toBeNull();
    expect(browser.opened).toHaveLength(1);
  });

  it('lets a newer tab have it at once, and says so', async () => {
    const { browser, conflicts, database } = start();
    await database.open();
    browser.opened[0]?.events.blocking?.(2, 3, event as never);
    expect(browser.opened[0]?.closed).toBe(1);
    expect(conflicts.current).toBe('outdated');
    browser.error = new DOMException('The requested version is less than the existing version.', 'VersionError');
    await expect(database.open()).rejects.toBe(browser.error);
    expect(conflicts.current).toBe('outdated');
  });

  it('says that it is newer than this page', async () => {
    const { browser, conflicts, database } = start();
    browser.error = new DOMException('The requested version is less than the existing version.', 'VersionError');
    await expect(database.open()).rejects.toBe(browser.error);
    expect(conflicts.current).toBe('outdated');
  });

  it('is closed where it is deleted, and opened again when it is next needed', async () => {
    const { browser, conflicts, database } = start();
    await database.open();
    browser.opened[0]?.events.blocking?.(2, null, event as never);
    expect(browser.opened[0]?.closed).toBe(1);
    expect(conflicts.current).toBeNull();
    await database.open();
    expect(browser.opened).toHaveLength(2);
  });

  it('is opened again after the browser has ended it, and after a failure', async () => {
    const { browser, conflicts, database } = start();
    await database.open();
    browser.opened[0]?.events.terminated?.();
    browser.error = new Error('The disk is full.');
    await expect(database.open()).rejects.toThrow('The disk is full.');
    browser.error = null;
    await database.open();
    expect(browser.opened).toHaveLength(3);
    expect(conflicts.current).toBeNull();
  });
});
