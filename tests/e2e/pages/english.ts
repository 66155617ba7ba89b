import type { Page } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function catalogue(locale: string): [key: string, text: string][] {
  const folder = join('src/i18n', locale);
  const areas = readdirSync(folder).map((area) => readFileSync(join(folder, area), 'utf8'));
  return areas.flatMap((text) => Object.entries(JSON.parse(text) as Record<string, string>));
}

/** An English message as a pattern; null: it has no word of its own ("{count} M"), so it cannot be told from a figure. */
function patternOf(text: string): RegExp | null {
  const parts = text.replaceAll(/[⟦⟧]/g, '').split(/\{\w+\}/);
  if (!parts.some((part) => /[a-z]{3}/i.test(part))) return null;
  const escaped = parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.+')}$`);
}

const chinese = new Map(catalogue('zh'));
const PATTERNS = catalogue('en').flatMap(([key, text]) => {
  const pattern = chinese.get(key) === text ? null : patternOf(text);
  return pattern === null ? [] : [{ key, pattern }];
});

/** Two English words in a row. */
const WORDS = /[a-z]{2,}[ -][a-z]{3,}/i;

/** Everything that can be read or is read out: texts, names of controls, hints; not what is marked as being in English. */
function readable(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts = [document.title];
    const isEnglish = (node: Element | null): boolean =>
      node === null || node.closest('[lang="en"]:not(html), noscript, code, kbd') !== null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!isEnglish(walker.currentNode.parentElement)) texts.push(walker.currentNode.textContent ?? '');
    }
    for (const element of document.body.querySelectorAll('*')) {
      if (isEnglish(element)) continue;
      for (const name of ['aria-label', 'aria-description', 'aria-valuetext', 'title', 'placeholder', 'alt']) {
        texts.push(element.getAttribute(name) ?? '');
      }
    }
    return texts.map((text) => text.trim()).filter((text) => text !== '');
  });
}

/** What is in English on a page that should be Chinese. `allowed`: names, and what the user or the model wrote. */
export async function englishLeft(page: Page, allowed: RegExp): Promise<string[]> {
  return (await readable(page)).flatMap((text) => {
    const found = PATTERNS.find(({ pattern }) => pattern.test(text));
    if (found !== undefined) return [`${found.key}: ${text}`];
    return WORDS.test(text) && !/\p{Script=Han}/u.test(text) && !allowed.test(text) ? [text] : [];
  });
}
