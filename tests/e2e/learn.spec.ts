import { violations } from './axe';
import { expect, test } from './fixtures';
import { LearnPage } from './pages/learn-page';
import { patience } from '../patience';

/** One that the model answers in several ways, so that there is something to learn. */
const PROBLEM = 'Find the remainder when 8^7 is divided by 12.';
const PATHS = 16;

test('one step on a problem moves its answers, undo brings the exact earlier ones back, a reload loses nothing', async ({
  solvePage,
}) => {
  test.slow();
  const { page } = solvePage;
  const learnPage = new LearnPage(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await solvePage.openLoaded();
  await solvePage.ask(PROBLEM, PATHS);
  await page.getByTestId('gold-input').fill('8');
  await learnPage.open();
  expect(await violations(page), 'before learning').toEqual([]);
  await expect(learnPage.undo).toBeDisabled();

  await learnPage.button.click();
  await expect.poll(() => learnPage.answers(), { timeout: patience(120_000) }).not.toBeNull();
  const before = await learnPage.answers();
  await learnPage.stateIs('idle');
  await expect(learnPage.report).toHaveAttribute('data-step', '1');
  await expect(learnPage.report).toHaveAttribute('data-updated', 'true');
  const label = await learnPage.report.getAttribute('data-label');
  const rows = await learnPage.rowData();
  expect(rows).toHaveLength(PATHS);
  for (const { answer, reward, advantage } of rows) {
    expect(Number(reward)).toBe(Number(answer === label));
    expect(Math.sign(Number(advantage))).toBe(answer === label ? 1 : -1);
  }
  await expect(learnPage.badge).toContainText('adapter: 1 step');
  const after = await learnPage.answers();
  expect(after).not.toEqual(before);
  expect(await violations(page), 'after learning').toEqual([]);

  await learnPage.undo.click();
  await expect(learnPage.repeat).toHaveAttribute('data-repeat', 'same', { timeout: patience(120_000) });
  expect(await learnPage.answers()).toEqual(before);
  await expect(learnPage.history).toHaveAttribute('data-step', '0');
  await expect(learnPage.badge).not.toContainText('adapter: 1 step');

  await page.reload();
  await solvePage.engineIsReady();
  await page.getByTestId('take-up-kept').click();
  await learnPage.redo.click();
  await expect(learnPage.history).toHaveAttribute('data-step', '1');
  expect(await learnPage.answers()).toEqual(after);
  const downloads: string[] = [];
  page.on('download', (download) => void downloads.push(download.suggestedFilename()));
  await page.getByTestId('export-adapter').click();
  await expect.poll(() => downloads.toSorted()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
});

test('labels follow the rule that is chosen, and signed rewards leave the paths between out', async ({ solvePage }) => {
  const { page } = solvePage;
  const learnPage = new LearnPage(page);
  await solvePage.openLoaded();
  await solvePage.ask(PROBLEM, 8);
  await learnPage.open();
  await page.getByTestId('learn-labels').click();
  await page.getByRole('option', { name: 'slip' }).click();
  await expect(page.getByTestId('learn-labels')).toHaveAttribute('data-value', 'slip');
  await page.getByRole('button', { name: 'Advanced' }).click();
  await page.getByRole('radio', { name: '+1 or −1' }).check();
  await learnPage.learn();
  await expect(page.getByTestId('learn-label')).toContainText('slip');
  const label = await learnPage.report.getAttribute('data-label');
  const rows = await learnPage.rowData();
  const paid = rows.filter(({ reward }) => reward !== null);
  expect(paid.length).toBeGreaterThan(0);
  expect(paid.length).toBeLessThanOrEqual(rows.length);
  for (const { answer, reward, advantage } of paid) {
    expect([Number(reward), Number(advantage)]).toEqual(answer === label ? [1, 1] : [-1, -1]);
  }
  expect(paid.reduce((sum, { reward }) => sum + Number(reward), 0)).toBe(0);
});

test('Stop leaves nothing of an unfinished step; files that are no adapter are refused in words', async ({
  solvePage,
}) => {
  const { page } = solvePage;
  const learnPage = new LearnPage(page);
  await solvePage.openLoaded();
  await solvePage.ask(PROBLEM, 4);
  await learnPage.open();
  await learnPage.button.click();
  await expect(learnPage.phase).toHaveAttribute('data-phase', 'before', { timeout: patience(60_000) });
  await page.getByTestId('learn-stop').click();
  await learnPage.stateIs('idle');
  await expect(learnPage.history).toHaveAttribute('data-step', '0');
  await expect(learnPage.report).toHaveAttribute('data-step', '0');

  const config = Buffer.from('{"peft_type":"LORA","r":8,"lora_alpha":16,"use_dora":true}');
  const files = [{ name: 'adapter_config.json', mimeType: 'application/json', buffer: config }];
  await page.getByTestId('adapter-files').setInputFiles(files);
  await expect(page.getByTestId('import-fault')).toContainText('DoRA');
  await expect(learnPage.history).toHaveAttribute('data-step', '0');
});

test('a set of problems: learned from and held out ones are measured, and the step under way may be the last', async ({
  solvePage,
}) => {
  test.slow();
  const { page } = solvePage;
  const learnPage = new LearnPage(page);
  await solvePage.openLoaded();
  await solvePage.ask(PROBLEM, 4);
  await learnPage.open();
  await learnPage.fromSet(['What is gcd(36, 96)?\t12', `${PROBLEM}\t8`, 'What is 15 % of 80?\t12', 'broken {']);
  await expect(page.getByTestId('learn-set-summary')).toContainText('3 problems to learn from, 1 held out; 3 with');
  await learnPage.button.click();
  await page.getByTestId('learn-pause').click();
  await learnPage.stateIs('idle');
  await expect(learnPage.history).toHaveAttribute('data-step', '1');
  await expect(page.getByTestId('learn-group')).toHaveCount(3);
  await expect(page.getByTestId('learn-curves')).toHaveAttribute('data-step', '1');
});
