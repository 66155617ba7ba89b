import { expect, test } from '../../../tests/e2e/fixtures';
import { LargeRunPage } from '../../../tests/e2e/pages/large-run-page';
import { calibrate, Figures } from './figures';
import { medianFrame, ROUNDS, startWatch } from './frames';
import { longestMainThreadTaskMs, TRACE_CATEGORIES } from './trace';

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
  const figures = new Figures(await calibrate(solvePage.page));
  figures.add('model loaded', ready, 20_000);
  figures.add('first token after Solve', (await solvePage.moment('first-token')) - solve, 10_000);
  figures.add('verdict, 8 paths', await solvePage.moment('verdict'), 60_000);
  figures.add('longest task of the main thread while sampling, CPU', longestMainThreadTaskMs(trace), 100);
  figures.finish();
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
  const figures = new Figures(await calibrate(page));
  const frame = (move: (part: number) => Promise<void>) => medianFrame(page, move);
  figures.add('opening 64 × 2,000 tokens', Math.min(...openings), 2000);
  figures.add('pointing down the rows, a frame', await frame((part) => run.pointDownRows(part)), 16);
  figures.add('pointing along a row, a frame', await frame((part) => run.pointAlongRow(part)), 16);
  figures.add('dragging the gate, a frame', await run.dragGate(frame), 50);
  figures.add('marking steps, a frame', await run.markSteps(frame), 33);
  console.log(`memory: ${(await run.memory()).toFixed(0)} MB (built to 300)`);
  figures.finish();
});
