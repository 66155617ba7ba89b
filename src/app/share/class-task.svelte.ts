import { type ClassTask, readClassLink } from '../../run/formats/class-link';
import type { LinkErrorCode } from '../../run/formats/link-text';
import { nearestOffered } from '../../run/setting';
import { RUN_SETTINGS, VOTE_SETTINGS } from '../../run/settings';
import { bootSentinel } from '../storage/boot-sentinel';
import type { Settings, SettingsState } from '../session/settings.svelte';

/**
 * What a class link asks for: its problem and settings take the place of the reader's own, which come back when the
 * class is left.
 */
export class ClassTaskState {
  #task = $state.raw<ClassTask | null>(null);
  #link: string | null = null;
  #isRevealed = $state(false);
  #fault = $state.raw<LinkErrorCode | null>(null);

  constructor(private readonly settings: Pick<SettingsState, 'borrow'>) {}

  /** null: no class link is open. */
  get task(): ClassTask | null {
    return this.#task;
  }

  /** What follows `c=` in the address of the class link that is open; null: none is. */
  get link(): string | null {
    return this.#link;
  }

  /** Problem and settings are not to be changed. */
  get locked(): boolean {
    return this.#task?.locked ?? false;
  }

  /** The verdict is not to be shown yet. */
  get hidesVerdict(): boolean {
    return (this.#task?.hidesVerdict ?? false) && !this.#isRevealed;
  }

  /** Why the class link could not be opened; null: it could, or there was none. */
  get fault(): LinkErrorCode | null {
    return this.#fault;
  }

  /** @param text what follows `c=` in the address. A bad one changes nothing but `fault`. */
  async open(text: string): Promise<void> {
    bootSentinel.arm({ what: 'link' });
    const read = await readClassLink(text);
    this.#fault = read.ok ? null : read.code;
    if (!read.ok) return;
    this.#task = read.value;
    this.#link = text;
    this.#isRevealed = false;
    this.settings.borrow(settingsOf(read.value));
  }

  reveal(): void {
    this.#isRevealed = true;
  }

  /** Another run is another question. */
  hideAgain(): void {
    this.#isRevealed = false;
  }

  dismissFault(): void {
    this.#fault = null;
  }

  /** The reader's own problem and settings are back. */
  leave(): void {
    this.#task = null;
    this.#link = null;
    this.settings.borrow(null);
  }
}

/** As the controls can show them: they offer less than a link can hold. */
function settingsOf({ problem, gold, settings, zVariant, softness, rule }: ClassTask): Settings {
  const seed = settings.seed ?? Math.floor(Math.random() * 2 ** 32);
  const rules = nearestOffered(VOTE_SETTINGS, { zVariant, softness });
  return { problem, gold, ...rules, rule, run: nearestOffered(RUN_SETTINGS, { ...settings, seed }) };
}
