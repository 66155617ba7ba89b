import type { Route } from '@playwright/test';
import { expect, test } from './fixtures';
import { patience } from '../patience';
import { EXAMPLE, SolvePage } from './pages/solve-page';

const SHARD = '**/models/tiny-math/params_shard_0.bin';

test('a problem that cannot be solved: empty, unknown characters, too long', async ({ solvePage }) => {
  const { page, problem, solveButton, error } = solvePage;
  await solvePage.openLoaded();

  await problem.fill('   ');
  await solveButton.click();
  await solvePage.failsWith('empty-problem', /no problem to solve.*Type one/);
  await problem.fill('What is π times é?');
  await expect(error).toHaveCount(0);
  await expect(page.getByTestId('problem-fault')).toHaveText(/“π” “é”/);
  await solveButton.click();
  await solvePage.failsWith('unknown-characters', /π é/);

  await problem.fill('1+'.repeat(300));
  await expect(page.getByTestId('problem-fault')).toHaveText(/Too long: \d+ of \d+ tokens/);
  await solveButton.click();
  await solvePage.failsWith('problem-too-long', /Make it shorter by \d+/);

  // Nothing is stuck after three refusals.
  await solvePage.solve(EXAMPLE, 4);
  await expect(error).toHaveCount(0);
});

test('a missing file of the model is named, and the engine can be reloaded', async ({ page }) => {
  const solvePage = new SolvePage(page);
  await page.context().route(SHARD, (route) => route.fulfill({ status: 404 }));
  await solvePage.open();
  await solvePage.failsWith('model-missing', /params_shard_0\.bin/);
  await expect(solvePage.badge).toHaveAttribute('data-state', 'failed');
  await page.context().unroute(SHARD);
  await page.getByTestId('reload-engine').click();
  await solvePage.engineIsReady();
  await expect(solvePage.error).toHaveCount(0);
});

test('a damaged file of the model is named', async ({ page }) => {
  const solvePage = new SolvePage(page);
  await page.context().route(SHARD, async (route: Route) => {
    const response = await route.fetch();
    const bytes = await response.body();
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await route.fulfill({ response, body: bytes });
  });
  await solvePage.open();
  await solvePage.failsWith('model-corrupt', /params_shard_0\.bin/);
});

test('an engine whose program cannot be fetched is an error, not a wait without end', async ({ page }) => {
  const solvePage = new SolvePage(page);
  await page.context().route('**/assets/engine.worker-*.js', (route) => route.abort());
  await solvePage.open();
  await solvePage.failsWith('internal', /Something went wrong in the engine.*did not start/);
});

test('a lost GPU: the engine comes back, and the run goes on to its end', async ({ page, browser }) => {
  const solvePage = new SolvePage(page);
  await solvePage.openLoaded();
  await solvePage.ask(EXAMPLE, 64);
  await solvePage.solveButton.click();
  await expect.poll(() => solvePage.moment('first-token')).toBeGreaterThan(0);
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess');
  await expect(page.getByText(/was lost 1× during this run, and started again/)).toBeVisible({
    timeout: patience(60_000),
  });
  await solvePage.hasState('done');
  const rows = await solvePage.rowData();
  expect(rows).toHaveLength(64);
  expect(rows.filter(({ finish }) => finish === 'aborted')).toEqual([]);
});
