import { MediaQuery } from 'svelte/reactivity';
import * as v from 'valibot';
import { Persisted } from '../storage/persisted.svelte';

export const THEME_CHOICES = ['system', 'light', 'dark', 'projector'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];
export type Theme = Exclude<ThemeChoice, 'system'>;

/** The theme chosen, and the one shown: "system" follows the operating system as it changes. */
export class ThemeState {
  readonly #choice = new Persisted<ThemeChoice>('sasc-lab.theme', v.picklist(THEME_CHOICES), 'system');
  readonly #systemIsDark = new MediaQuery('(prefers-color-scheme: dark)');

  get choice(): ThemeChoice {
    return this.#choice.current;
  }

  set choice(choice: ThemeChoice) {
    this.#choice.current = choice;
  }

  get shown(): Theme {
    if (this.choice !== 'system') return this.choice;
    return this.#systemIsDark.current ? 'dark' : 'light';
  }
}
