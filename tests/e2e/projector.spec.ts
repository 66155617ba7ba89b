import { expect, test } from './fixtures';
import { GalleryPage } from './pages/gallery-page';

const PAGES = ['learn', 'gallery', 'history', 'models'];

/** Whatever is cut off, or sticks out of the window at the right. */
function cutOff(): string[] {
  const names = [...document.querySelectorAll<HTMLElement>('body *')].flatMap((element) => {
    if (element.closest('.unseen, .katex, svg, input, textarea') !== null) return [];
    const { width, height, right } = element.getBoundingClientRect();
    const { overflowX, display, position } = getComputedStyle(element);
    if (width === 0 || height === 0 || display === 'inline') return [];
    const isCut = overflowX !== 'visible' && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
    const isOut = position !== 'fixed' && right > innerWidth + 1;
    return isCut || isOut ? [`${element.className}: ${element.innerText.slice(0, 40)}`] : [];
  });
  return [...new Set(names)];
}

for (const size of [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]) {
  test(`on a projector of ${size.width} pixels the type is large and nothing is cut`, async ({ solvePage }) => {
    const { page } = solvePage;
    await page.setViewportSize(size);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await solvePage.openLoaded();
    await solvePage.chooseTheme('Projector');
    await page.getByTestId('tour-decline').click();
    expect(await page.evaluate(cutOff), 'empty').toEqual([]);
    const body = await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
    // As large a part of the picture, whatever its resolution.
    expect(body / size.width).toBeGreaterThan(0.012);
    const gallery = new GalleryPage(page);
    for (const kind of ['majority-wrong', 'learns']) {
      await gallery.show(kind);
      await solvePage.hasState('done');
      expect(await page.evaluate(cutOff), kind).toEqual([]);
    }
    for (const name of PAGES) {
      await page.evaluate((hash) => (location.hash = hash), `#/${name}`);
      await expect(page.getByRole('main')).toBeVisible();
      expect(await page.evaluate(cutOff), name).toEqual([]);
    }
  });
}

test('the projector fills the screen and gives it back', async ({ solvePage }) => {
  const { page } = solvePage;
  await solvePage.open();
  const button = page.getByTestId('full-screen');
  await expect(button).toHaveCount(0);
  await solvePage.chooseTheme('Projector');
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  expect(await page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  expect(await page.evaluate(() => document.fullscreenElement)).toBeNull();
});
