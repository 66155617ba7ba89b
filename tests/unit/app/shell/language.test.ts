import { describe, expect, it } from 'vitest';
import { languageOf, LanguageState } from '../../../../src/app/shell/language.svelte';

function storeOf(values: Record<string, string>) {
  return {
    values,
    getItem: (key: string): string | null => values[key] ?? null,
    setItem: (key: string, value: string): void => void (values[key] = value),
  };
}

describe('the language of the page', () => {
  it.each([
    [['zh-CN', 'en'], 'zh'],
    [['ZH-Hant-TW'], 'zh'],
    [['de-DE', 'zh', 'en-US'], 'zh'],
    [['en-GB', 'zh'], 'en'],
    [['zha', 'fr'], 'en'],
    [[], 'en'],
  ])('is the first of %j that it speaks', (preferred, language) => {
    expect(languageOf(preferred)).toBe(language);
  });

  it('is the one chosen before, whatever the browser prefers', () => {
    const store = storeOf({});
    const first = new LanguageState(['zh'], store);
    expect(first.current).toBe('zh');
    first.current = 'en';
    expect(new LanguageState(['zh'], store).current).toBe('en');
  });

  it('is the browser’s where what was stored is no language', () => {
    expect(new LanguageState(['zh'], storeOf({ 'sasc-lab.language': '"klingon"' })).current).toBe('zh');
    expect(new LanguageState(['en'], storeOf({ 'sasc-lab.language': '{' })).current).toBe('en');
  });
});
