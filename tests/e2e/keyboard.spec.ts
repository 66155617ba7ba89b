import { expect, test } from './fixtures';
import { EXAMPLE } from './pages/solve-page';

test('everything by keyboard: ask, stop, walk through paths and steps', async ({ solvePage }) => {
  const { page, problem, paths, rows } = solvePage;
  await solvePage.openLoaded();
  await problem.fill(EXAMPLE);
  await paths.focus();
  await page.keyboard.press('Home');
  await expect(paths).toHaveValue('4');
  await page.keyboard.press('ArrowRight');
  await expect(paths).toHaveValue('5');

  await problem.focus();
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => solvePage.moment('first-token')).toBeGreaterThan(0);
  await page.keyboard.press('Escape');
  await solvePage.hasState('aborted');
  await page.keyboard.press('Control+Enter');
  await solvePage.hasState('done');

  await page.getByRole('grid').focus();
  await page.keyboard.press('ArrowDown');
  await expect(rows.nth(1)).toHaveAttribute('aria-selected', 'true');
  const section = page.getByTestId('token-view').locator('xpath=ancestor::section[1]');
  await expect(section).toContainText('Path 2');
  const alternatives = section.getByText(/Could have written, step \d+/);
  await page.keyboard.press('Home');
  const first = await alternatives.innerText();
  await page.keyboard.press('ArrowRight');
  await expect(alternatives).not.toHaveText(first);
});

test('a reload loses nothing that was typed', async ({ solvePage }) => {
  const { page, problem, paths } = solvePage;
  await solvePage.open();
  await problem.fill('What is $\\frac{1}{2}+\\frac{1}{3}$?');
  await page.getByTestId('gold-input').fill('5/6');
  await paths.fill('23');
  await solvePage.chooseTheme('Dark');
  await expect(page.getByTestId('problem-preview').locator('.katex').first()).toBeVisible();
  await page.reload();
  await expect(problem).toHaveValue('What is $\\frac{1}{2}+\\frac{1}{3}$?');
  await expect(page.getByTestId('gold-input')).toHaveValue('5/6');
  await expect(paths).toHaveValue('23');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('an example brings its answer, which goes when the problem is changed', async ({ solvePage }) => {
  const { page, problem } = solvePage;
  await solvePage.open();
  await page.getByTestId('examples-menu').click();
  await page.getByRole('menuitem', { name: /Greatest common divisor/ }).click();
  await expect(problem).toHaveValue(/gcd/i);
  const gold = page.getByTestId('gold-input');
  await expect(gold).toHaveValue(/^\d+$/);
  await expect(page.getByTestId('problem-likeness')).toHaveAttribute('data-likeness', 'exact');
  await problem.fill('How many positive divisors of 360 are multiples of 6?');
  await expect(gold).toHaveValue('');
  await expect(page.getByTestId('problem-likeness')).toHaveAttribute('data-likeness', 'unlike');
});
