import { expect, test } from './fixtures';
import { EXAMPLE } from './pages/solve-page';

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
