import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

const FOLDER = 'src/i18n';
const settings = v.parse(
  v.object({
    baseLocale: v.string(),
    locales: v.array(v.string()),
    'plugin.inlang.messageFormat': v.object({ pathPattern: v.array(v.string()) }),
  }),
  JSON.parse(readFileSync('project.inlang/settings.json', 'utf8')),
);
const { baseLocale, locales } = settings;
const patterns = settings['plugin.inlang.messageFormat'].pathPattern;
const areas = readdirSync(join(FOLDER, baseLocale)).sort();

/** Texts of one area by their keys. */
function catalogue(locale: string, area: string): Map<string, string> {
  const texts = v.parse(v.record(v.string(), v.string()), JSON.parse(readFileSync(join(FOLDER, locale, area), 'utf8')));
  return new Map(Object.entries(texts).filter(([key]) => key !== '$schema'));
}

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
const count = (text: string, mark: string): number => text.split(mark).length - 1;

describe('message catalogues', () => {
  it('lie in files that the project names, the same ones in every language', () => {
    expect(locales).toEqual(['en', 'zh']);
    const named = patterns.map((pattern) => pattern.replace('./src/i18n/{locale}/', '')).sort();
    for (const locale of locales) expect(readdirSync(join(FOLDER, locale)).sort()).toEqual(named);
  });

  it('use a key in one area only', () => {
    const keys = areas.flatMap((area) => [...catalogue(baseLocale, area).keys()]);
    expect(keys.length).toBeGreaterThan(600);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  describe.each(locales.filter((locale) => locale !== baseLocale))('in %s', (locale) => {
    it.each(areas)('%s has the keys, placeholders and bold marks of the base language', (area) => {
      const base = catalogue(baseLocale, area);
      const texts = catalogue(locale, area);
      expect([...texts.keys()].sort()).toEqual([...base.keys()].sort());
      for (const [key, text] of texts) {
        const original = base.get(key) ?? '';
        expect(text.trim(), key).not.toBe('');
        expect(placeholders(text), key).toEqual(placeholders(original));
        expect(count(text, '⟦'), key).toBe(count(original, '⟦'));
        expect(count(text, '⟧'), key).toBe(count(text, '⟦'));
      }
    });
  });

  it('are Chinese where they say Chinese: no half-width punctuation between two Chinese characters', () => {
    const mixed = areas.flatMap((area) =>
      [...catalogue('zh', area)].filter(([, text]) => /\p{Script=Han}[,;:!?]|[,;:!?]\p{Script=Han}/u.test(text)),
    );
    expect(mixed).toEqual([]);
  });
});
