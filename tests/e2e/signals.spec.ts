import { violations } from './axe';
import { expect, test } from './fixtures';

test('the strip shows the signal that is picked, by keys too, and remembers it', async ({ solved: inspect }) => {
  const { page, strip, gate } = inspect;
  const section = page.locator('section').filter({ has: strip });
  const picker = page.getByTestId('signal-picker');
  const discrimination = page.getByTestId('discrimination');
  await expect(section.getByRole('heading')).toHaveText('Stability');
  await expect(gate).toBeVisible();
  await expect(discrimination).toContainText('69 % of pairs on tiny-math’s test problems');

  await picker.getByRole('radio', { name: 'Stability' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(section.getByRole('heading')).toHaveText('Log-probability');
  await expect(strip).toHaveAttribute('data-signal', 'pathLogprob');
  await expect(discrimination).toContainText('97 % of pairs');
  await expect(gate).toHaveCount(0);
  await expect(section).toContainText('Only stability is gated');
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
