import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { runJson } from '../../src/run/formats/run-file';
import { headersOf } from '../fixtures/documented-headers';
import { SiteServer } from '../fixtures/site-server';
import { sampleRun } from '../unit/run/sample-run';
import { expect, test } from './fixtures';
import { GalleryPage } from './pages/gallery-page';
import { ShareDialog, ViewPage } from './pages/share-page';
import { EXAMPLE } from './pages/solve-page';

const IMAGE = '<img src=x onerror=hacked()>';

/** Markup that runs a program wherever a text becomes HTML. */
const MARKUP = [
  IMAGE,
  '<script>hacked()</script>',
  '<svg onload=hacked()></svg>',
  '"><iframe srcdoc="<script>parent.hacked()</script>">',
  '</title><style>*{display:none}</style>',
  '[link](javascript:hacked())',
  '$\\href{javascript:hacked()}{x}$ $\\url{javascript:hacked()}$ $\\htmlClass{x}{y}$ $\\includegraphics{https://evil.example/x.png}$',
].join(' ');

const MADE_OF_MARKUP =
  'img[src="x"], svg[onload], iframe, script:not([src]), a[href^="javascript"], body style, [onerror]';

/** What breaks the policy: heard in the page itself, in the order in which it happened. */
async function listenForViolations(page: Page): Promise<string[]> {
  const violations: string[] = [];
  await page.exposeFunction('policyBroken', (what: string) => violations.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      const { policyBroken } = globalThis as unknown as { policyBroken: (what: string) => void };
      policyBroken(`${effectiveDirective} ${blockedURI}`);
    });
  });
  return violations;
}

/** Origins of all that the page, its frames and its workers ask for. */
function listenForRequests(page: Page): Set<string> {
  const origins = new Set<string>();
  page.context().on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:') origins.add(origin);
  });
  return origins;
}

test('a visit asks nobody but the page’s own server, and breaks no policy anywhere', async ({ solvePage }) => {
  test.slow();
  const site = await SiteServer.start('dist', '/lab/', headersOf);
  const { page } = solvePage;
  const violations = await listenForViolations(page);
  const origins = listenForRequests(page);
  await page.goto(site.url);
  await solvePage.engineIsReady();
  await solvePage.solve(EXAMPLE, 8);
  await solvePage.problem.fill('$\\frac{1}{2}$');
  await expect(page.getByTestId('problem-preview').locator('.katex').first()).toBeVisible();
  await solvePage.rows.first().click();
  const share = new ShareDialog(page);
  await share.open();
  const link = await share.url.inputValue();
  await share.saved('export-png');
  await share.saved('export-svg');
  await share.close();
  for (const route of ['learn', 'models', 'history', 'gallery']) await solvePage.go(route);
  await new GalleryPage(page).show('unanimous');
  await solvePage.go('models');
  await page.getByTestId('licence-button').click();
  await expect(page.getByTestId('licence').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByTestId('view-detail')).toBeVisible();
  expect([...origins]).toEqual([new URL(site.url).origin]);
  expect(violations).toEqual([]);
  await site.stop();
});

test('the policy in the page stops programs and requests that anybody plants, and the listener hears it', async ({
  page,
}) => {
  const violations = await listenForViolations(page);
  await page.goto('/');
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.planted = true';
    const image = document.createElement('img');
    image.src = 'https://evil.example/x.png';
    const frame = document.createElement('iframe');
    frame.src = 'https://evil.example/';
    document.body.append(script, image, frame);
  });
  await page.evaluate(() => fetch('http://evil.example/x').catch(() => undefined));
  await expect
    .poll(() => violations.sort())
    .toEqual([
      'connect-src http://evil.example/x',
      'frame-src https://evil.example',
      'img-src https://evil.example/x.png',
      'script-src-elem inline',
    ]);
  expect(await page.evaluate(() => 'planted' in globalThis)).toBe(false);
});

test('markup in a problem, an answer or a path is shown as it is written', async ({ solvePage }) => {
  const { page, problem } = solvePage;
  await page.addInitScript(() => Object.assign(globalThis, { hacked: () => (document.title = 'hacked') }));
  const view = await ViewPage.withoutGpu(page);
  const showsOnlyText = async (): Promise<void> => {
    await expect(page.locator(MADE_OF_MARKUP)).toHaveCount(0);
    await expect(page).not.toHaveTitle('hacked');
  };
  await solvePage.open();
  await problem.fill(MARKUP);
  await expect(page.getByTestId('problem-preview')).toContainText(IMAGE);
  await showsOnlyText();

  const record = {
    ...sampleRun([MARKUP, `\\boxed{${MARKUP}}`, `\\boxed{${IMAGE}}`, 'x']),
    problem: MARKUP,
    gold: IMAGE,
    model: { id: IMAGE, engine: 'batch' as const, adapter: IMAGE, device: IMAGE },
  };
  await view.drop('run.json', 'application/json', Buffer.from(runJson(record)));
  await expect(view.detail).toHaveAttribute('data-detail', 'full');
  await expect(view.problem).toContainText(IMAGE);
  for (let i = 0; i < 4; i++) {
    await view.rows.nth(i).click();
    await showsOnlyText();
  }
  const share = new ShareDialog(page);
  await share.open();
  const drawing = (await share.saved('export-svg')).toString('utf8');
  expect(drawing).toContain('&lt;img src=x');
  expect(drawing).not.toMatch(/<(?:img|script|iframe|svg onload)/);
  const link = await share.url.inputValue();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(view.detail).toBeVisible();
  await showsOnlyText();
});

test('the licences of all that is built are listed, workers and service worker too', async ({ solvePage }) => {
  const list = JSON.parse(readFileSync('dist/licences.json', 'utf8')) as { name: string; text: string }[];
  const names = list.map(({ name }) => name);
  for (const name of ['svelte', 'katex', 'comlink', '@huggingface/tokenizers', '@mlc-ai/web-llm', 'workbox-core']) {
    expect(names).toContain(name);
  }
  expect(list.filter(({ text }) => text.length < 200).map(({ name }) => name)).toEqual([]);
  const { page } = solvePage;
  await solvePage.open();
  await page.getByTestId('keys-button').click();
  await page.getByTestId('licence-button').click();
  await expect(page.getByTestId('licence')).toHaveCount(list.length);
  await page.getByTestId('licence').filter({ hasText: 'katex' }).locator('summary').click();
  await expect(page.getByText('Khan Academy').first()).toBeVisible();
});
