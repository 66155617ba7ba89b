import * as v from 'valibot';
import { baseLocale, type Locale, locales } from '../../paraglide/runtime.js';
import { type KeyValueStore, Persisted } from '../storage/persisted.svelte';

/** What `<html lang>` says: it decides which glyphs stand for the characters that Chinese and Japanese share. */
export const LANGUAGE_TAGS: Readonly<Record<Locale, string>> = { en: 'en', zh: 'zh-CN' };

/** The first of the browser's languages that the page speaks, whatever its region; the base language if there is none. */
export function languageOf(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    const found = locales.find((locale) => tag.toLowerCase().split('-')[0] === locale);
    if (found !== undefined) return found;
  }
  return baseLocale;
}

/** The page's language: the one chosen here before, else the browser's. */
export class LanguageState {
  readonly #choice: Persisted<Locale | null>;
  readonly #detected: Locale;

  constructor(preferred: readonly string[] = navigator.languages, store?: KeyValueStore | null) {
    this.#choice = new Persisted<Locale | null>('sasc-lab.language', v.picklist(locales), null, store);
    this.#detected = languageOf(preferred);
  }

  get current(): Locale {
    return this.#choice.current ?? this.#detected;
  }

  set current(language: Locale) {
    this.#choice.current = language;
  }
}
