import type { Decision } from '../../run/decision';
import type { RunRecord } from '../../run/saved-run';
import { entryOf } from './history-entry';
import type { HistoryStore, Kept } from './history-store';
import type { KeptState, RunKeeper } from '../session/run-keeping';

/** While a run is being written it is kept at most this often, and for at most a part of the time. */
const PAUSE_MS = 1000;
const PAUSES_A_WRITE = 20;
/** More than this is never lost. */
const LONGEST_PAUSE_MS = 3000;

/** The part of the browser's locks that is used here: a tab that is gone has let go of its own. */
export type Locks = Pick<LockManager, 'request' | 'query'>;

interface Keeping {
  readonly record: RunRecord;
  readonly decision: Decision;
  readonly state: KeptState;
}

/** A lock with this name is held for as long as somebody writes the run. */
const lockName = (id: string): string => `sasc-lab.run.${id}`;

/** The runs that some tab is writing now. */
export async function runsBeingWritten(locks: Locks | null): Promise<(id: string) => boolean> {
  const held = (await locks?.query())?.held?.map(({ name }) => name) ?? [];
  return (id) => held.includes(lockName(id));
}

/** Keeps a run while it is being written, so that a reload costs no path that had ended, and once more at its end. */
export class HistoryKeeper implements RunKeeper {
  #latest: Keeping | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #pauseMs = PAUSE_MS;
  /** The run whose lock is held, and what lets go of it. */
  #held: { readonly id: string; readonly release: () => void } | null = null;

  constructor(
    private readonly store: HistoryStore,
    private readonly locks: Locks | null,
    private readonly onKept: (kept: Kept) => void,
    private readonly onRefused: () => void,
  ) {}

  keep(record: RunRecord, decision: Decision, state: KeptState): void {
    const isNew = this.#latest?.record.id !== record.id || this.#latest.state !== 'running';
    this.#latest = { record, decision, state };
    if (isNew) this.#hold(record.id);
    if (isNew || state !== 'running') this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#pauseMs);
  }

  /** The page goes on without the run that is being written: what there is of it is kept as stopped. */
  close(): void {
    if (this.#latest?.state === 'running') this.keep(this.#latest.record, this.#latest.decision, 'stopped');
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const latest = this.#latest;
    if (latest !== null) this.#writing = this.#writing.then(() => this.#write(latest));
  }

  async #write({ record, decision, state }: Keeping): Promise<void> {
    const start = performance.now();
    try {
      const isEmpty = record.trace.paths.every(({ length }) => length === 0);
      if (isEmpty && state !== 'running') await this.store.remove([record.id]);
      else this.onKept(await this.store.put(entryOf(record, decision, state), record));
    } catch {
      this.onRefused();
    }
    const pauseMs = PAUSES_A_WRITE * (performance.now() - start);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, pauseMs));
    if (state !== 'running' && this.#held?.id === record.id) {
      this.#held.release();
      this.#held = null;
    }
  }

  #hold(id: string): void {
    this.#held?.release();
    const lifted = new Promise<void>((resolve) => (this.#held = { id, release: resolve }));
    // Without locks a run being written looks interrupted to other tabs, no more.
    void this.locks?.request(lockName(id), () => lifted).catch(() => undefined);
  }
}
