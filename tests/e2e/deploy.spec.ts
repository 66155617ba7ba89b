import type { BrowserContext, Page } from '@playwright/test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedHeaders, headersOf } from '../fixtures/documented-headers';
import { SiteServer } from '../fixtures/site-server';
import { expect, test } from './fixtures';
import { HistoryPage } from './pages/history-page';
import { EXAMPLE } from './pages/solve-page';

/** Whether the engine's worker may compile WebAssembly: the smallest module there is. */
async function compilesWasm(page: Page): Promise<boolean> {
  const worker = page.workers().find((each) => /engine\.worker/.test(each.url()));
  if (worker === undefined) throw new Error('The engine has no worker.');
  return worker.evaluate(async () => {
    try {
      await WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
      return true;
    } catch {
      return false;
    }
  });
}

test('the page works with the headers that the manual asks for, which workers obey too', async ({ solvePage }) => {
  const { all, engineWorker } = documentedHeaders();
  for (const headers of [all, engineWorker]) expect(Object.keys(headers)).toContain('Content-Security-Policy');
  const site = await SiteServer.start('dist', '/lab/', headersOf);
  const { page } = solvePage;
  await page.goto(site.url);
  await solvePage.engineIsReady();
  await solvePage.solve(EXAMPLE, 8);
  await solvePage.problem.fill('$\\frac{1}{2}$');
  await expect(page.getByTestId('problem-preview').locator('.katex').first()).toBeVisible();
  // WebLLM's library is WebAssembly, compiled in the engine's worker.
  expect(await compilesWasm(page)).toBe(true);
  // Nobody else may.
  expect(all['Content-Security-Policy']).not.toContain('wasm');
  const inPage = page.evaluate(() => WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])));
  await expect(inPage).rejects.toThrow(/Content Security Policy|unsafe-eval/);
  await site.stop();
});

test('a policy without wasm-unsafe-eval would stop WebLLM, and nothing else', async ({ solvePage }) => {
  const { all } = documentedHeaders();
  const site = await SiteServer.start('dist', '/', () => all);
  await solvePage.page.goto(site.url);
  await solvePage.engineIsReady();
  expect(await compilesWasm(solvePage.page)).toBe(false);
  await site.stop();
});

test.describe('a school network without https', () => {
  /** The built page on an address that is no secure context, out of the same files, under a sub-path. */
  async function serveInsecurely(context: BrowserContext): Promise<void> {
    await context.route('http://lab.school.example/**', async (route) => {
      const path = new URL(route.request().url()).pathname.replace('/maths/', '');
      const file = join('dist', path === '' ? 'index.html' : path);
      await (existsSync(file) ? route.fulfill({ path: file }) : route.fulfill({ status: 404 }));
    });
  }

  for (const { locale, badge, models } of [
    { locale: 'en-GB', badge: /CPU · no GPU here/, models: 'not secure' },
    { locale: 'zh-CN', badge: /CPU/, models: '不是安全页面' },
  ]) {
    test.describe(locale, () => {
      test.use({ locale });

      test('solves on the processor, keeps the run, and breaks nowhere', async ({ solvePage }) => {
        const { page } = solvePage;
        await serveInsecurely(page.context());
        await page.goto('http://lab.school.example/maths/');
        expect(await page.evaluate(() => isSecureContext)).toBe(false);
        // Chromium cannot be told to leave WebGPU out, but here it does: navigator.gpu does not exist.
        expect(await page.evaluate(() => 'gpu' in navigator)).toBe(false);
        await solvePage.engineIsReady();
        await expect(solvePage.badge).toHaveText(badge);
        await solvePage.solve(EXAMPLE, 4);
        await expect(solvePage.error).toHaveCount(0);
        await page.evaluate(() => void (location.hash = '#/models'));
        await expect(page.getByText(models)).toBeVisible();
        await page.evaluate(() => void (location.hash = '#/history'));
        await expect(new HistoryPage(page).runs).toHaveCount(1);
        await page.reload();
        await page.evaluate(() => void (location.hash = '#/solve'));
        await expect(solvePage.problem).toHaveValue(EXAMPLE);
        await expect(page.getByTestId('offline-note')).toHaveCount(0);
        // Somebody's run can be looked at all the same.
        const link = readFileSync('tests/fixtures/share/v1.txt', 'utf8').trim();
        await page.goto(`http://lab.school.example/maths/#/view?r=${link}`);
        await expect(page.getByTestId('view-detail')).toBeVisible();
        await expect(solvePage.verdict).toHaveAttribute('data-state', 'done');
        await expect(solvePage.rows.first()).toBeVisible();
        await expect(solvePage.error).toHaveCount(0);
      });
    });
  }
});
