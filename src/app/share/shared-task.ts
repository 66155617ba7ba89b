import type { ClassTask } from '../../run/formats/class-link';
import type { RunRecord } from '../../run/saved-run';
import type { RunSettings } from '../../run/settings';
import type { RunView } from '../result/run-board.svelte';

/** A problem and how to solve it. */
export type SharedTask = Omit<ClassTask, 'locked' | 'hidesVerdict' | 'settings'> & { readonly settings: RunSettings };

/** A run that has ended, and how it is looked at. */
export interface ShownRun {
  readonly record: RunRecord;
  readonly view: RunView;
}
