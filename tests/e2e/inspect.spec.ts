import { THEME_RULES, violations } from './axe';
import { expect, test } from './fixtures';
import { InspectPage } from './pages/inspect-page';
import { EXAMPLE, LIVELY } from './pages/solve-page';
import { toldRun } from '../fixtures/told-run';
import { patience } from '../patience';

test('what if another token: a branch is sampled on, shown as such, and votes only when asked', async ({
  solved: inspect,
}) => {
  const { page, branches, strip, verdict } = inspect;
  const before = await inspect.rowData();
  const elected = await verdict.getAttribute('data-sasc');
  await inspect.pick('3');
  await page.getByTestId('what-if').click();
  await expect(branches).toHaveAttribute('data-branch-status', 'done', { timeout: patience(30_000) });
  await expect(branches).toContainText(/Branch of path 3 at token \d+: “.+” instead of “.+”/);
  await expect(inspect.pathSection.getByRole('heading')).toHaveText('Path 17');
  await expect(page.getByTestId('branch-row')).toHaveAttribute('aria-selected', 'true');

  // The run and its vote are what they were.
  expect(await inspect.rowData()).toEqual(before);
  await expect(verdict).toHaveAttribute('data-sasc', elected ?? '');
  const stability = page.locator('section').filter({ has: strip });
  await expect(stability).toContainText('of 16');
  const vote = branches.getByRole('button', { name: 'Let it vote' });
  await vote.click();
  await expect(vote).toHaveAttribute('aria-pressed', 'true');
  await expect(stability).toContainText('of 17');
  await vote.click();
  await expect(stability).toContainText('of 16');

  // Another one by its row in the list, by keyboard, stopped before its end or not.
  await inspect.pick('5');
  await page.getByTestId('alternative').first().focus();
  await page.keyboard.press('Enter');
  await expect(branches).toHaveCount(2);
  await expect(branches.nth(1)).not.toHaveAttribute('data-branch-status', 'running', { timeout: patience(30_000) });
  await branches.first().getByRole('button', { name: 'Remove' }).click();
  await expect(branches).toHaveCount(1);
  await expect(branches).toContainText('Branch of path 5');
  await expect(page.getByTestId('branch-row')).toHaveAttribute('data-path', '17');
  await inspect.solve(EXAMPLE, 4);
  await expect(branches).toHaveCount(0);
});

test('a path is read as tokens in three tints, or as text with its formulas set', async ({ solved: inspect }) => {
  const { page, tokens } = inspect;
  const legend = page.getByTestId('tint-legend');
  await expect(legend).toContainText('H, nats');
  const tinted = () => tokens.locator('span[style*="background"]').count();
  await inspect.pick('8');
  const byEntropy = await tinted();
  expect(byEntropy).toBeGreaterThan(0);
  await page.getByRole('radio', { name: 'probability' }).check();
  await expect(legend).toContainText('p of the token');
  await page.getByRole('radio', { name: 'confidence', exact: true }).check();
  await expect(legend).toContainText(/mean of \d+ tokens/);
  await page.getByRole('radio', { name: 'entropy' }).check();
  expect(await tinted()).toBe(byEntropy);

  await page.getByRole('radio', { name: 'Text' }).check();
  const text = page.getByTestId('path-text');
  await expect(text.locator('.katex').first()).toBeVisible();
  await expect(tokens).toHaveCount(0);
  // KaTeX keeps the source of a formula for screen readers; beside the formulas there is none.
  const plain = await text.evaluate((node) => {
    const copy = node.cloneNode(true) as HTMLElement;
    for (const formula of copy.querySelectorAll('.katex')) formula.remove();
    return copy.textContent;
  });
  expect(plain).toContain('7x=');
  expect(plain).not.toContain('\\boxed');
});

