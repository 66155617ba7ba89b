import { afterEach, describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatList,
  formatMoment,
  joinClauses,
  joinSentences,
  plural,
} from '../../../src/i18n/format';
import { type Locale, overwriteGetLocale } from '../../../src/paraglide/runtime.js';

const speak = (locale: Locale): void => overwriteGetLocale(() => locale);
afterEach(() => speak('en'));

describe('figures and lists in the page’s language', () => {
  it.each<[Locale, string, string, string, string]>([
    ['en', 'a, b, c', 'one, two', 'One. Two.', '2 min 05 s'],
    ['zh', 'a、b、c', 'one，two', 'One.Two.', '2 分 05 秒'],
  ])('%s', (locale, list, clauses, sentences, time) => {
    speak(locale);
    expect(formatList(['a', 'b', 'c'])).toBe(list);
    expect(joinClauses(['one', 'two'])).toBe(clauses);
    expect(joinSentences(['One.', 'Two.'])).toBe(sentences);
    expect(formatDuration(125_000)).toBe(time);
    expect(formatCount(12345)).toBe('12,345');
  });

  it('writes a day as the language does', () => {
    const day = new Date(2026, 10, 23, 9, 5);
    speak('en');
    expect(formatMoment(day)).toContain('Nov');
    speak('zh');
    expect(formatMoment(day)).toContain('2026年11月23日');
  });

  it('has one form in Chinese, whatever the count', () => {
    speak('zh');
    expect(plural(1, { one: 'one', other: 'other' })).toBe('other');
    speak('en');
    expect(plural(1, { one: 'one', other: 'other' })).toBe('one');
  });
});
