import { writeRun } from '../../src/run/formats/run-document';
import { largeRun } from '../fixtures/large-run';
import { syntheticRun } from '../fixtures/synthetic-run';
import { violations } from './axe';
import { expect, test as base } from './fixtures';
import { VotePage } from './pages/vote-page';
import { patience } from '../patience';

/** A recorded run in the View page: the votes are explained there as they are after sampling, and need no GPU. */
const test = base.extend<{ votes: VotePage }>({
  votes: async ({ page }, use) => {
    const { trace } = syntheticRun({ paths: 16, seed: 5, capacity: 160, sentences: 4 });
    const record = { ...largeRun(), id: 'vote', settings: { ...largeRun().settings, paths: 16 }, trace };
    const buffer = Buffer.from(JSON.stringify(writeRun(record)));
    const votes = new VotePage(page);
    await page.goto('./#/view');
    await page.getByTestId('view-file').setInputFiles({ name: 'run.json', mimeType: 'application/json', buffer });
    await expect(votes.rows).toHaveCount(16);
    await use(votes);
  },
});

test('what if: other rules on the same paths say what they change, and are marked wherever it shows', async ({
  votes,
}) => {
  const { outcome, marks } = votes;
  const own = { weights: await votes.weights(), stabilities: await votes.stabilities() };
  await votes.openPanel('whatif');
  await expect(outcome).toHaveText(/^These are the run’s own rules: .+ wins with \d+ % of the vote weight\.$/);
  await expect(marks).toHaveCount(0);

  await test.step('another K: other stabilities, without sampling again', async () => {
    await votes.choose('Entropy over the top', '5');
    await expect(outcome).toHaveText(/^With K = 5 /);
    // The fixture's entropies at K = 5 are 0.6 times those at 20: s with them.
    const stabilities = await votes.stabilities();
    own.stabilities.forEach((s, path) => expect(stabilities[path]).toBeCloseTo(0.6 * (s ?? NaN), 5));
    // The overview's figures, the strip's and the verdict's.
    await expect(marks).toHaveCount(3);
    await expect(marks.first()).toHaveAttribute('title', /K = 5/);
  });

  await test.step('back to the run’s own rules', async () => {
    await votes.page.getByTestId('whatif-reset').click();
    await expect(marks).toHaveCount(0);
    await expect.poll(() => votes.weights()).toEqual(own.weights);
  });

  await test.step('the gate alone: every survivor weighs 1', async () => {
    const flips = await votes.isMarked('Gate and weights', 'gate alone');
    const elected = await votes.elected.getAttribute('data-answer');
    await votes.choose('Gate and weights', 'gate alone');
    const kept = own.weights.map((weight) => (weight === null ? null : 1));
    await expect.poll(() => votes.weights()).toEqual(kept);
    await expect(outcome).toHaveText(flips ? /would win instead of/ : /the answer stays/);
    expect((await votes.elected.getAttribute('data-answer')) !== elected).toBe(flips);
  });

  await test.step('weights alone: nobody is filtered', async () => {
    await votes.choose('Gate and weights', 'weights alone');
    await expect.poll(async () => (await votes.rowData()).filter(({ status }) => status === 'gated')).toEqual([]);
    await expect(outcome).toHaveText(/With no gate .* would be kept\./);
  });
});

test('each path’s part in the vote: segments and rows are one focus, and a sentence says what it decides', async ({
  votes,
}) => {
  const { page, influence } = votes;
  const table = await votes.tableOf('Votes');
  expect(table).toHaveLength(16);
  // path, answer, s, weight, of all weight, without it, share then, decides
  for (const [path = '', , , , share = '', without = '', , decides = ''] of table) {
    await page.locator(`[data-path="${path}"] [role="rowheader"]`).hover();
    const row = (await votes.rowData()).find((one) => one.path === path);
    if (row?.answer === null) await expect(influence).toHaveText(new RegExp(`^Path ${path} has no vote\\.`));
    else if (row?.weight === null) await expect(influence).toHaveText(new RegExp(`^Path ${path} is filtered`));
    else {
      const words = decides === '' ? `without it ${without} would still win` : `without it ${without} would win`;
      await expect(influence).toContainText(`Path ${path} has ${share} of the vote weight; ${words}`);
    }
  }
  const segment = votes.elected.locator('i[data-path]').first();
  const path = Number(await segment.getAttribute('data-path'));
  await segment.hover();
  await expect(page.locator(`[data-testid="path-row"][data-path="${path + 1}"]`)).toHaveAttribute(
    'aria-selected',
    'true',
  );
});

test('replay: the vote after each finished path, by keys and by itself', async ({ votes }) => {
  const { page, position, elected } = votes;
  const last = await elected.getAttribute('data-answer');
  await votes.openPanel('replay');
  const moments = await votes.tableOf('Replay');
  expect(moments).toHaveLength(16);
  // Sampled together, the shorter path ends first.
  const lengths = await page
    .getByTestId('path-row')
    .evaluateAll((rows) => rows.map((row) => Number(row.children[2]?.textContent?.match(/\d+/)?.[0])));
  const order = moments.map(([, path]) => lengths[Number(path) - 1] ?? NaN);
  expect(order).toEqual(order.toSorted((a, b) => a - b));

  await position.focus();
  await page.keyboard.press('Home');
  await expect(position).toHaveAttribute('aria-valuetext', '1 of 16');
  for (const [count = '', , , leader = '', share = ''] of moments.slice(0, 6)) {
    await expect(position).toHaveAttribute('aria-valuetext', `${count} of 16`);
    if (leader !== '–') {
      await expect(
        page.getByText(`After ${count} of 16 finished paths ${leader} leads with ${Math.round(100 * Number(share))} %`),
      ).toBeVisible();
    }
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('End');
  await expect(elected).toHaveAttribute('data-answer', last ?? '');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.getByTestId('replay-play').click();
  await expect(position).toHaveAttribute('aria-valuetext', '16 of 16', { timeout: patience(10_000) });
  await expect(page.getByTestId('replay-play')).toHaveText('Play');
});

test('axe finds no violation in panels and tables, and they fit a phone', async ({ votes }) => {
  const { page } = votes;
  await votes.openPanel('whatif');
  await votes.openPanel('replay');
  for (const toggle of await page.getByTestId('table-toggle').all()) await toggle.click();
  for (const size of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    expect(await violations(page)).toEqual([]);
    const surplus = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(surplus).toBe(0);
  }
});
