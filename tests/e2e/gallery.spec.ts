import type { Browser, Page } from '@playwright/test';
import { violations } from './axe';
import { expect, test } from './fixtures';
import { GalleryPage } from './pages/gallery-page';
import { SolvePage } from './pages/solve-page';
import { browserWithoutGpu } from './without-gpu';

test.describe('without a GPU', () => {
  let browser: Browser;
  let page: Page;

  test.beforeEach(async ({ baseURL }) => {
    browser = await browserWithoutGpu();
    const context = await browser.newContext({ baseURL: baseURL ?? '', serviceWorkers: 'block', locale: 'en-GB' });
    page = await context.newPage();
  });
  test.afterEach(() => browser.close());

  test('the first visit can solve at once, and offers recordings that wait to be asked', async () => {
    const solvePage = new SolvePage(page);
    const gallery = new GalleryPage(page);
    await solvePage.open();
    await solvePage.engineIsReady();
    await expect(solvePage.solveButton).toBeEnabled();
    await expect(gallery.bar).toHaveCount(0);
    await gallery.row.locator('[data-kind="unanimous"]').click();
    await gallery.isPlaying(true);
    await expect.poll(() => gallery.step()).toBeGreaterThan(3);
    await solvePage.hasState('done');
    await gallery.leave.click();
    await expect(gallery.row).toBeVisible();
  });

  test('with reduced motion a recording stands there finished', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const solvePage = new SolvePage(page);
    const gallery = new GalleryPage(page);
    await solvePage.open();
    await solvePage.engineIsReady();
    await gallery.row.locator('[data-kind="unanimous"]').click();
    await expect(gallery.bar).toBeVisible();
    await gallery.isPlaying(false);
    await solvePage.hasState('done');
    expect(await violations(page)).toEqual([]);
  });

  test('on a phone every recording can be watched', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const gallery = new GalleryPage(page);
    await page.goto('/#/gallery');
    await gallery.show('majority-wrong');
    await expect(gallery.bar).toBeInViewport();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);
    for (const control of await gallery.bar.getByRole('button').all()) {
      expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
    expect(await violations(page)).toEqual([]);
  });
});

test('a recording plays as it was sampled: pause, scrub, speed, end, and the vote at every place', async ({
  solvePage,
}) => {
  const { page, problem, verdict, rows } = solvePage;
  const gallery = new GalleryPage(page);
  await page.clock.install();
  await solvePage.openLoaded();
  await problem.fill('My own problem');
  await gallery.row.locator('[data-kind="majority-wrong"]').click();
  await gallery.isPlaying(true);
  await expect.poll(() => gallery.step()).toBeGreaterThan(2);
  await gallery.play.click();
  await gallery.isPlaying(false);
  const paused = await gallery.step();
  // Two seconds of the page's clock, without waiting for them.
  await page.clock.runFor(2000);
  expect(await gallery.step()).toBe(paused);
  await expect(verdict).toHaveAttribute('data-state', 'running');
  await expect(rows).toHaveCount(12);
  await gallery.skip.click();
  await solvePage.hasState('done');
  const sasc = await verdict.getAttribute('data-sasc');
  expect(await verdict.getAttribute('data-majority')).not.toBe(sasc);
  await expect(verdict).toContainText('✓ correct');
  await gallery.seek.fill('20');
  await expect(verdict).toHaveAttribute('data-state', 'running');
  await page.getByRole('radio', { name: '5×' }).check();
  await gallery.play.click();
  await solvePage.hasState('done');
  await expect(verdict).toHaveAttribute('data-sasc', sasc ?? '');

  await gallery.leave.click();
  await expect(problem).toHaveValue('My own problem');
  await expect(gallery.row).toBeVisible();
});

test('the gallery shows each kind, the one that learns before and after, and any can be solved here', async ({
  solvePage,
}) => {
  const { page, verdict, rows } = solvePage;
  const gallery = new GalleryPage(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await solvePage.open();
  await gallery.open();
  expect(await violations(page)).toEqual([]);
  await gallery.show('split');
  await solvePage.hasState('done');
  await gallery.show('learns');
  const gold = await page.getByTestId('gold-input').inputValue();
  const right = async () => (await solvePage.rowData()).filter(({ answer }) => answer === gold).length;
  const before = await right();
  await page.getByRole('radio', { name: 'After learning' }).check();
  await expect.poll(right).toBeGreaterThanOrEqual(before + 4);
  await expect(verdict).toHaveAttribute('data-sasc', gold);
  await expect(gallery.bar).toContainText('grpo-16');

  await solvePage.engineIsReady();
  await page.getByTestId('solve-again-button').click();
  await expect(gallery.bar).toHaveCount(0);
  await solvePage.hasState('done');
  await expect(rows).toHaveCount(12);
});
