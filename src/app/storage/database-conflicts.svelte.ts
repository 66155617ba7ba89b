import { SvelteSet } from 'svelte/reactivity';

/**
 * blocked: a tab with an older page does not let go of a database, so this one waits.
 * outdated: a tab with a newer page has changed a database, so this one can no longer use it.
 */
export type DatabaseConflict = 'blocked' | 'outdated';

/** What tabs with other versions of the page do to this one's databases. */
export class DatabaseConflicts {
  readonly #blocked = new SvelteSet<string>();
  #isOutdated = $state.raw(false);

  /** What the user has to know now; null: nothing. */
  get current(): DatabaseConflict | null {
    if (this.#isOutdated) return 'outdated';
    return this.#blocked.size > 0 ? 'blocked' : null;
  }

  /** An older tab blocks the upgrade of a database, by its name, until `unblocked`. */
  blocked(name: string): void {
    this.#blocked.add(name);
  }

  unblocked(name: string): void {
    this.#blocked.delete(name);
  }

  /** A newer page is there: only a reload ends that. */
  outdated(): void {
    this.#isOutdated = true;
  }
}

/** This tab's: all of its databases report here, and one banner shows it. */
export const databaseConflicts = new DatabaseConflicts();
