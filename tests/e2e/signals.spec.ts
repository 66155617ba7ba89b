import { readFileSync } from 'node:fs';
import { violations } from './axe';
import { patience } from '../patience';
import { expect, test } from './fixtures';
import { VotePage } from './pages/vote-page';

test('the strip shows the signal that is picked, by keys too, and remembers it', async ({ solved: inspect }) => {
  const { page, strip, gate } = inspect;
  const section = page.locator('section').filter({ has: strip });
  const picker = page.getByTestId('signal-picker');
  const discrimination = page.getByTestId('discrimination');
  await expect(section.getByRole('heading')).toHaveText('Stability');
  await expect(gate).toBeVisible();
  await expect(discrimination).toContainText('in 69 % of pairs (chance');

  await picker.getByRole('radio', { name: 'Stability' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(section.getByRole('heading')).toHaveText('Log-probability');
  await expect(strip).toHaveAttribute('data-signal', 'pathLogprob');
  await expect(discrimination).toContainText('97 % of pairs');
  await expect(gate).toHaveCount(0);
  await expect(section).toContainText('Only stability filters');
  const dots = section.locator('g.dot');
  const answered = (await inspect.rowData()).filter(({ answer }) => answer !== null).length;
  await expect(dots).toHaveCount(answered);
  await dots.first().hover();
  await expect(strip.locator('text.mark')).toHaveText(/^path \d+: −?\d+\.\d\d$/);
  expect(await violations(page, { within: '[data-testid="signal-picker"]' })).toEqual([]);

  // Another page and back: what is shown is as it was left.
  await inspect.go('models');
  await inspect.go('solve');
  await expect(strip).toHaveAttribute('data-signal', 'pathLogprob');
  await picker.getByRole('radio', { name: 'Stability' }).check();
  await expect(gate).toBeVisible();
});

test('slips are marked on overview, trace and text; the likelier token is tried in one click', async ({
  solved: inspect,
}) => {
  const { page, branches, tokens, trace } = inspect;
  const marks = page.getByTestId('slip-mark');
  const line = page.getByTestId('slip-line');
  const slips = (await new VotePage(page).tableOf('16 paths')).map(
    (cells) => [cells[0] ?? '', cells.at(-1) ?? ''] as const,
  );
  const slipped = slips.filter(([, slip]) => slip !== '–');
  expect(slipped.length).toBeGreaterThan(0);
  await expect(marks).toHaveCount(slipped.length);

  const [path, cell] = slipped[0] ?? ['', ''];
  const [, step = '', drawn = '', likelier = ''] = /at step (\d+): “(.+)” for “(.+)”/.exec(cell) ?? [];
  await inspect.pick(path);
  await expect(line).toContainText(`step ${step}: wrote “${drawn}”`);
  await expect(tokens.locator('span[data-slip]')).toHaveText(drawn);
  await expect(trace).toContainText(`“${drawn}” for “${likelier}”`);
  expect(await violations(page, { within: '[data-testid="slip-line"]' })).toEqual([]);
  expect(await violations(page, { within: '[data-testid="slip-switch"]' })).toEqual([]);

  const shown = page.getByTestId('slip-switch').getByRole('checkbox');
  await shown.uncheck();
  await expect(marks).toHaveCount(0);
  await expect(line).toHaveCount(0);
  await shown.check();
  await expect(marks).toHaveCount(slipped.length);

  await page.getByTestId('slip-try').click();
  await expect(branches).toHaveAttribute('data-branch-status', 'done', { timeout: patience(30_000) });
  await expect(branches).toContainText(`Branch of path ${path} at token ${step}: “${likelier}” instead of “${drawn}”`);
});

test('beside the rules stands how reliable each signal is, as charts and as a table', async ({ solved: inspect }) => {
  const { page } = inspect;
  const panel = page.getByTestId('reliability');
  await expect(panel).toHaveCount(0);
  await page.getByTestId('reliability-toggle').click();
  await expect(panel.getByRole('img')).toHaveCount(5);
  await expect(panel.getByRole('img', { name: /^Slip: the best path is right 94 % of the time/ })).toBeVisible();
  await expect(panel.locator('circle')).toHaveCount(5 * 16);
  await panel.getByRole('button', { name: 'How often right, by rank: Show as a table' }).click();
  const rows = panel.locator('tbody tr');
  await expect(rows).toHaveCount(16);
  await expect(rows.first()).toContainText('94 % (');
  expect(await violations(page, { within: '[data-testid="reliability"]' })).toEqual([]);
});

test('a link of before holds no probabilities: their signals are off, and the page says why', async ({
  solvePage: { page },
}) => {
  const link = readFileSync('tests/fixtures/share/v1.txt', 'utf8').trim();
  await page.goto(`/#/view?r=${link}`);
  const picker = page.getByTestId('signal-picker');
  await expect(picker.getByRole('radio', { name: 'Stability' })).toBeChecked();
  for (const name of ['Σ ln p', 'Mean ln p', 'Slip', 'Confidence']) {
    await expect(picker.getByRole('radio', { name })).toBeDisabled();
  }
  await expect(page.getByTestId('signals-lacking')).toContainText('this run does not hold');
  await expect(page.getByTestId('slip-mark')).toHaveCount(0);
  await expect(page.getByTestId('discrimination')).toContainText('in 69 % of pairs');
});

test('for a model that nobody has measured, strip and panel say so', async ({ solvePage }) => {
  const { page } = solvePage;
  await page.route('**/card.json', (route) => route.fulfill({ json: {} }));
  await solvePage.openLoaded();
  await solvePage.paths.fill('4');
  await solvePage.solveButton.click();
  await solvePage.hasState('done');
  await expect(page.getByTestId('discrimination')).toContainText('Not measured for this model');
  await page.getByTestId('reliability-toggle').click();
  await expect(page.getByTestId('reliability')).toContainText('Not measured for this model');
});
