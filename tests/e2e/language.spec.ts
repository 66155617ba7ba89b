import { expect, test } from './fixtures';
import { englishLeft } from './pages/english';
import { LearnPage } from './pages/learn-page';
import { ModelsPage } from './pages/models-page';
import { EXAMPLE, type SolvePage } from './pages/solve-page';

/** Names, and problems that a model was trained on in English. */
const ALLOWED =
  /^(SASC Lab|tiny-math( [\d.]+ M)?|google swiftshader|Apache 2\.0|Qwen.*|https:.*|What is .*|Solve .*|Find .*|A \w+ .*)$/;

async function speak(solvePage: SolvePage, name: string): Promise<void> {
  await solvePage.page.getByTestId('language-select').click();
  await solvePage.page.getByRole('option', { name }).click();
  await expect(solvePage.page.getByRole('option')).toHaveCount(0);
}

test('the language changes in the midst of a run: nothing is lost, and nothing stays English', async ({
  solvePage,
}) => {
  const { page, problem, verdict } = solvePage;
  await solvePage.openLoaded();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await solvePage.ask(EXAMPLE, 32);
  await solvePage.openAdvanced();
  await solvePage.solveButton.click();
  await expect(verdict).toHaveAttribute('data-state', 'running');
  await page.getByLabel('Correct answer').fill('6');
  // What looks for English finds it where it is.
  expect((await englishLeft(page, ALLOWED)).length).toBeGreaterThan(30);
  await speak(solvePage, '中文');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page).toHaveTitle('求解 · SASC Lab');
  await expect(problem).toHaveValue(EXAMPLE);
  await expect(page.getByLabel('参考答案')).toHaveValue('6');
  await expect(page.getByText('恢复默认设置')).toBeVisible();
  expect(await englishLeft(page, ALLOWED)).toEqual([]);
  await solvePage.hasState('done');
  expect(await solvePage.rowData()).toHaveLength(32);
  await page.getByRole('button', { name: /规则及说明/ }).click();
  expect(await englishLeft(page, ALLOWED)).toEqual([]);

  // An error is worded by the page; a refusal keeps the run.
  await problem.fill(' ');
  await solvePage.solveButton.click();
  await solvePage.failsWith('empty-problem', /还没有要求解的题目/);
  expect(await englishLeft(page, ALLOWED)).toEqual([]);
  await problem.fill(EXAMPLE);

  await page.getByRole('link', { name: '学习', exact: true }).click();
  const learnPage = new LearnPage(page);
  await learnPage.learn();
  await page.getByRole('button', { name: '高级' }).click();
  expect(await englishLeft(page, ALLOWED)).toEqual([]);
  await page.getByText('题集', { exact: true }).first().click();
  expect(await englishLeft(page, ALLOWED)).toEqual([]);

  for (const part of ['evaluate', 'gallery', 'history', 'view']) {
    await page.evaluate((hash) => void (location.hash = hash), `#/${part}`);
    await expect(page.getByRole('main')).toBeVisible();
    expect(await englishLeft(page, ALLOWED), part).toEqual([]);
  }

  const modelsPage = new ModelsPage(page);
  await modelsPage.open();
  await modelsPage.press('Qwen2.5-Math-1.5B-Instruct-q4f32_1-MLC', 'model-download');
  await modelsPage.addUrl('nowhere');
  await expect(modelsPage.addFailure).toContainText('这不是网址');
  expect(await englishLeft(page, ALLOWED)).toEqual([]);
});

test.describe('a browser that prefers Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('is answered in Chinese, and a choice is remembered', async ({ solvePage }) => {
    const { page } = solvePage;
    await solvePage.open();
    await expect(solvePage.solveButton).toContainText('求解');
    await speak(solvePage, 'English');
    await expect(solvePage.solveButton).toContainText('Solve');
    await page.reload();
    await expect(solvePage.solveButton).toContainText('Solve');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });
});
