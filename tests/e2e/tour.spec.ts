import { violations } from './axe';
import { expect, test } from './fixtures';
import { GalleryPage } from './pages/gallery-page';
import { Tour } from './pages/tour';

const STEPS = ['problem', 'paths', 'overview', 'entropy', 'gate', 'vote', 'verdict', 'path', 'learn', 'share'];
const TARGETS = [
  'problem-input',
  'overview',
  'overview',
  'entropy-trace',
  'stability-strip',
  'vote-sasc',
  'verdict',
  'token-view',
  'learn-link',
  'share-button',
];

test('the tour offers itself once, and leads through the real page by keyboard', async ({ solvePage }) => {
  const { page } = solvePage;
  const tour = new Tour(page);
  const gallery = new GalleryPage(page);
  await solvePage.open();
  await expect(tour.offer).toBeVisible();
  await page.getByTestId('tour-start').first().focus();
  await page.keyboard.press('Enter');
  for (const [i, step] of STEPS.entries()) {
    await tour.isAt(step);
    await expect(page.getByTestId(TARGETS[i] ?? '').first()).toBeInViewport();
    await expect.poll(() => tour.isWhole()).toBe(true);
    if (step === 'paths') await gallery.isPlaying(true);
    if (step === 'gate') await expect(page.getByText('changed rules').first()).toBeVisible();
    if (step === 'verdict') {
      const sasc = await solvePage.verdict.getAttribute('data-sasc');
      const majority = await solvePage.verdict.getAttribute('data-majority');
      await expect(tour.card).toContainText(`the majority says ${majority}, SASC says ${sasc}`);
      await expect(page.getByText('changed rules')).toHaveCount(0);
    }
    await page.keyboard.press('ArrowRight');
  }
  await expect(tour.card).toHaveCount(0);
  // It ends where it began: the recording is put away.
  await expect(gallery.bar).toHaveCount(0);
  await expect(gallery.row).toBeVisible();
  await page.reload();
  await expect(gallery.row).toBeVisible();
  await expect(tour.offer).toHaveCount(0);
});

test('it goes back, is left by Esc, and gives way to somebody who goes elsewhere', async ({ solvePage }) => {
  const { page } = solvePage;
  const tour = new Tour(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await solvePage.open();
  await tour.start();
  await tour.next.click();
  await tour.isAt('paths');
  // Nothing moves: the recording stands there finished.
  await solvePage.hasState('done');
  expect(await violations(page)).toEqual([]);
  await tour.back.click();
  await tour.isAt('problem');
  await page.keyboard.press('Escape');
  await expect(tour.card).toHaveCount(0);

  await new GalleryPage(page).open();
  await tour.start();
  await page.getByRole('link', { name: 'Learn', exact: true }).click();
  await expect(tour.card).toHaveCount(0);
});

test('it fits a phone, in Chinese', async ({ browser }) => {
  const page = await browser.newPage({
    viewport: { width: 390, height: 844 },
    locale: 'zh-CN',
    reducedMotion: 'reduce',
  });
  const tour = new Tour(page);
  await page.goto('/');
  await tour.start();
  for (const step of STEPS) {
    await tour.isAt(step);
    await expect.poll(() => tour.isWhole()).toBe(true);
    expect((await tour.next.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    expect(await tour.card.innerText()).toMatch(/\p{Script=Han}/u);
    await tour.next.click();
  }
  await expect(tour.card).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.close();
});

test('it can be declined', async ({ solvePage }) => {
  const { page } = solvePage;
  const tour = new Tour(page);
  await solvePage.open();
  await page.getByTestId('tour-decline').click();
  await expect(tour.offer).toHaveCount(0);
  await page.reload();
  await expect(page.getByTestId('gallery-row').getByTestId('tour-start')).toBeVisible();
  await expect(tour.offer).toHaveCount(0);
});
