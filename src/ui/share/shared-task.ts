import type { ClassTask } from '../../records/class-link';
import type { RunRecord } from '../../records/run-record';
import type { RunSettings } from '../../records/settings';
import type { RunView } from '../../state/run-board.svelte';

/** A problem and how to solve it. */
export type SharedTask = Omit<ClassTask, 'locked' | 'hidesVerdict' | 'settings'> & { readonly settings: RunSettings };

/** A run that has ended, and how it is looked at. */
export interface ShownRun {
  readonly record: RunRecord;
  readonly view: RunView;
}
