import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { EXAMPLE } from './pages/solve-page';

/** px: nothing that can be read is set smaller. */
const SMALLEST = 12.5;
const WIDTHS = [320, 390, 1280, 2560];
const PAGES = ['learn', 'gallery', 'history', 'models', 'evaluate', 'view'];

/** Texts that are set smaller than `least` px: HTML and charts alike; formulas have scripts of their own. */
function smallTexts(least: number): string[] {
  const found: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: element, textContent } = walker.currentNode;
    const text = (textContent ?? '').trim();
    if (element === null || text === '' || element.closest('.unseen, .katex, script, style, noscript') !== null)
      continue;
    if (element.getClientRects().length === 0) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < least) found.push(`${size} px: ${text.slice(0, 40)}`);
  }
  return [...new Set(found)];
}

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('no text is smaller than 12.5 px, and no page scrolls sideways from 320 to 2560 px', async ({ solvePage }) => {
  test.slow();
  const { page } = solvePage;
  await solvePage.openLoaded();
  await solvePage.solve(EXAMPLE, 16);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const part of ['solve', ...PAGES]) {
      await page.evaluate((hash) => void (location.hash = hash), `#/${part}`);
      await expect(page.getByRole('main')).toBeVisible();
      expect(await page.evaluate(smallTexts, SMALLEST), `${part} at ${width}`).toEqual([]);
      expect(await overflow(page), `${part} at ${width}`).toBeLessThanOrEqual(0);
    }
    const body = await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
    expect(body).toBeGreaterThanOrEqual(14);
  }
});

test('colours reach to the highest entropy of the run, or of every run where the reader wants that', async ({
  solvePage,
}) => {
  const { page } = solvePage;
  await solvePage.openLoaded();
  await solvePage.solve(EXAMPLE, 16);
  const scale = page.getByTestId('full-scale');
  await expect(scale.locator('xpath=..')).toContainText(/ \d\.\d nats/);
  await expect(scale.locator('xpath=..')).not.toContainText('ln 20');
  await scale.getByRole('checkbox').check();
  await expect(scale.locator('xpath=..')).toContainText('ln 20 = 3.0 nats');
});
