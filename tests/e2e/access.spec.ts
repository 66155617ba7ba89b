import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { type Scene, SCENES } from '../../tools/screenshots/scenes';
import { expect, test } from './fixtures';

const SCREEN = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** Places in the menu of themes; its first entry follows the system. */
const THEMES = { light: 1, dark: 2, projector: 3 };

/** Every theme, size and language, but not every one with every other: axe takes seconds a page. */
const LOOKS = [
  { language: 'en-GB', theme: 'light', size: SCREEN },
  { language: 'en-GB', theme: 'dark', size: PHONE },
  { language: 'en-GB', theme: 'projector', size: SCREEN },
  { language: 'zh-CN', theme: 'dark', size: SCREEN },
  { language: 'zh-CN', theme: 'light', size: PHONE },
] as const;

const KEYS: Scene = {
  name: 'keys',
  enter: async (page) => {
    await page.keyboard.press('?');
    await page.waitForSelector('[data-testid="key-sheet"]');
  },
};

async function chooseTheme(page: Page, place: number): Promise<void> {
  await page.getByTestId('theme-select').click();
  await page.getByRole('option').nth(place).click();
  await expect(page.getByRole('option')).toHaveCount(0);
}

/** What axe finds, and whatever sticks out sideways. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`);
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    // The element itself would come out as nothing.
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  return scrollWidth > clientWidth ? [...found, `${scrollWidth - clientWidth} px too wide`] : found;
}

for (const language of ['en-GB', 'zh-CN']) {
  test.describe(`in ${language}`, () => {
    test.use({ locale: language });

    test('no page gives axe anything to complain about, in any theme, on a screen or a phone', async ({
      solvePage: { page },
    }) => {
      test.setTimeout(300_000);
      // Buttons fade from theme to theme, and a half-way colour is not the theme's.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      for (const scene of SCENES) {
        await scene.enter(page);
        for (const { theme, size } of LOOKS.filter((look) => look.language === language)) {
          await page.setViewportSize(SCREEN);
          await chooseTheme(page, THEMES[theme]);
          await page.setViewportSize(size);
          expect.soft(await faults(page), `${scene.name}, ${theme}, ${size.width}`).toEqual([]);
        }
        await page.setViewportSize(SCREEN);
      }
      await KEYS.enter(page);
      expect(await faults(page), 'keys').toEqual([]);
    });
  });
}

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
