import type { Page } from '@playwright/test';
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

/** Sum of the layout shifts that no input has caused: what Chrome calls good is below 0.1. */
async function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const shifts = list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[];
          resolve(shifts.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0));
        }).observe({ type: 'layout-shift', buffered: true });
        // Nothing is observed where nothing has shifted.
        setTimeout(() => resolve(0), 1000);
      }),
  );
}

for (const size of [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]) {
  test(`nothing jumps while the page loads and paths are written, at ${size.width} pixels`, async ({ solvePage }) => {
    const { page } = solvePage;
    await page.setViewportSize(size);
    await solvePage.openLoaded();
    await solvePage.solve(EXAMPLE, 16);
    const shift = await layoutShift(page);
    test.info().annotations.push({ type: 'measured', description: `layout shift ${shift.toFixed(4)}` });
    expect(shift).toBeLessThan(0.1);
  });
}
