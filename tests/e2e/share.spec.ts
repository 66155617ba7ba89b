import { readFileSync } from 'node:fs';
import { violations } from './axe';
import { expect, test } from './fixtures';
import { ShareDialog, verdictOf, ViewPage } from './pages/share-page';
import { EXAMPLE, LIVELY, SolvePage } from './pages/solve-page';

/** A link that version 1 wrote. */
const LINK = readFileSync(new URL('../fixtures/share/v1.txt', import.meta.url), 'utf8').trim();
const PHONE = { width: 390, height: 844 };

test('a result is shared, and opens elsewhere without WebGPU to the same verdict', async ({ solvePage, browser }) => {
  const { page } = solvePage;
  await solvePage.openLoaded();
  await solvePage.slide('Temperature', LIVELY);
  await solvePage.solve(EXAMPLE, 16);
  const verdict = await verdictOf(page);
  const rows = await solvePage.rowData();
  const share = new ShareDialog(page);
  await share.open();
  const url = await share.url.inputValue();
  expect(url.length).toBeLessThanOrEqual(4000);
  await expect(page.getByTestId('share-local')).toHaveText(/nobody else can open the link/);
  expect(await violations(page, { within: '[data-testid="share-dialog"]' })).toEqual([]);
  await page.getByTestId('qr-button').click();
  const code = await page.getByTestId('qr-code').getAttribute('data-url');
  expect(code?.length).toBeLessThanOrEqual(800);
  await page.keyboard.press('Escape');
  const picture = await share.saved('export-png');
  const document = await share.saved('export-json');
  await share.close();

  const context = await browser.newContext({ baseURL: new URL(url).origin, locale: 'en-GB', viewport: PHONE });
  const view = await ViewPage.withoutGpu(await context.newPage());
  await view.page.goto(url);
  await expect(view.verdict).toHaveAttribute('data-state', 'done');
  expect(await verdictOf(view.page)).toEqual(verdict);
  expect(await new SolvePage(view.page).rowData()).toEqual(rows);
  await expect(view.detail).toHaveAttribute('data-detail', 'outline');
  expect(view.page.workers().filter((worker) => worker.url().includes('engine'))).toEqual([]);
  const { scrollWidth, clientWidth } = await view.page.evaluate(() => {
    // The element itself would come out as nothing.
    const { scrollWidth, clientWidth } = window.document.documentElement;
    return { scrollWidth, clientWidth };
  });
  expect(scrollWidth).toBe(clientWidth);
  // The compact link elects the same; its figures are rounded.
  await view.page.goto(code ?? '');
  await expect(view.verdict).toHaveAttribute('data-sasc', verdict.sasc ?? '');
  await expect(view.verdict).toHaveAttribute('data-majority', verdict.majority ?? '');
  await expect(view.verdict).toHaveAttribute('data-answer', verdict.answer ?? '');

  // Both files are dropped on Solve and hold everything.
  for (const [name, type, bytes] of [
    ['run.png', 'image/png', picture],
    ['run.json', 'application/json', document],
  ] as const) {
    await view.page.goto('/#/solve');
    await expect(view.page.getByTestId('problem-input')).toBeVisible();
    await view.drop(name, type, bytes);
    await expect(view.detail).toHaveAttribute('data-detail', 'full');
    expect(await verdictOf(view.page)).toEqual(verdict);
    expect(await new SolvePage(view.page).rowData()).toEqual(rows);
  }
  await context.close();
});

test('a link of version 1 opens; its gate moves the vote; its problem is taken over to Solve', async ({ page }) => {
  const view = await ViewPage.withoutGpu(page);
  await page.goto(`/#/view?r=${LINK}`);
  await expect(view.verdict).toHaveAttribute('data-sasc', '5');
  await expect(view.problem).toHaveText('2 + 3');
  await expect(view.rows).toHaveCount(4);
  await expect(page.getByTestId('engine-badge')).toHaveCount(0);
  expect(await violations(page)).toEqual([]);

  const kept = page.locator('[data-testid="path-row"][data-status="kept"]');
  await expect(kept).toHaveCount(3);
  await page.getByTestId('gate-handle').focus();
  await page.keyboard.press('Home');
  await expect(kept).toHaveCount(1);
  await page.getByTestId('solve-this').click();
  await expect(page.getByTestId('problem-input')).toHaveValue('2 + 3');
  await expect(page.getByTestId('lesson')).toHaveAttribute('data-locked', 'false');
});

