import { AnswersClient } from '../../../workers/answers-client';
import { classesByText } from '../../answers/classes';
import { decideByClasses } from '../../run/decide';
import type { Decision } from '../../run/decision';
import type { RunRecord } from '../../run/saved-run';
import { entryOf, type EntryChange, type HistoryEntry, inListOrder, matching } from './history-entry';
import { type FiledRun, HistoryFileError, historyFileParts, readHistoryFile } from './history-file';
import { HistoryKeeper, type Locks, runsBeingWritten } from './history-keeper';
import { browserHistoryStore, type HistoryStore, type Kept } from './history-store';
import type { AnswerComparer } from '../result/run-board.svelte';
import type { KeptState, RunKeeper } from '../session/run-keeping';

/** interrupted: it was being written when its page went away. */
type ShownState = KeptState | 'interrupted';

export interface ShownEntry extends Omit<HistoryEntry, 'state'> {
  readonly state: ShownState;
}

/** What is to be said of the last thing that happened. */
export type HistoryNotice =
  | { readonly kind: 'deleted'; readonly entry: HistoryEntry }
  | { readonly kind: 'cleared'; readonly count: number }
  | { readonly kind: 'made-room'; readonly count: number; readonly reason: Kept['reason'] }
  | { readonly kind: 'imported'; readonly added: number; readonly known: number; readonly damaged: readonly string[] }
  | { readonly kind: 'exported'; readonly count: number; readonly damaged: readonly string[] }
  | { readonly kind: 'import-fault'; readonly detail: string }
  | { readonly kind: 'unreadable'; readonly entry: ShownEntry; readonly detail: string }
  | { readonly kind: 'refused' };

/** The part of a broadcast channel that is used here. */
type Channel = Pick<BroadcastChannel, 'postMessage'> & { onmessage: ((event: MessageEvent) => void) | null };

interface HistoryDeps {
  readonly store: HistoryStore | null;
  readonly answers: AnswerComparer;
  /** null: there are none. */
  readonly locks: Locks | null;
  readonly channel: Channel | null;
}

/** The browser's own; without a secure context it has no locks. */
function browserDeps(): HistoryDeps {
  return {
    store: browserHistoryStore(),
    answers: new AnswersClient(),
    locks: 'locks' in navigator ? navigator.locks : null,
    channel: new BroadcastChannel('sasc-lab.history'),
  };
}

/** The runs that this browser keeps: listed, named, opened, carried elsewhere. The only writer of all that. */
export class HistoryState {
  #entries = $state.raw<readonly ShownEntry[]>([]);
  #damaged = $state.raw<readonly string[]>([]);
  #hasLooked = $state.raw(false);
  #notice = $state.raw<HistoryNotice | null>(null);
  #query = $state('');
  #deleted: { readonly entry: HistoryEntry; readonly record: RunRecord } | null = null;
  readonly #shown = $derived(matching(this.#entries, this.#query));
  readonly #deps: HistoryDeps;
  readonly #keeper: HistoryKeeper | null;

  constructor(deps: HistoryDeps = browserDeps()) {
    this.#deps = deps;
    const { store, locks, channel } = deps;
    const onKept = ({ removed, reason }: Kept): void => {
      if (removed > 0) this.#notice = { kind: 'made-room', count: removed, reason };
      void this.#changed();
    };
    this.#keeper = store === null ? null : new HistoryKeeper(store, locks, onKept, () => this.#refuse());
    if (channel !== null) channel.onmessage = () => void this.refresh();
  }

  /** Those that the query leaves: pinned ones first, then the newest. */
  get shown(): readonly ShownEntry[] {
    return this.#shown;
  }

  get entries(): readonly ShownEntry[] {
    return this.#entries;
  }

  /** Ids of runs that are there, but cannot be read. */
  get damaged(): readonly string[] {
    return this.#damaged;
  }

  get hasLooked(): boolean {
    return this.#hasLooked;
  }

  get notice(): HistoryNotice | null {
    return this.#notice;
  }

  get query(): string {
    return this.#query;
  }

  set query(query: string) {
    this.#query = query;
  }

