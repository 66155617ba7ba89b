import { expect, test } from './fixtures';
import { EXAMPLE, LIVELY } from './pages/solve-page';

test('a first visit: the model loads by itself, and eight paths are written and voted on', async ({ solvePage }) => {
  await solvePage.open();
  await expect(solvePage.problem).not.toHaveValue('');
  await solvePage.engineIsReady();
  await expect(solvePage.badge).toContainText(/tiny-math \d\.\d M · on .+no GPU acceleration/);
  await expect(solvePage.page.getByTestId('load-progress')).toHaveCount(0);

  await solvePage.paths.fill('8');
  await solvePage.solveButton.click();
  await solvePage.hasState('done');
  const moments = [
    await solvePage.moment('engine-ready'),
    await solvePage.moment('solve'),
    await solvePage.moment('first-token'),
    await solvePage.moment('verdict'),
  ];
  expect(moments.every(Number.isFinite)).toBe(true);
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));

  // The first answer that anybody sees is the known one, by the rule that was measured best for the model.
  await expect(solvePage.page.getByTestId('gold-mark')).toHaveAttribute('data-gold', 'right');
  await expect(solvePage.page.getByTestId('deciding-rule')).toContainText('of all rules measured on this model');

  const rows = await solvePage.rowData();
  expect(rows).toHaveLength(8);
  expect(rows.every((row) => ['kept', 'gated', 'no-answer'].includes(row.status))).toBe(true);
  expect(rows.every((row) => row.finish === 'stop' || row.finish === 'length')).toBe(true);
});

test('for a model that nobody has measured, majority and SASC stand at one size where they differ', async ({
  solvePage,
}) => {
  const { page, verdict } = solvePage;
  await page.route('**/card.json', (route) => route.fulfill({ json: {} }));
  await solvePage.open();
  await solvePage.engineIsReady();
  await solvePage.solveButton.click();
  await solvePage.hasState('done');
  const [majority, sasc] = [await verdict.getAttribute('data-majority'), await verdict.getAttribute('data-sasc')];
  expect(majority).not.toBe(sasc);
  await expect(verdict).toHaveAttribute('data-answer', majority ?? '');
  await expect(page.getByTestId('deciding-rule')).toContainText('Not measured for this model');
  const sizeOf = (answer: string | null) =>
    verdict.getByTitle(answer ?? '', { exact: true }).evaluate((element) => getComputedStyle(element).fontSize);
  expect(await sizeOf(sasc)).toBe(await sizeOf(majority));
});

test('the verdict is the vote over the rows shown', async ({ solved: solvePage }) => {
  const rows = await solvePage.rowData();
  const weights = new Map<string, number>();
  for (const { answer, weight } of rows) {
    if (answer !== null && weight !== null) weights.set(answer, (weights.get(answer) ?? 0) + weight);
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const [elected, weight] = [...weights].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  await expect(solvePage.verdict).toHaveAttribute('data-sasc', elected);
  expect(Number(await solvePage.verdict.getAttribute('data-share'))).toBeCloseTo(weight / total, 6);
  await expect(solvePage.verdict).toContainText(elected);
});

test('the same seed gives the same run, another seed another', async ({ solvePage }) => {
  await solvePage.openLoaded();
  await solvePage.slide('Temperature', LIVELY);
  await solvePage.solve(EXAMPLE, 8);
  const first = await solvePage.rowData();
  await solvePage.solve(EXAMPLE, 8);
  expect(await solvePage.rowData()).toEqual(first);
  await solvePage.openAdvanced();
  await solvePage.page.getByLabel('Seed').fill('2');
  await solvePage.page.getByLabel('Seed').press('Tab');
  await solvePage.solve(EXAMPLE, 8);
  expect(await solvePage.rowData()).not.toEqual(first);
});

test('Stop ends the run and keeps what has been written', async ({ solvePage }) => {
  await solvePage.openLoaded();
  await solvePage.ask(EXAMPLE, 64);
  await solvePage.solveButton.click();
  await expect.poll(() => solvePage.moment('first-token')).toBeGreaterThan(0);
  await solvePage.stopButton.click();
  await solvePage.hasState('aborted');
  const rows = await solvePage.rowData();
  expect(rows.filter((row) => row.finish === 'aborted').length).toBeGreaterThan(0);
  expect(rows.every((row) => row.stability !== null)).toBe(true);
  await expect(solvePage.solveButton).toBeEnabled();

  await solvePage.solve(EXAMPLE, 4);
  expect(await solvePage.rowData()).toHaveLength(4);
});

test('Solve while the model loads waits for it, and Stop takes it back', async ({ solvePage }) => {
  await solvePage.open();
  await solvePage.ask(EXAMPLE, 4);
  await solvePage.solveButton.click();
  await solvePage.stopButton.click();
  await expect(solvePage.verdict).toHaveAttribute('data-state', 'idle');
  await solvePage.solveButton.click();
  await expect(solvePage.verdict).toHaveAttribute('data-state', 'running');
  await solvePage.hasState('done');
});
