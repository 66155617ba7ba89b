import { expect, test } from './fixtures';
import { LargeRunPage } from './pages/large-run-page';

/** Where the pointer goes, as parts of the way. */
const PARTS = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85];

test('64 paths of 2,000 tokens: everything follows the pointer, and nothing is painted twice', async ({ page }) => {
  const run = new LargeRunPage(page);
  await run.open();
  await run.rows.evaluateAll((rows) => rows.forEach((row) => (row.dataset.sameElement = '')));

  await test.step('pointing at another path or step repaints no heatmap', async () => {
    const paints = await run.heatmapPaints();
    const seen = new Set<number>();
    for (const part of PARTS) {
      const before = await run.focusedPath();
      await run.pointDownRows(part);
      await expect.poll(() => run.focusedPath()).not.toBe(before);
      seen.add(await run.focusedPath());
    }
    expect(seen.size).toBe(PARTS.length);
    for (const part of PARTS) await run.pointAlongRow(part);
    expect(await run.heatmapPaints()).toBe(paints);
  });

  await test.step('dragging the gate takes the vote anew at every movement, with one painting each at most', async () => {
    const before = await run.heatmapPaints();
    const kept: number[] = [];
    await run.dragGate(async (move) => {
      for (const part of PARTS) {
        await move(part);
        await expect.poll(() => run.keptPaths()).not.toBe(kept.at(-1));
        kept.push(await run.keptPaths());
      }
    });
    // A gate further to the right keeps more paths.
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
    expect((await run.heatmapPaints()) - before).toBeLessThanOrEqual(PARTS.length + 1);
  });

  await test.step('marking steps marks ever more of two thousand tokens', async () => {
    await run.markSteps(async (move) => {
      for (const part of PARTS) {
        const before = await run.markedTokens();
        await move(part);
        await expect.poll(() => run.markedTokens()).toBeGreaterThan(before);
      }
    });
  });

  await test.step('no row was built again, and it all takes less than 300 MB', async () => {
    expect(await run.rows.evaluateAll((rows) => rows.filter((row) => 'sameElement' in row.dataset).length)).toBe(64);
    expect(await run.memory()).toBeLessThan(300);
  });
});
