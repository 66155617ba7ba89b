import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What another theme or another tint can break. */
export const THEME_RULES = ['color-contrast', 'link-in-text-block'];
/** What another language can break: names, and how they look. */
export const LANGUAGE_RULES = [
  ...THEME_RULES,
  ...['button-name', 'label', 'link-name', 'document-title', 'html-has-lang', 'html-lang-valid'],
];

/**
 * What axe finds, a line a rule. It takes seconds a page: all rules once, and for each further look those alone that it
 * can break.
 * @param options `rules` left out: all; `within`: a selector, left out: the whole page
 */
export async function violations(
  page: Page,
  { rules, within }: { rules?: readonly string[] | undefined; within?: string } = {},
): Promise<string[]> {
  // Its program is read once a page: what the browser has compiled of it stays.
  const program = (await page.evaluate(() => 'axe' in window)) ? { axeSource: ';' } : {};
  // Selectors of what passes are most of the work, and nobody reads them: only in one piece, its legacy mode, does axe
  // leave them out. Style sheets need no second fetch.
  let axe = new AxeBuilder({ page, ...program })
    .options({ resultTypes: ['violations'], preload: false })
    .setLegacyMode();
  if (rules !== undefined) axe = axe.withRules([...rules]);
  if (within !== undefined) axe = axe.include(within);
  const { violations: found } = await axe.analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
}
