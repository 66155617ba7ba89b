import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { patience } from '../patience';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'sasc-evaluate-page-'));
const SET = join(folder, 'set.jsonl');
const PROBLEMS = [
  { problem: 'What is gcd(36, 96)?', answer: '12' },
  { problem: 'Find the value of 53 + 5 * 3 - 10.', answer: '58' },
  { problem: 'Decrease 320 by 35%.', answer: '200' },
];
writeFileSync(SET, PROBLEMS.map((one) => `${JSON.stringify(one)}\n`).join(''));

async function openSet(page: Page): Promise<void> {
  await page.getByTestId('evaluate-file').setInputFiles(SET);
  await expect(page.getByTestId('evaluate-set')).toContainText('3 problems');
}

/** As many paths as the command line takes below. */
async function takeFourPaths(page: Page): Promise<void> {
  await page.getByTestId('evaluate-paths').fill('4');
}

async function isDone(page: Page): Promise<void> {
  await expect(page.getByTestId('evaluate-progress')).toHaveAttribute('data-state', 'idle', {
    timeout: patience(120_000),
  });
}

async function saved(page: Page, button: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(button).click()]);
  return readFileSync(await download.path(), 'utf8');
}

/** What depends on where and when an evaluation ran. */
const placeless = (text: string): string =>
  text
    .replace(/"startedAt":"[^"]*"/g, '')
    .replace(/"device":"[^"]*"/g, '')
    .replace(/"engine":"[^"]*"/g, '');

test('a set is evaluated, interrupted by a reload, continued, and looked into', async ({ solvePage }) => {
  test.setTimeout(patience(240_000));
  const { page } = solvePage;
  await page.goto('/#/evaluate');
  await openSet(page);
  await takeFourPaths(page);
  await page.getByTestId('evaluate-begin').click();
  const progress = page.getByTestId('evaluate-progress');
  await expect(progress).toHaveAttribute('data-done', '1', { timeout: patience(90_000) });
  await page.keyboard.press('Escape');
  await isDone(page);
  const before = Number(await progress.getAttribute('data-done'));
  expect(before).toBeLessThan(3);

  await page.reload();
  await expect(progress).toHaveAttribute('data-done', String(before));
  await page.getByTestId('evaluate-resume').click();
  await expect(progress).toHaveAttribute('data-done', '3', { timeout: patience(120_000) });
  await isDone(page);
  // The last known answer is wrong: nobody elects it.
  const majority = page.getByTestId('evaluate-rules').locator('[data-rule="majority"]');
  await expect(majority).toHaveAttribute('data-accuracy', String(2 / 3));
  await expect(page.getByTestId('evaluate-use')).toBeDisabled();

  // The files are those of the command line, wherever it samples.
  const log = join(folder, 'command.jsonl');
  const pairs = join(folder, 'pairs.jsonl');
  const argv = ['evaluate', '--problems', SET, '--paths', '4', '--greedy', '--json', '--engine', 'cpu'];
  const { stdout } = await run('npm', ['run', '-s', 'cli', '--', ...argv, '--resume', log, '--preferences', pairs]);
  const document = JSON.parse(await saved(page, 'evaluate-save-document')) as Record<string, unknown>;
  expect(Object.keys(document)).toEqual(Object.keys(JSON.parse(stdout) as object));
  const [pageHead, commandHead] = [await saved(page, 'evaluate-save-log'), readFileSync(log, 'utf8')].map((text) =>
    placeless(text.split('\n')[0] ?? ''),
  );
  expect(pageHead).toBe(commandHead);
  const labels = (text: string): unknown[] =>
    text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
  expect(labels(await saved(page, 'evaluate-save-preferences-jsonl')).length).toBeGreaterThan(0);
  expect(labels(readFileSync(pairs, 'utf8')).length).toBeGreaterThan(0);

  // Who is wrong where: one click samples the same paths on Solve.
  await page.getByTestId('evaluate-wrong-by').click();
  await page.getByRole('option', { name: 'Majority' }).click();
  const problems = page.getByTestId('evaluate-problems').getByRole('listitem');
  await expect(problems).toHaveCount(1);
  await problems.getByRole('button').click();
  await expect(solvePage.problem).toHaveValue('Decrease 320 by 35%.');
  await solvePage.hasState('done');
});

test('a file that is no problem set is refused with its fault, and the evaluation shown stays', async ({
  // The browser itself says on the console that a request was answered 404.
  page,
}) => {
  await page.goto('/#/evaluate');
  await expect(page.getByTestId('evaluate-set')).toContainText('500 problems');
  const wrong = join(folder, 'wrong.jsonl');
  writeFileSync(wrong, '{"text":"x"}\n');
  await page.getByTestId('evaluate-file').setInputFiles(wrong);
  await expect(page.getByTestId('evaluate-fault')).toContainText('wrong.jsonl, line 1: no problem');
  await expect(page.getByTestId('evaluate-set')).toContainText('500 problems');

  // By address: rows as a hub's dataset viewer has them, and a reply that is none.
  const rows = { rows: [{ row: { question: '1 + 1', answer: '2' }, truncated_cells: [] }] };
  await page.route('https://sets.example/**', (route) =>
    route.request().url().endsWith('rows?offset=0')
      ? route.fulfill({ json: rows, headers: { 'access-control-allow-origin': '*' } })
      : route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } }),
  );
  const address = page.getByTestId('evaluate-address');
  await address.fill('https://sets.example/missing');
  await page.getByRole('button', { name: 'Fetch' }).click();
  await expect(page.getByTestId('evaluate-fault')).toContainText('sets.example replied 404');
  await address.fill('https://sets.example/rows?offset=0');
  await page.getByRole('button', { name: 'Fetch' }).click();
  await expect(page.getByTestId('evaluate-set')).toContainText('1 problem, 1 with a correct answer');
  await expect(page.getByTestId('evaluate-fault')).toHaveCount(0);
});
