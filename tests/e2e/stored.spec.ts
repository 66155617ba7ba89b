import { Artifacts, VERSIONS } from '../fixtures/stored/artifacts';
import { seedingScript } from '../fixtures/stored/browser-store';
import { expect, test } from './fixtures';
import { HistoryPage } from './pages/history-page';
import { LearnPage } from './pages/learn-page';
import { ModelsPage } from './pages/models-page';
import { type VerdictData, verdictOf, ViewPage } from './pages/share-page';

/** What was saved before other rules could decide was decided by SASC, and opens so. */
function bySasc(verdict: { readonly sasc: string; readonly majority: string; readonly share: string }): VerdictData {
  return { answer: verdict.sasc, rule: 'sasc', ...verdict };
}

for (const version of VERSIONS) {
  const stored = new Artifacts(version);
  const { known, stopped, rules, small } = stored.shown.runs;

  test(`${version}: its links and files open to the verdict that was shared`, async ({ solvePage }) => {
    const { page } = solvePage;
    const view = await ViewPage.withoutGpu(page);
    for (const [link, shown] of [
      [stored.link('known', 'full'), known],
      [stored.link('rules', 'full'), rules],
    ] as const) {
      await page.goto('about:blank');
      await page.goto(`/${link}`);
      await expect(view.problem).toHaveText(shown.problem);
      expect(await verdictOf(page)).toEqual(bySasc(shown.verdict));
      expect(await solvePage.rowData()).toEqual(shown.rows);
    }
    for (const [link, shown] of [
      [stored.link('known', 'compact'), known],
      [stored.link('rules', 'compact'), rules],
    ] as const) {
      await page.goto('about:blank');
      await page.goto(`/${link}`);
      await expect(view.problem).toHaveText(shown.problem);
      await expect(view.verdict).toHaveAttribute('data-sasc', shown.verdict.sasc);
      await expect(view.verdict).toHaveAttribute('data-majority', shown.verdict.majority);
    }
    for (const file of ['small.json', 'small.png']) {
      await page.goto('about:blank');
      await page.goto('/#/view');
      await page.getByTestId('view-file').setInputFiles(stored.path(file));
      await expect(view.detail).toHaveAttribute('data-detail', 'full');
      await expect(view.problem).toHaveText(small.problem);
      expect(await verdictOf(page)).toEqual(bySasc(small.tried.verdict));
      expect(await solvePage.rowData()).toEqual(small.tried.rows);
    }
    await page.goto('about:blank');
    await page.goto(`/${stored.classLink()}`);
    await expect(page.getByTestId('lesson')).toHaveAttribute('data-locked', 'true');
    await expect(solvePage.problem).toHaveValue(known.problem);
    await expect(solvePage.paths).toHaveValue('8');
  });

  test(`${version}: its history comes in from a file`, async ({ solvePage }) => {
    const { page } = solvePage;
    const history = new HistoryPage(page);
    await solvePage.open();
    await history.open();
    await history.import(stored.text('history.json'));
    await history.says('imported', /2 runs were added/);
    await expect(history.run('For class 7b')).toHaveAttribute('data-pinned', 'true');
    await history.show(history.run('For class 7b'));
    await solvePage.hasState('done');
    expect(await verdictOf(page)).toEqual(bySasc(known.verdict));
    expect(await solvePage.rowData()).toEqual(known.rows);
  });

  test(`${version}: what its browser keeps is all there`, async ({ solvePage }) => {
    test.slow();
    const { page } = solvePage;
    // A document of the page's origin that runs none of its code.
    const body = '<link rel="icon" href="data:," />';
    await page.route('**/blank.html', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto('/blank.html');
    await page.evaluate(seedingScript(stored.browser()));

    await test.step('settings, language, theme', async () => {
      await solvePage.openLoaded();
      const root = page.locator('html');
      await expect(root).toHaveAttribute('lang', 'zh-CN');
      await expect(root).toHaveAttribute('data-theme', 'dark');
      await expect(page.getByTestId('tour-offer')).toHaveCount(0);
      await page.getByTestId('language-select').click();
      await page.getByRole('option', { name: 'English' }).click();
      await expect(solvePage.problem).toHaveValue(known.problem);
      await expect(page.getByTestId('gold-input')).toHaveValue('6');
      await expect(solvePage.paths).toHaveValue('16');
      await solvePage.openAdvanced();
      for (const [label, value] of [
        ['Temperature', '1.4'],
        ['Seed', '7'],
        ['Max tokens per path', '32'],
        ['Top-p', '0.95'],
        ['K for the entropy', '10'],
        ['Weight smoothing (τ)', '4'],
      ] as const) {
        await expect(page.getByLabel(label, { exact: true })).toHaveValue(value);
      }
      await expect(page.getByTestId('advanced').getByRole('radio', { name: 'all answers' })).toBeChecked();
    });

    await test.step('the user’s own model', async () => {
      const models = new ModelsPage(page);
      await models.open();
      await models.hasState('tiny', 'absent');
    });

    await test.step('history', async () => {
      const history = new HistoryPage(page);
      await history.open();
      await expect(history.runs).toHaveCount(3);
      expect((await history.names())[0]).toBe('For class 7b');
      for (const [name, state, shown] of [
        ['For class 7b', 'done', known],
        [small.problem, 'done', small],
        [stopped.problem, 'aborted', stopped],
      ] as const) {
        await history.open();
        await history.show(history.run(name));
        await solvePage.hasState(state);
        expect(await verdictOf(page)).toEqual(bySasc(shown.verdict));
        expect(await solvePage.rowData()).toEqual(shown.rows);
      }
      await page.getByTestId('leave-record').click();
    });

    await test.step('learning, with its undo', async () => {
      const [first, second] = stored.shown.learned.points;
      const learnPage = new LearnPage(page);
      await page.goto('/#/learn');
      await expect(page.getByTestId('learn-set')).toHaveValue(/What is 15 % of 80\?\t12\n/);
      await expect(page.getByTestId('learn-steps')).toHaveValue('2');
      await expect(page.getByTestId('learn-rate')).toHaveAttribute('aria-valuetext', '0.01');
      await page.getByTestId('take-up-kept').click();
      await expect(learnPage.history).toHaveAttribute('data-step', '1');
      expect(await learnPage.answers()).toEqual(first?.answers);
      expect(await learnPage.rowData()).toEqual(first?.rows);
      await learnPage.redo.click();
      await expect(learnPage.history).toHaveAttribute('data-step', '2');
      await expect(learnPage.report).toHaveAttribute('data-label', stored.shown.learned.label);
      expect(await learnPage.answers()).toEqual(second?.answers);
      expect(await learnPage.rowData()).toEqual(second?.rows);
      await expect(learnPage.badge).toContainText('adapter: 2 steps');
      await learnPage.undo.click();
      await learnPage.undo.click();
      await expect(learnPage.history).toHaveAttribute('data-step', '0');
      await expect(learnPage.undo).toBeDisabled();
    });

    await test.step('an adapter that was exported', async () => {
      const files = ['adapter_config.json', 'adapter_model.safetensors'].map((name) => stored.path(`adapter/${name}`));
      await page.getByTestId('adapter-files').setInputFiles(files);
      await expect(page.getByTestId('adapter-history')).toContainText('adapter_model.safetensors');
      await expect(page.getByTestId('import-fault')).toHaveCount(0);
    });
  });
}
