import { expect, test } from '../../../tests/e2e/fixtures';
import { LargeRunPage } from '../../../tests/e2e/pages/large-run-page';
import { medianFrame, ROUNDS, startWatch } from './frames';
import { longestMainThreadTaskMs, TRACE_CATEGORIES } from './trace';

/** What the page is built to, on a software GPU and two idle cores: printed beside each figure, never asserted. */
function print(name: string, figure: number, unit: string, builtTo: number): void {
  console.log(`${name}: ${figure.toFixed(1)} ${unit} (built to ${builtTo})`);
}

test('a first visit', async ({ solvePage, browser }) => {
  await solvePage.open();
  await solvePage.engineIsReady();
  await solvePage.paths.fill('8');
  await browser.startTracing(solvePage.page, { categories: TRACE_CATEGORIES });
  await solvePage.solveButton.click();
  await solvePage.hasState('done');
  const trace = await browser.stopTracing();
  const ready = await solvePage.moment('engine-ready');
  const solve = await solvePage.moment('solve');
  print('model loaded', ready, 'ms', 20_000);
  print('first token after Solve', (await solvePage.moment('first-token')) - solve, 'ms', 10_000);
  print('verdict, 8 paths', await solvePage.moment('verdict'), 'ms', 60_000);
  print('longest task of the main thread while sampling', longestMainThreadTaskMs(trace), 'ms CPU', 100);
});

test('64 paths of 2,000 tokens', async ({ page }) => {
  const run = new LargeRunPage(page);
  await page.addInitScript(startWatch);
  await run.goto();
  const openings: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await page.reload();
    await run.chooseFile();
    await page.waitForFunction(() => window.timings.shownAt > 0);
    openings.push(await page.evaluate(() => window.timings.shownAt - window.timings.openedAt));
  }
  await expect(run.rows).toHaveCount(64);
  const frame = (move: (part: number) => Promise<void>) => medianFrame(page, move);
  print('opening', Math.min(...openings), 'ms', 2000);
  print('pointing down the rows', await frame((part) => run.pointDownRows(part)), 'ms a frame', 16);
  print('pointing along a row', await frame((part) => run.pointAlongRow(part)), 'ms a frame', 16);
  print('dragging the gate', await run.dragGate(frame), 'ms a frame', 50);
  print('marking steps', await run.markSteps(frame), 'ms a frame', 33);
  print('memory', await run.memory(), 'MB', 300);
});
