import { expect, test } from './fixtures';
import { EXAMPLE } from './pages/solve-page';

test('everything by keyboard: ask, stop, walk through paths and steps', async ({ solvePage }) => {
  const { page, problem, paths, rows } = solvePage;
  await solvePage.openLoaded();
  await problem.fill(EXAMPLE);
  await paths.focus();
  // As many as there can be: the run goes on until the key comes.
  await page.keyboard.press('End');
  await expect(paths).toHaveValue('64');

  await problem.focus();
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => solvePage.moment('first-token')).toBeGreaterThan(0);
  await page.keyboard.press('Escape');
  await solvePage.hasState('aborted');

  await paths.focus();
  await page.keyboard.press('Home');
  await expect(paths).toHaveValue('4');
  await page.keyboard.press('ArrowRight');
  await expect(paths).toHaveValue('5');
  // The key starts the run and nothing else: the menu that has the focus stays closed.
  await page.getByRole('button', { name: 'Examples' }).focus();
  await page.keyboard.press('Control+Enter');
  await solvePage.hasState('done');
  await expect(page.locator('.popover')).toHaveCount(0);

  await page.getByRole('grid').focus();
  await page.keyboard.press('ArrowDown');
  await expect(rows.nth(1)).toHaveAttribute('aria-selected', 'true');
  const section = page.getByTestId('token-view').locator('xpath=ancestor::section[1]');
  await expect(section).toContainText('Path 2');
  const alternatives = section.getByText(/Alternatives at step \d+/);
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

test('? lists the keys; Esc closes the list first and stops the run after', async ({ solvePage }) => {
  const { page, problem, verdict } = solvePage;
  await solvePage.openLoaded();
  await solvePage.ask(EXAMPLE, 64);
  await problem.press('End');
  await problem.press('?');
  await expect(problem).toHaveValue(`${EXAMPLE}?`);
  await solvePage.solveButton.click();
  await expect(verdict).toHaveAttribute('data-state', 'running');
  await page.keyboard.press('?');
  const dialog = page.getByTestId('key-sheet');
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('heading', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(verdict).not.toHaveAttribute('data-state', 'aborted');
  await page.keyboard.press('Escape');
  await solvePage.hasState('aborted');

  await page.getByTestId('keys-button').click();
  const close = dialog.getByRole('button', { name: 'Close' });
  // The list hands the focus to Close, where Enter closes it. From anywhere else in it the keys do nothing: what is behind
  // cannot be started.
  await expect(close).toBeFocused();
  await dialog.focus();
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toBeVisible();
  await expect(verdict).toHaveAttribute('data-state', 'aborted');
  await close.click();
  await expect(page.getByTestId('keys-button')).toBeFocused();
});

test('every control can be reached with Tab and shows that it has the focus', async ({ solvePage }) => {
  const { page } = solvePage;
  await solvePage.openLoaded();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('button', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toHaveCSS('opacity', '1');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(solvePage.problem).toBeFocused();

  await solvePage.openAdvanced();
  await page.evaluate(() =>
    document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined,
  );
  const controls = await page
    .locator(
      'a[href], button:enabled, input:enabled:not([type=file], [type=radio]:not(:checked)), textarea, [role=slider], [role=grid]',
    )
    .filter({ visible: true })
    .count();
  const reached = new Set<string>();
  const unseen: string[] = [];
  for (let i = 0; i < 2 * controls; i++) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const box = element.getBoundingClientRect();
      const isRinged = [element, element.parentElement ?? element].some((at) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      });
      return { name: `${element.outerHTML.slice(0, 80)} at ${box.x},${box.y + scrollY}`, isRinged };
    });
    if (focus === null) continue;
    if (reached.has(focus.name)) break;
    reached.add(focus.name);
    if (!focus.isRinged) unseen.push(focus.name);
  }
  expect(unseen).toEqual([]);
  expect(reached.size).toBeGreaterThanOrEqual(controls);
});
