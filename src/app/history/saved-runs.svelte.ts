import type { RunRecord } from '../../run/saved-run';
import { newestFirst } from './history-entry';
import type { HistoryState, ShownEntry } from './history.svelte';
import type { RunState } from '../session/run.svelte';
import { type BootSentinel, bootSentinel } from '../storage/boot-sentinel';
import { readSetAside } from '../storage/set-aside';
import type { Settings, SettingsState } from '../session/settings.svelte';

/** Shows saved runs instead of a new one, and restores what the sidebar had before. */
export class SavedRuns {
  #entry = $state.raw<ShownEntry | null>(null);
  /** The problem typed before a saved run's problem replaced it. */
  #draft: Pick<Settings, 'problem' | 'gold'> | null = null;

  constructor(
    private readonly run: RunState,
    private readonly history: HistoryState,
    private readonly settings: SettingsState,
    private readonly sentinel: Pick<BootSentinel, 'arm'> = bootSentinel,
    private readonly runSetAside: () => string | null = () => readSetAside()?.run ?? null,
  ) {}

  /** The history's entry of the run shown; null: it is not from there, or it is being written anew. */
  get entry(): ShownEntry | null {
    return this.run.isRecorded && this.run.record?.id === this.#entry?.id ? this.#entry : null;
  }

  /** Resolves with whether the run could be shown. */
  async open(entry: ShownEntry): Promise<boolean> {
    if (this.run.busy) return false;
    this.sentinel.arm({ what: 'run', id: entry.id });
    const record = await this.history.open(entry);
    if (record === null) return false;
    this.#entry = entry;
    this.show(record, entry.state === 'done' ? 'done' : 'aborted');
    return this.run.record?.id === entry.id;
  }

  /** A run that a reload cut short, if it was the last one, is back with the paths that had ended. */
  async restoreInterrupted(): Promise<void> {
    await this.history.refresh();
    const [newest] = [...this.history.entries].sort(newestFirst);
    if (newest?.state !== 'interrupted' || this.run.status !== 'idle') return;
    // One that froze the page is opened by the user or not at all.
    if (newest.id === this.runSetAside()) await this.history.leave(newest.id);
    else await this.open(newest);
  }

  /** The run's problem fills the box, as if it had been typed; what was there comes back when the run is closed. */
  show(record: RunRecord, status: 'playing' | 'done' | 'aborted'): void {
    if (this.run.busy) return;
    const { problem, gold } = this.settings.current;
    if (!this.run.isRecorded) this.#draft = { problem, gold };
    this.run.show(record, status);
    this.settings.change({ problem: record.problem, gold: record.gold ?? '' });
  }

  /** Back to an empty result, and to the problem typed before. */
  leave(): void {
    const shown = this.run.record;
    if (shown === null || this.run.busy) return;
    if (this.entry?.state === 'interrupted') void this.history.leave(shown.id);
    this.run.leave();
    if (this.#draft !== null && this.settings.current.problem === shown.problem) this.settings.change(this.#draft);
    this.#draft = null;
  }
}