  /** About what all of them take. */
  get bytes(): number {
    return this.#entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Who keeps runs while they are written; undefined where the browser keeps nothing. */
  get keeper(): RunKeeper | undefined {
    return this.#keeper ?? undefined;
  }

  /** Reads the list; also when another tab has changed it. */
  async refresh(): Promise<void> {
    const { store, locks } = this.#deps;
    try {
      if (store !== null) {
        const { entries, damaged } = await store.list();
        const isWritten = await runsBeingWritten(locks);
        const shown = inListOrder(entries).map((entry): ShownEntry => {
          return entry.state === 'running' && !isWritten(entry.id) ? { ...entry, state: 'interrupted' } : entry;
        });
        this.#entries = shown;
        this.#damaged = damaged;
      }
    } catch {
      this.#refuse();
    }
    this.#hasLooked = true;
  }

  /** The run as it was kept; null: it cannot be read, and the notice says so. */
  async open(entry: ShownEntry): Promise<RunRecord | null> {
    try {
      const record = await this.#deps.store?.read(entry.id);
      if (record === undefined) {
        await this.refresh();
        return null;
      }
      record.trace.abortRunning();
      return record;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#notice = { kind: 'unreadable', entry, detail };
      return null;
    }
  }

  rename(id: string, name: string): Promise<void> {
    return this.#change(id, { name: name.trim() === '' ? null : name.trim() });
  }

  setPinned(id: string, pinned: boolean): Promise<void> {
    return this.#change(id, { pinned });
  }

  /** An interrupted run that nobody means to go on with is a stopped one. */
  leave(id: string): Promise<void> {
    return this.#change(id, { state: 'stopped' });
  }

  async removeDamaged(): Promise<void> {
    await this.#attempt((store) => store.remove(this.#damaged));
  }

  /** Can be taken back until the next one is deleted. */
  async remove(entry: ShownEntry): Promise<void> {
    const record = await this.#deps.store?.read(entry.id).catch(() => undefined);
    await this.#attempt(async (store) => {
      await store.remove([entry.id]);
      const stays: HistoryEntry = { ...entry, state: entry.state === 'done' ? 'done' : 'stopped' };
      this.#deleted = record === undefined ? null : { entry: stays, record };
      this.#notice = record === undefined ? null : { kind: 'deleted', entry: stays };
    });
  }

  async undoRemove(): Promise<void> {
    const deleted = this.#deleted;
    if (deleted === null) return;
    this.dismiss();
    await this.#attempt((store) => store.put(deleted.entry, deleted.record, 'restore'));
  }

  async clear(): Promise<void> {
    const count = this.#entries.length;
    await this.#attempt(async (store) => {
      await store.clear();
      this.#notice = { kind: 'cleared', count };
    });
  }

  dismiss(): void {
    this.#notice = null;
    this.#deleted = null;
  }

  /** Everything that can be read, as one file. */
  async exportFile(): Promise<Blob> {
    const runs: FiledRun[] = [];
    const damaged: string[] = [];
    for (const { id, name, pinned, state, problem } of this.#entries) {
      const record = await this.#deps.store?.read(id).catch(() => undefined);
      if (record === undefined) damaged.push(name ?? problem);
      else runs.push({ record, name, pinned, state: state === 'done' ? 'done' : 'stopped' });
    }
    this.#notice = { kind: 'exported', count: runs.length, damaged };
    return new Blob(historyFileParts(runs), { type: 'application/json' });
  }

  /** Adds the runs of a file to those that are here; of two with one id the one that is here stays. */
  async importFile(text: string): Promise<void> {
    try {
      const { runs, damaged } = readHistoryFile(text);
      await this.refresh();
      const added = runs.filter(({ record }) => !this.#entries.some(({ id }) => id === record.id));
      await this.#attempt(async (store) => {
        for (const { record, state, name, pinned } of added) {
          await store.put(entryOf(record, await this.#decide(record), state, { name, pinned }), record);
        }
        this.#notice = { kind: 'imported', added: added.length, known: runs.length - added.length, damaged };
      });
    } catch (error) {
      if (!(error instanceof HistoryFileError)) throw error;
      this.#notice = { kind: 'import-fault', detail: error.message };
    }
  }

  /** This page's part in it ends. */
  close(): void {
    this.#keeper?.close();
    if (this.#deps.channel !== null) this.#deps.channel.onmessage = null;
  }

  async #change(id: string, change: EntryChange): Promise<void> {
    await this.#attempt((store) => store.change(id, change));
  }

  /** The vote as it was; which answers mean the same a worker says, as everywhere on the page. */
  async #decide({ trace, voteOptions }: RunRecord): Promise<Decision> {
    const answers = decideByClasses(trace, voteOptions, classesByText([])).groups.flatMap(({ forms }) => forms);
    const classes = (await this.#deps.answers.classes(answers)) ?? classesByText(answers);
    return decideByClasses(trace, voteOptions, classes);
  }

  async #attempt(work: (store: HistoryStore) => Promise<unknown>): Promise<void> {
    const { store } = this.#deps;
    if (store === null) return this.#refuse();
    try {
      await work(store);
    } catch {
      this.#refuse();
    }
    await this.#changed();
  }

  async #changed(): Promise<void> {
    this.#deps.channel?.postMessage('changed');
    await this.refresh();
  }

  #refuse(): void {
    this.#notice = { kind: 'refused' };
  }
}