test('a bad link says what is wrong and changes nothing', async ({ page }) => {
  const view = new ViewPage(page);
  await page.goto(`/#/view?r=${LINK.slice(0, -8)}`);
  await expect(view.fault).toHaveAttribute('data-code', 'damaged');
  await expect(view.fault).toContainText('missing or changed');
  await expect(page.getByTestId('view-empty')).toBeVisible();

  const go = (hash: string) => page.evaluate((to) => void (location.hash = to), hash);
  await go(`#/view?r=${LINK}`);
  await expect(view.verdict).toHaveAttribute('data-sasc', '5');
  await expect(view.fault).toHaveCount(0);
  await go('#/view?r=y.<img src=x onerror=alert(1)>');
  await expect(view.fault).toHaveAttribute('data-code', 'unknown-codec');
  await expect(view.verdict).toHaveAttribute('data-sasc', '5');
  await view.drop('cat.png', 'image/png', Buffer.from('89504e470d0a1a0a', 'hex'));
  await expect(view.fault).toHaveAttribute('data-code', 'file-no-picture-data');
  await expect(view.verdict).toHaveAttribute('data-sasc', '5');
});

test('a run is embedded in another page, without a bar', async ({ page }) => {
  await page.goto('/favicon.svg');
  const frame = `<iframe src="/#/view?r=${LINK}&embed=1" width="640" height="480"></iframe>`;
  await page.route('**/host.html', (route) => route.fulfill({ contentType: 'text/html', body: frame }));
  await page.goto('/host.html');
  const inside = page.frameLocator('iframe');
  await expect(inside.getByTestId('verdict')).toHaveAttribute('data-sasc', '5');
  await expect(inside.getByRole('navigation')).toHaveCount(0);
  const link = inside.getByRole('link', { name: 'Open in SASC Lab' });
  await expect(link).toHaveAttribute('target', '_blank');
  expect(await link.getAttribute('href')).not.toContain('embed');
});

test('a class link sets and locks the task, and hides the verdict until it is asked for', async ({ solvePage }) => {
  const { page, problem, verdict } = solvePage;
  await solvePage.open();
  await solvePage.ask(EXAMPLE, 4);
  const share = new ShareDialog(page);
  await share.open();
  const before = await share.classUrl.inputValue();
  await page.getByLabel('Hide the answer until the reader asks for it').check();
  await expect(share.classUrl).not.toHaveValue(before);
  const url = await share.classUrl.inputValue();
  await share.close();
  await problem.fill('1+1');

  await page.goto(url);
  await expect(page.getByTestId('lesson')).toHaveAttribute('data-locked', 'true');
  await expect(problem).toHaveValue(EXAMPLE);
  await expect(problem).toBeDisabled();
  await expect(solvePage.paths).toBeDisabled();
  await solvePage.solveButton.click();
  await solvePage.hasState('done');
  await expect(page.getByTestId('hidden-verdict')).toBeVisible();
  await expect(verdict).toHaveAttribute('data-sasc', '');
  await expect(page.getByTestId('vote-sasc')).toHaveCount(0);
  // Nor do rows, captions, offers or the known answer tell it.
  await expect(page.locator('[data-testid="path-row"][data-answer]')).toHaveCount(0);
  await expect(page.locator('[data-testid="path-row"][data-status="hidden"]')).toHaveCount(4);
  await expect(page.getByTestId('gold-input')).toHaveCount(0);
  await expect(page.getByTestId('learn-link')).toHaveCount(0);
  await expect(page.getByTestId('new-sample')).toBeDisabled();
  await page.keyboard.press('v');
  await expect(page.getByTestId('hidden-verdict')).toHaveCount(0);
  await expect(verdict).not.toHaveAttribute('data-sasc', '');

  await page.getByTestId('leave-lesson').click();
  await expect(problem).toHaveValue('1+1');
  await expect(problem).toBeEnabled();
});
