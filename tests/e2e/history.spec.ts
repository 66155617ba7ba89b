import { violations } from './axe';
import { expect, test } from './fixtures';
import { HistoryPage } from './pages/history-page';
import { EXAMPLE, SolvePage } from './pages/solve-page';
import { patience } from '../patience';

const OTHER = 'What is gcd(36, 96)?';

test('runs are kept: found, named, pinned, deleted and back, opened as they were', async ({ solvePage }) => {
  const { page, verdict } = solvePage;
  const history = new HistoryPage(page);
  await solvePage.openLoaded();
  await history.open();
  await expect(page.getByText('Nothing here yet')).toBeVisible();
  await page.getByRole('link', { name: 'Solve a problem' }).click();
  await solvePage.solve(OTHER, 5);
  const first = { rows: await solvePage.rowData(), sasc: await verdict.getAttribute('data-sasc') };
  await solvePage.solve(EXAMPLE, 4);

  await history.open();
  await expect(history.runs).toHaveCount(2);
  expect((await history.names()).map((name) => name.split(' → ')[0])).toEqual([EXAMPLE, OTHER]);
  await history.search.fill('GCD 96');
  await expect(history.runs).toHaveCount(1);
  await expect(page.getByText('One of 2 runs matches.')).toBeVisible();
  await history.search.fill('');

  await history.rename(history.run(OTHER), 'For class 7b');
  await history.run('For class 7b').getByTestId('pin-run').click();
  await expect(history.runs.first()).toHaveAttribute('data-pinned', 'true');
  expect((await history.names())[0]).toBe('For class 7b');
  expect(await violations(page)).toEqual([]);

  await history.run('For class 7b').getByTestId('delete-run').click();
  await expect(history.runs).toHaveCount(1);
  await history.says('deleted', /For class 7b/);
  await page.getByTestId('undo-delete').click();
  await expect(history.runs).toHaveCount(2);

  await page.reload();
  await history.show(history.run('For class 7b'));
  await expect(solvePage.problem).toHaveValue(OTHER);
  await solvePage.hasState('done');
  await expect(verdict).toHaveAttribute('data-sasc', first.sasc ?? '');
  expect(await solvePage.rowData()).toEqual(first.rows);
  await solvePage.gate.press('Home');
  await expect(verdict.getByTestId('changed-rules')).toBeVisible();
  expect(await violations(page)).toEqual([]);

  await solvePage.engineIsReady();
  await page.getByTestId('solve-again-button').click();
  await expect(history.bar).toHaveCount(0);
  await solvePage.hasState('done');
  // The same seed, settings and device write the same paths.
  expect(await solvePage.rowData()).toEqual(first.rows);
});

test('a reload mid-run costs no path that had ended, and the others can be written after it', async ({ solvePage }) => {
  const { page } = solvePage;
  const history = new HistoryPage(page);
  await solvePage.openLoaded();
  await solvePage.ask(EXAMPLE, 64);
  // Hot enough that some paths ramble on to the limit: the run is still going when others have ended.
  await solvePage.slide('Temperature', 2);
  await solvePage.solveButton.click();
  await expect.poll(() => history.keptPaths(), { timeout: patience(60_000), intervals: [100] }).toBeGreaterThan(0);
  const sure = await history.keptPaths();
  await page.reload();

  await expect(history.bar).toContainText('This run was interrupted');
  await solvePage.hasState('aborted');
  const back = await solvePage.rowData();
  expect(back.filter(({ finish }) => finish === 'stop' || finish === 'length').length).toBeGreaterThanOrEqual(sure);
  expect(back.some(({ finish }) => finish === 'aborted')).toBe(true);
  await solvePage.engineIsReady();
  await history.goOn.click();
  await solvePage.hasState('done');
  const whole = await solvePage.rowData();
  expect(whole.filter(({ finish }) => finish === 'aborted')).toEqual([]);
  for (const { path, finish, answer, stability } of back.filter(({ finish }) => finish !== 'aborted')) {
    expect(whole).toContainEqual(expect.objectContaining({ path, finish, answer, stability }));
  }
  await history.open();
  await expect(history.runs).toHaveCount(1);
  await expect(history.runs).toHaveAttribute('data-state', 'done');
});

test('the history goes into a file and out of it; what is damaged is named, and two tabs see one history', async ({
  solvePage,
}) => {
  const { page } = solvePage;
  const history = new HistoryPage(page);
  await solvePage.openLoaded();
  await solvePage.solve(EXAMPLE, 4);
  await history.open();
  const second = new SolvePage(await page.context().newPage());
  await second.openLoaded();
  await second.solve(OTHER, 4);
  await expect(history.runs).toHaveCount(2);
  await second.page.close();

  const file = JSON.parse(await history.exported());
  await history.says('exported', /2 runs were written/);
  await history.clear();
  file.runs[0].run.paths[0].columns.entropy = 'AAAA';
  await history.import(JSON.stringify(file));
  await history.says('imported', /One run was added\. One could not be read and was left out: 1: What is gcd/);
  await expect(history.runs).toHaveCount(1);
  await history.import('{"format":"something else"}');
  await history.says('import-fault', /not a history of SASC Lab/);
  await expect(history.runs).toHaveCount(1);
  await history.show(history.run(EXAMPLE));
  await solvePage.hasState('done');
  await page.getByTestId('leave-record').click();
  await solvePage.hasState('idle');
});

test('a tab with a newer page gets the history at once, and this one says so', async ({ solvePage }) => {
  const { page } = solvePage;
  const history = new HistoryPage(page);
  await page.goto('/#/history');
  await expect(history.search).toBeVisible();
  const conflict = page.getByTestId('database-conflict');
  await expect(conflict).toHaveCount(0);
  // Another tab of the same origin without the page: it can upgrade the database as a later version would.
  const other = await page.context().newPage();
  await other.goto('/favicon.svg');
  const version = await other.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const request = indexedDB.open('sasc-lab.history', 1000);
        request.onblocked = () => reject(new Error('The older tab has not let go.'));
        request.onerror = () => reject(request.error ?? new Error('It could not be opened.'));
        request.onsuccess = () => {
          resolve(request.result.version);
          request.result.close();
        };
      }),
  );
  expect(version).toBe(1000);
  await expect(conflict).toHaveAttribute('data-conflict', 'outdated');
  expect(await violations(page)).toEqual([]);
  await page.reload();
  // Still the older page: it says so again, once it has asked for its history.
  await expect(conflict).toHaveAttribute('data-conflict', 'outdated');
});
