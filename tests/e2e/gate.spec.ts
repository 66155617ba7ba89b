import { expect, test } from './fixtures';
import type { PathRowData, SolvePage } from './pages/solve-page';

/** Paths in the pool, steadiest first. */
async function pool(page: SolvePage): Promise<(PathRowData & { stability: number; answer: string })[]> {
  const rows = await page.rowData();
  return rows
    .flatMap((row) =>
      row.answer === null || row.stability === null ? [] : [{ ...row, answer: row.answer, stability: row.stability }],
    )
    .sort((a, b) => a.stability - b.stability);
}

async function keptCount(page: SolvePage): Promise<number> {
  return (await page.rowData()).filter((row) => row.status === 'kept').length;
}

test('the gate, by keys and by pointer, takes the vote anew', async ({ solved: solvePage }) => {
  const { page, gate, verdict, strip } = solvePage;
  const steady = await pool(solvePage);
  const lowest = steady[0];
  const highest = steady.at(-1);
  if (lowest === undefined || highest === undefined || lowest.stability === highest.stability) {
    throw new Error('This example no longer gives paths of different stability: choose another.');
  }
  const caption = strip.locator('xpath=ancestor::section[1]').locator('.cap');
  const before = { caption: await caption.innerText(), kept: await keptCount(solvePage) };

  await test.step('Home: only the steadiest votes', async () => {
    await gate.focus();
    await gate.press('Home');
    await expect(verdict).toHaveAttribute('data-sasc', lowest.answer);
    const survivors = steady.filter((row) => row.stability <= lowest.stability).length;
    expect(await keptCount(solvePage)).toBe(survivors);
    await expect(caption).not.toHaveText(before.caption);
  });

  await test.step('End: everyone with an answer votes', async () => {
    await gate.press('End');
    await expect.poll(() => keptCount(solvePage)).toBe(steady.length);
  });

  await test.step('Escape: back to the percentile', async () => {
    await gate.press('Escape');
    await expect(caption).toHaveText(before.caption);
    expect(await keptCount(solvePage)).toBe(before.kept);
  });

  await test.step('dragged far to the left', async () => {
    const box = await gate.boundingBox();
    const plot = await strip.boundingBox();
    if (box === null || plot === null) throw new Error('The gate is not drawn.');
    await page.mouse.move(box.x + box.width / 2, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(plot.x + 30, box.y + 8, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => keptCount(solvePage)).toBeLessThan(before.kept);
    await expect(caption).not.toHaveText(before.caption);
  });
});

test('the published method and its softened variant, on the same paths', async ({ solved: solvePage }) => {
  const weights = async () => (await solvePage.rowData()).map((row) => row.weight);
  const published = await weights();
  await solvePage.openAdvanced();
  await solvePage.slide('Weight smoothing (τ)', 4);
  await expect.poll(weights).not.toEqual(published);
  const softened = await weights();
  // w = e^(−z/τ): at τ = 4 every weight is the fourth root of what it was.
  published.forEach((weight, path) => {
    if (weight !== null) expect(softened[path]).toBeCloseTo(weight ** 0.25, 6);
  });
  await solvePage.page.getByRole('button', { name: 'Reset to defaults' }).click();
  await expect.poll(weights).toEqual(published);
});
