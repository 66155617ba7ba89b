import type { Locator, Page } from '@playwright/test';
import { type Scene, SCENES } from '../../tools/screenshots/scenes';
import { LANGUAGE_RULES, THEME_RULES, violations } from './axe';
import { expect, test } from './fixtures';
import { patience } from '../patience';

const SCREEN = { width: 1280, height: 800 };
const TABLET = { width: 800, height: 1100 };
const PHONE = { width: 390, height: 844 };
/** Places in the menus of themes (its first entry follows the system) and languages. */
const THEMES = { light: 1, dark: 2, projector: 3 };
const LANGUAGES = { en: 'English', zh: '中文' };
/**
 * Every theme, size and language, but not every one with every other: axe takes seconds a page. Neighbours differ in
 * little, since a change of theme or language takes time too. `rules` left out: all.
 */
const LOOKS: readonly {
  language: keyof typeof LANGUAGES;
  theme: keyof typeof THEMES;
  size: { width: number; height: number };
  rules?: readonly string[];
}[] = [
  { language: 'en', theme: 'light', size: SCREEN },
  { language: 'en', theme: 'light', size: TABLET, rules: THEME_RULES },
  { language: 'en', theme: 'projector', size: SCREEN, rules: THEME_RULES },
  { language: 'en', theme: 'dark', size: PHONE },
  { language: 'zh', theme: 'dark', size: SCREEN, rules: LANGUAGE_RULES },
  { language: 'zh', theme: 'light', size: PHONE, rules: LANGUAGE_RULES },
];

const KEYS: Scene = {
  name: 'keys',
  enter: async (page) => {
    await page.keyboard.press('?');
    await page.waitForSelector('[data-testid="key-sheet"]');
  },
};

/** Chooses in one of the bar's menus, which phones fold away. */
async function choose(page: Page, testid: string, option: Locator): Promise<void> {
  await page.getByTestId(testid).click();
  await option.click();
  await expect(page.getByRole('option')).toHaveCount(0);
}

/** What axe finds, and whatever sticks out sideways. */
async function faults(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Charts take their new width a frame later.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const found = await violations(page, { rules });
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    // The element itself would come out as nothing.
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  return scrollWidth > clientWidth ? [...found, `${scrollWidth - clientWidth} px too wide`] : found;
}

test('axe finds no violation on any page, in any theme and language, on a screen or a phone', async ({
  solvePage: { page },
}) => {
  test.setTimeout(patience(900_000));
  // Buttons fade from theme to theme, and a half-way colour is not the theme's.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const scene of SCENES) {
    await scene.enter(page);
    let shown: { language?: string; theme?: string } = {};
    for (const { language, theme, size, rules } of LOOKS) {
      await page.setViewportSize(SCREEN);
      if (shown.language !== language) {
        await choose(page, 'language-select', page.getByRole('option', { name: LANGUAGES[language] }));
      }
      if (shown.theme !== theme) await choose(page, 'theme-select', page.getByRole('option').nth(THEMES[theme]));
      shown = { language, theme };
      await page.setViewportSize(size);
      const look = `${scene.name}-${language}-${theme}-${size.width}`;
      expect.soft(await faults(page, rules), look).toEqual([]);
      if (scene.name === 'solve') await page.screenshot({ path: `test-results/look/${look}.png`, fullPage: true });
    }
    await page.setViewportSize(SCREEN);
  }
  await choose(page, 'language-select', page.getByRole('option', { name: LANGUAGES.en }));
  await KEYS.enter(page);
  expect(await faults(page), 'keys').toEqual([]);
});

test('nothing moves of itself for whoever asks for less motion', async ({ solvePage: { page } }) => {
  const running = (): Promise<number> =>
    page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);
  for (const scene of SCENES.filter(({ name }) => ['solve-idle', 'learn-idle'].includes(name))) await scene.enter(page);
  await page.getByTestId('learn-button').click();
  // The bar of the running phase moves.
  await expect.poll(running).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await running()).toBe(0);
});
