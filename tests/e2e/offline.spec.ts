import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { SiteServer } from '../fixtures/site-server';
import { expect, test as base } from './fixtures';
import { EXAMPLE } from './pages/solve-page';
import { patience } from '../patience';

/** The built page under a sub-path of a host that can be switched off. */
const test = base.extend<{ site: SiteServer }>({
  // Playwright wants the first parameter to be destructured.
  // eslint-disable-next-line no-empty-pattern
  site: async ({}, use) => {
    const site = await SiteServer.start('dist', '/schools/north/lab/');
    await use(site);
    await site.stop();
  },
});
test.use({ serviceWorkers: 'allow' });

/** Paths, from the site's folder on, of everything that the service worker keeps. */
function keptFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.includes('precache'));
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname.replace('/schools/north/lab/', ''));
  });
}

test('after one visit, the page solves with the network gone and the host switched off', async ({
  solvePage,
  site,
  context,
}) => {
  const { page } = solvePage;
  await page.goto(site.url);
  await expect(page.getByTestId('offline-note')).toHaveAttribute('data-note', 'ready', { timeout: patience(60_000) });
  await expect(page.getByTestId('offline-note')).toContainText('without a network');

  const kept = await keptFiles(page);
  expect(kept).toContain('models/tiny-math/params_shard_0.bin');
  expect(kept).toContain('problems/tiny-math-heldout.jsonl');
  expect(kept.some((file) => /KaTeX.*\.woff2$/.test(file))).toBe(true);
  expect(kept.filter((file) => /webllm|\.ttf$|\.woff$|\.wasm$/.test(file))).toEqual([]);
  // Nothing of any other model, and no more than a quick visit costs.
  expect(kept.filter((file) => file.startsWith('models/') && !file.startsWith('models/tiny-math/'))).toEqual([]);

  await site.stop();
  await context.setOffline(true);
  await page.reload();
  await solvePage.engineIsReady();
  await solvePage.solve(EXAMPLE, 8);
  await expect(solvePage.verdict).toHaveAttribute('data-sasc', /\d/);
  // Formulas and the other pages too.
  await solvePage.problem.fill('$\\frac{1}{2}$');
  await expect(page.getByTestId('problem-preview').locator('.katex').first()).toBeVisible();
  await page.goto(`${site.url}?from=home#/models`);
  await expect(page.getByTestId('model-card').first()).toBeVisible();
});

test('a new version waits until it is asked for, and then takes over', async ({ solvePage, site }) => {
  const { page } = solvePage;
  const note = page.getByTestId('offline-note');
  await page.goto(site.url);
  await expect(note).toHaveAttribute('data-note', 'ready', { timeout: patience(60_000) });
  const html = await readFile('dist/index.html', 'utf8');
  const worker = await readFile('dist/sw.js', 'utf8');
  site.replaced.set(
    'index.html',
    html.replace('<title>SASC Lab', '<title>Newer SASC Lab').replace('<body', '<body id="newer"'),
  );
  site.replaced.set('sw.js', worker.replace(/(url:"index.html",revision:")\w+/, '$1newer'));
  expect(site.replaced.get('sw.js')).not.toBe(worker);

  await page.reload();
  await expect(note).toHaveAttribute('data-note', 'update', { timeout: patience(60_000) });
  await expect(page.locator('body#newer')).toHaveCount(0);
  await page.getByTestId('offline-reload').click();
  await expect(page.locator('body#newer')).toBeVisible();
  await expect(note).toHaveCount(0);
});

test('the page can be installed: manifest and icons are where they say, whatever the sub-path', async ({
  page,
  site,
  request,
}) => {
  await page.goto(site.url);
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const address = new URL(href ?? '', site.url);
  const manifest = (await (await request.get(address.href)).json()) as {
    start_url: string;
    scope: string;
    display: string;
    icons: { src: string; sizes: string; purpose: string }[];
  };
  expect(new URL(manifest.start_url, address).href).toBe(site.url);
  expect(new URL(manifest.scope, address).href).toBe(site.url);
  expect(manifest.display).toBe('standalone');
  expect(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual([
    '192x192 any',
    '512x512 any',
    '512x512 maskable',
  ]);
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (url) => {
      const image = await createImageBitmap(await (await fetch(url)).blob());
      return `${image.width}x${image.height}`;
    }, new URL(src, address).href);
    expect(size).toBe(sizes);
  }
});
