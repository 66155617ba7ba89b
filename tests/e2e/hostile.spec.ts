import { writeClassLink } from '../../src/run/formats/class-link';
import { packLink, unpackLink } from '../../src/run/formats/link-text';
import { runJson } from '../../src/run/formats/run-file';
import { DEFAULT_RUN_SETTINGS } from '../../src/run/settings';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { HOSTILE_TEXTS } from '../fixtures/hostile-texts';
import { sampleRun } from '../unit/run/sample-run';
import { expect, test } from './fixtures';
import { HistoryPage } from './pages/history-page';
import { ViewPage } from './pages/share-page';

const DOUBLING = HOSTILE_TEXTS['macros that double'] ?? '';
/** One of each kind; a reload for every text would take minutes. */
const OPENED_AGAIN = ['macros that double', 'deep fractions', 'three thousand formulas', 'ten thousand lines'];
const NOTE = 'sasc-lab.opening';

/** The page has set what it sets, and answers: a frozen one would let this time out. */
async function answers(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
}

/** As a user pastes over what is there. */
async function paste(page: Page, field: Locator, text: string): Promise<void> {
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
  await field.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+v');
}

/** As a page that froze leaves it behind. */
async function leaveNote(page: Page, opening: object): Promise<void> {
  const note = JSON.stringify({ opening, page: 'another', at: 0 });
  await page.evaluate(([key, text]) => localStorage.setItem(key ?? '', text ?? ''), [NOTE, note]);
}

test('texts that would freeze a page are shown and stored, and open again', async ({ solvePage }) => {
  test.slow();
  const { page, problem } = solvePage;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await ViewPage.withoutGpu(page);
  await solvePage.open();
  for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
    await test.step(name, async () => {
      await paste(page, problem, text);
      await answers(page);
      await expect(problem).toHaveValue(text.slice(0, 16_000));
      if (!OPENED_AGAIN.includes(name)) return;
      await page.reload();
      await expect(problem).toHaveValue(text.slice(0, 16_000));
      await answers(page);
    });
  }
  await problem.fill(DOUBLING);
  await expect(page.getByTestId('formula-refused')).toHaveCount(1);
  await expect(page.getByTestId('problem-preview')).toContainText('\\def\\ma');
  await problem.fill('$x$ '.repeat(3000));
  await expect(page.getByTestId('formulas-cut')).toContainText('400');
});

test('the same by a link, a class link and a file', async ({ solvePage }) => {
  test.slow();
  const { page, problem } = solvePage;
  const view = await ViewPage.withoutGpu(page);
  const unpacked = await unpackLink(readFileSync('tests/fixtures/share/v1.txt', 'utf8').trim());
  if (!unpacked.ok) throw new Error('The link of the fixtures cannot be read.');
  for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
    await test.step(name, async () => {
      if (OPENED_AGAIN.includes(name)) {
        const link = await packLink({ ...(unpacked.value as object), problem: text.slice(0, 16_000) });
        await page.goto('about:blank');
        await page.goto(`/#/view?r=${link}`);
        await expect(view.detail).toBeVisible();
        await answers(page);
      }
      const record = {
        ...sampleRun([text.slice(0, 4000), `\\boxed{${text.slice(0, 2000)}}`, '5', '6']),
        problem: text,
      };
      const file = { name: 'run.json', mimeType: 'application/json', buffer: Buffer.from(runJson(record)) };
      await page.getByTestId('view-file').setInputFiles(file);
      await expect(view.detail).toHaveAttribute('data-detail', 'full');
      await view.rows.first().click();
      await answers(page);
    });
  }
  const { seed, ...settings } = DEFAULT_RUN_SETTINGS;
  const rules = { zVariant: 'pool', softness: 1, rule: 'sasc', locked: true, hidesVerdict: false } as const;
  const task = await writeClassLink({ problem: DOUBLING, gold: '', settings: { ...settings, seed }, ...rules });
  await page.goto('about:blank');
  await page.goto(`/#/solve?c=${task}`);
  await expect(problem).toHaveValue(DOUBLING);
  await answers(page);
});

test('what froze the page last time is not loaded again: the stored problem', async ({ solvePage }) => {
  const { page, problem } = solvePage;
  await ViewPage.withoutGpu(page);
  await solvePage.open();
  await problem.fill('A problem that froze the page');
  await page.evaluate(() => dispatchEvent(new Event('pagehide')));
  await leaveNote(page, { what: 'problem' });
  await page.reload();
  await expect(page.getByTestId('start-clean')).toHaveAttribute('data-frozen', 'problem');
  await expect(problem).toHaveCount(0);
  await page.getByTestId('start-clean-button').click();
  await expect(problem).not.toHaveValue('A problem that froze the page');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('set-aside-save').click()]);
  expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toMatchObject({
    problem: 'A problem that froze the page',
    run: null,
  });
  await page.getByTestId('set-aside-delete').click();
  await expect(page.getByTestId('set-aside')).toHaveCount(0);
  await page.reload();
  await expect(problem).toBeVisible();
  await expect(page.getByTestId('set-aside')).toHaveCount(0);
});

test('… a link, unless the user says so', async ({ solvePage }) => {
  const { page } = solvePage;
  const view = await ViewPage.withoutGpu(page);
  const link = readFileSync('tests/fixtures/share/v1.txt', 'utf8').trim();
  for (const clean of [true, false]) {
    await page.goto('/#/models');
    await expect(page.getByRole('main')).toBeVisible();
    await page.evaluate(() => dispatchEvent(new Event('pagehide')));
    await leaveNote(page, { what: 'link' });
    await page.goto('about:blank');
    await page.goto(`/#/view?r=${link}`);
    await expect(page.getByTestId('start-clean')).toHaveAttribute('data-frozen', 'link');
    await page.getByTestId(clean ? 'start-clean-button' : 'open-anyway').click();
    if (clean) {
      await expect(page).toHaveURL(/#\/solve$/);
      await expect(solvePage.problem).toBeVisible();
    } else {
      await expect(view.detail).toBeVisible();
    }
  }
});

test('… a saved run, which stays in the history', async ({ solvePage }) => {
  const { page } = solvePage;
  await ViewPage.withoutGpu(page);
  const history = new HistoryPage(page);
  await solvePage.open();
  await history.open();
  await history.import(readFileSync('tests/fixtures/stored/v0.1/history.json', 'utf8'));
  await history.show(history.run('For class 7b'));
  const noted = await page.evaluate((key) => localStorage.getItem(key), NOTE);
  const { opening } = JSON.parse(noted ?? '{}') as { opening: { what: string; id: string } };
  expect(opening.what).toBe('run');
  await page.evaluate(() => dispatchEvent(new Event('pagehide')));
  await leaveNote(page, opening);
  await page.reload();
  await expect(page.getByTestId('start-clean')).toHaveAttribute('data-frozen', 'run');
  await page.getByTestId('start-clean-button').click();
  await expect(page.getByTestId('set-aside')).toContainText('History');
  await history.open();
  await expect(history.run('For class 7b')).toHaveCount(1);
});
