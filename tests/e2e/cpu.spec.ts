import type { Browser, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { HistoryPage } from './pages/history-page';
import { LearnPage } from './pages/learn-page';
import { ShareDialog, verdictOf } from './pages/share-page';
import { EXAMPLE, LIVELY, SolvePage } from './pages/solve-page';
import { browserWithoutGpu } from './without-gpu';

/** What a pupil with an old phone or a blocked driver gets: everything but the speed. */
test.describe('without a GPU', () => {
  let browser: Browser;
  let page: Page;
  let solvePage: SolvePage;

  test.beforeEach(async ({ baseURL }) => {
    browser = await browserWithoutGpu();
    const context = await browser.newContext({ baseURL: baseURL ?? '', serviceWorkers: 'block', locale: 'en-GB' });
    page = await context.newPage();
    solvePage = new SolvePage(page);
  });
  test.afterEach(() => browser.close());

  test('Solve works, the gate moves, and the run is shared and kept', async () => {
    await solvePage.openLoaded();
    await expect(solvePage.badge).toHaveText(/CPU · no GPU here, so slower/);
    await expect(solvePage.error).toHaveCount(0);
    await solvePage.slide('Temperature', LIVELY);
    await solvePage.solve(EXAMPLE, 16);
    const rows = await solvePage.rowData();
    expect(rows).toHaveLength(16);
    expect(rows.every(({ stability }) => stability !== null)).toBe(true);
    const verdict = await verdictOf(page);
    expect(verdict.answer).not.toBe('');

    await solvePage.gate.focus();
    await solvePage.gate.press('Home');
    const keptOf = async (): Promise<number> =>
      (await solvePage.rowData()).filter(({ status }) => status === 'kept').length;
    const steadiest = await keptOf();
    await solvePage.gate.press('End');
    await expect.poll(keptOf).toBeGreaterThan(steadiest);
    await solvePage.gate.press('Escape');

    const share = new ShareDialog(page);
    await share.open();
    const url = await share.url.inputValue();
    await share.close();
    const history = new HistoryPage(page);
    await history.open();
    await expect(history.runs).toHaveCount(1);
    await page.goto(url);
    await expect(solvePage.verdict).toHaveAttribute('data-state', 'done');
    expect((await verdictOf(page)).majority).toBe(verdict.majority);
  });

  test('a run stops when it is told to', async () => {
    await solvePage.openLoaded();
    await solvePage.ask(EXAMPLE, 64);
    await solvePage.solveButton.click();
    await expect.poll(() => solvePage.moment('first-token')).toBeGreaterThan(0);
    await solvePage.stopButton.click();
    await solvePage.hasState('aborted');
  });

  test('one step is learned, and Solve runs with it', async () => {
    test.slow();
    const learnPage = new LearnPage(page);
    await solvePage.openLoaded();
    await solvePage.ask('Find the remainder when 8^7 is divided by 12.', 8);
    await learnPage.open();
    await learnPage.learn();
    await expect(learnPage.report).toHaveAttribute('data-step', '1');
    await expect(learnPage.badge).toContainText('adapter: 1 step');
    await solvePage.go('solve');
    await solvePage.solve(EXAMPLE, 4);
  });

  test('a Chinese page says so in Chinese', async ({ baseURL }) => {
    const context = await browser.newContext({ baseURL: baseURL ?? '', serviceWorkers: 'block', locale: 'zh-CN' });
    const chinese = new SolvePage(await context.newPage());
    await chinese.openLoaded();
    await expect(chinese.badge).toHaveText(/没有 GPU，较慢/);
  });
});