test('steps are marked and zoomed into by pointer and by keys, in trace, text and overview alike', async ({
  solved: inspect,
}) => {
  const { page, trace, overviewRange, overviewWindow } = inspect;
  await inspect.drag(0.1, 0.3);
  await expect(inspect.caption).toContainText(/Steps \d+ to \d+: mean H \d\.\d+, s \d/);
  const marked = await inspect.markedSteps();
  expect(marked.last).toBeGreaterThan(marked.first);
  expect(await inspect.markedTokens()).toBe(marked.last - marked.first + 1);
  await expect(overviewRange).toBeVisible();
  await inspect.zoomIn();
  await expect(overviewWindow).toBeVisible();
  await trace.dblclick({ position: { x: 300, y: 20 } });
  await expect(overviewRange).toHaveCount(0);
  await expect(overviewWindow).toHaveCount(0);
  expect(await inspect.markedTokens()).toBe(0);

  await trace.focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowRight');
  expect(await inspect.markedSteps()).toEqual({ first: 1, last: 5 });
  await page.keyboard.press('+');
  await expect(overviewWindow).toBeVisible();
  await page.keyboard.press('-');
  await expect(overviewWindow).toHaveCount(0);
  await page.keyboard.press('+');
  await page.keyboard.press('0');
  await expect(overviewWindow).toHaveCount(0);
  await expect(overviewRange).toHaveCount(0);
  // A step outside the part shown brings the part along.
  await page.keyboard.press('Home');
  await page.keyboard.press('+');
  await page.keyboard.press('End');
  await expect(trace.locator('circle')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(overviewWindow).toHaveCount(0);
});

test('why a path was filtered, with its numbers, and where its steadiness broke', async ({ solved: inspect }) => {
  const gated = (await inspect.rowData()).find((row) => row.status === 'gated');
  if (gated === undefined) throw new Error('No path of this run is filtered: choose another seed.');
  await inspect.pick(gated.path);
  await expect(inspect.caption).toHaveText(
    /^Filtered: its s = \d\.\d+ is above the gate \d\.\d+, which keeps the steadiest 80 % of 16 answers\. From step \d+ on \(H = \d\.\d\d\) its running s stays above the gate\.$/,
  );
  const [, step] = /step (\d+)/.exec(await inspect.caption.innerText()) ?? [];
  const flagged = inspect.tokens.locator('span[data-broke]');
  await expect(flagged).toHaveAttribute('data-step', String(Number(step) - 1));
  await expect(inspect.trace).toContainText('becomes unsteady');
});

test('two paths side by side: what they share is folded, where they part is marked', async ({ solved: inspect }) => {
  const { page, comparison, trace } = inspect;
  await inspect.pick('1');
  await trace.focus();
  await page.keyboard.press('c');
  await expect(comparison).toBeVisible();
  await page.getByTestId('compare-with').click();
  await page.getByRole('option', { name: /^path 8:/ }).click();
  const caption = page.getByTestId('compare-caption');
  await expect(caption).toHaveText(
    /The first \d+ tokens are the same\. At step \d+ path 1 wrote “.+” \(p = 0\.\d\d\), path 8 “.+” \(p = 0\.\d\d\)\./,
  );
  const [, shared] = /first (\d+) tokens/.exec(await caption.innerText()) ?? [];
  const parting = comparison.locator('span[data-parts]');
  await expect(parting).toHaveCount(2);
  for (const side of await parting.all()) expect(await side.getAttribute('data-step')).toBe(shared);
  await comparison.locator('summary').click();
  await expect(comparison.locator('details p')).toContainText('7x=');
  await expect(trace).toContainText('paths differ from here');
  await comparison.getByRole('button', { name: 'Swap' }).click();
  await expect(inspect.pathSection.getByRole('heading')).toHaveText('Path 8');
  await expect(caption).toContainText('path 1 “');
  await trace.focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(comparison).toHaveCount(0);
});

test('rows are ordered and filtered, and the keys follow them', async ({ solved: inspect }) => {
  const { page } = inspect;
  const sampled = await inspect.rowData();
  await inspect.arrange('by stability');
  const stabilities = (await inspect.rowData()).map((row) => row.stability ?? NaN);
  expect(stabilities).toEqual([...stabilities].sort((a, b) => a - b));
  await inspect.show(/^filtered/);
  const gated = sampled.filter((row) => row.status === 'gated').map((row) => row.path);
  expect((await inspect.rowData()).map((row) => row.path).sort()).toEqual([...gated].sort());
  await expect(page.getByRole('heading', { name: `${gated.length} of 16 paths` })).toBeVisible();
  await inspect.show('all paths');
  await inspect.arrange('by answer');
  const answers = (await inspect.rowData()).map((row) => row.answer);
  const changes = answers.filter((answer, i) => i > 0 && answer !== answers[i - 1]).length;
  expect(changes).toBe(new Set(answers).size - 1);
  const [first, second] = (await inspect.rowData()).map((row) => row.path);
  await inspect.pick(first ?? '');
  await page.getByRole('grid').focus();
  await page.keyboard.press('ArrowDown');
  await expect(inspect.pathSection.getByRole('heading')).toHaveText(`Path ${second}`);
});

test('axe finds no violation in branches, comparison and marks, and they fit a phone', async ({
  solvePage: { page },
}) => {
  const inspect = new InspectPage(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await inspect.openLoaded();
  await inspect.slide('Temperature', LIVELY);
  await inspect.solve(EXAMPLE, 16);
  await inspect.pick('3');
  await page.getByTestId('what-if').click();
  await expect(inspect.branches).toHaveAttribute('data-branch-status', 'done', { timeout: patience(30_000) });
  await page.getByTestId('compare-button').click();
  await inspect.drag(0.1, 0.3);
  expect(await violations(page)).toEqual([]);
  for (const theme of ['Light', 'Dark', 'Projector']) {
    await inspect.chooseTheme(theme);
    await expect(page.getByRole('option')).toHaveCount(0);
    expect(await violations(page, { rules: THEME_RULES }), theme).toEqual([]);
    await page.getByRole('radio', { name: 'probability' }).check();
    expect(await violations(page, { rules: THEME_RULES }), `${theme}, probability`).toEqual([]);
    await page.getByRole('radio', { name: 'entropy' }).check();
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(await violations(page), 'phone').toEqual([]);
  await page.screenshot({ path: 'test-results/look/inspect-phone.png', fullPage: true });
});

test('a recorded run: formulas, characters in pieces, wrong LaTeX, and nothing to sample with', async ({
  solvePage,
}) => {
  const inspect = new InspectPage(solvePage.page);
  const { page, tokens } = inspect;
  const first = ['We', ' have', ' \\(', 'x', ' =', ' 3', '\\).', '\n', '\\[', ' \\frac{1}{2}', '\\]', '\n'];
  const root = ['(', [0xe2, 0x88], [0x9a], '9', ')'];
  const hostile = [
    ' \\(\\href{javascript:alert(1)}{x}\\)',
    ' <b>bold</b>',
    ' \\(\\frac{1}{\\)',
    ' \\[ open',
    ' ',
    ' \\boxed{7}',
  ];
  await inspect.openRun(toldRun([[...first, ...root, ' \\boxed{12}'], [...first, ...hostile], ['x']]));
  await inspect.pick('1');
  await expect(tokens.locator('span[data-last]')).toHaveText('√');
  await page.getByLabel('spaces').check();
  await expect(tokens).toContainText('␣have');
  await expect(page.getByTestId('alternative')).toHaveCount(0);
  await expect(page.getByTestId('what-if')).toHaveCount(0);

  await page.getByRole('radio', { name: 'Text' }).check();
  const text = page.getByTestId('path-text');
  await expect(text.locator('.katex')).toHaveCount(3);
  await expect(text.locator('.katex-display')).toHaveCount(1);
  await inspect.pick('2');
  await expect(text.locator('.katex').last()).toBeVisible();
  await expect(text).toContainText('<b>bold</b>');
  await expect(text).toContainText('\\(\\frac{1}{\\)');
  await expect(text).toContainText('\\[ open');
  await expect(text.locator('a, b')).toHaveCount(0);

  await page.getByTestId('compare-button').click();
  await expect(page.getByTestId('compare-caption')).toContainText('The first 12 tokens are the same.');
  await page.getByRole('radio', { name: 'Tokens' }).check();
  await inspect.comparison.getByTestId('compare-with').click();
  await page.getByRole('option', { name: 'path 3' }).click();
  await expect(page.getByTestId('compare-caption')).toContainText('They differ from the very first token');
});

test('a run from a link without its texts says what is missing', async ({ solvePage }) => {
  const inspect = new InspectPage(solvePage.page);
  const { page } = inspect;
  const run = toldRun([
    ['We', ' get', ' 12'],
    ['We', ' get', ' 18'],
  ]);
  for (const path of run.trace.paths) {
    path.tokens.fill(999);
    path.logprob.fill(0);
    path.alternativeLogprob.fill(0);
    path.answer = '12';
  }
  run.trace.pieces.clear();
  await inspect.openRun({ ...run, detail: 'outline' });
  await expect(page.getByTestId('no-text')).toBeVisible();
  await expect(inspect.pathSection).toContainText('This recording does not hold the alternatives at each step.');
  await expect(page.getByRole('radio', { name: 'probability' })).toHaveCount(0);
  await inspect.trace.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(inspect.caption).toContainText('from the shared outline');
  await page.keyboard.press('c');
  await expect(page.getByTestId('compare-caption')).toContainText('without the text of path');
});

test.describe('with fingers, on a phone', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('one finger marks steps, two zoom, and one marks again', async ({ solvePage }) => {
    const inspect = new InspectPage(solvePage.page);
    await inspect.openRun(toldRun([Array.from({ length: 60 }, (_, i) => ` ${i}`)]));
    await inspect.swipe([0.2], [0.5]);
    const marked = await inspect.markedSteps();
    expect(marked.last - marked.first).toBeGreaterThan(10);
    await expect(inspect.overviewRange).toBeVisible();
    await inspect.swipe([0.4, 0.6], [0.2, 0.8]);
    await expect(inspect.overviewWindow).toBeVisible();
    expect(await inspect.markedSteps()).toEqual(marked);
    await inspect.swipe([0.6], [0.8]);
    expect((await inspect.markedSteps()).first).toBeGreaterThan(marked.first);
  });
});
