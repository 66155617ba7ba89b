import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures';
import { EXAMPLE, type SolvePage } from './pages/solve-page';

async function violations(solvePage: SolvePage): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page: solvePage.page }).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`);
}

test('nothing for axe to complain about, in every theme, on a screen and on a phone', async ({ solvePage }) => {
  const { page } = solvePage;
  // Buttons fade from theme to theme, and a half-way colour is not the theme's.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await solvePage.openLoaded();
  expect(await violations(solvePage)).toEqual([]);
  await solvePage.openAdvanced();
  await solvePage.solve(EXAMPLE, 16);
  for (const theme of ['Light', 'Dark', 'Projector']) {
    await solvePage.chooseTheme(theme);
    await expect(page.getByRole('option')).toHaveCount(0);
    expect(await violations(solvePage), theme).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await violations(solvePage), 'phone').toEqual([]);
});

test('nothing sticks out sideways; pictures of the page to look at', async ({ solvePage }) => {
  const { page } = solvePage;
  await solvePage.openLoaded();
  await solvePage.solve(EXAMPLE, 16);
  for (const theme of ['Light', 'Dark']) {
    await solvePage.chooseTheme(theme);
    for (const size of [
      { width: 1280, height: 800 },
      { width: 800, height: 1100 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(size);
      // Charts take their new width a frame later.
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth), `${size.width}`)
        .toBe(size.width);
      await page.screenshot({ path: `test-results/look/${theme}-${size.width}.png`.toLowerCase(), fullPage: true });
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  }
});
