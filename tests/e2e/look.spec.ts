import { expect, test } from './fixtures';
import { EXAMPLE } from './pages/solve-page';

declare global {
  interface Window {
    /** Sum of the layout shifts that no input has caused: what Chrome calls good is below 0.1. */
    layoutShift: number;
  }
}

/** Runs in the page, before its own scripts. */
function watchShifts(): void {
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    const shifts = list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[];
    for (const { value, hadRecentInput } of shifts) window.layoutShift += hadRecentInput ? 0 : value;
  }).observe({ type: 'layout-shift', buffered: true });
}

for (const size of [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]) {
  test(`nothing jumps while the page loads and paths are written, at ${size.width} pixels`, async ({ solvePage }) => {
    const { page } = solvePage;
    await page.setViewportSize(size);
    await page.addInitScript(watchShifts);
    await solvePage.openLoaded();
    await solvePage.solve(EXAMPLE, 16);
    // The observer gets a frame's shifts after it has been painted.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    expect(await page.evaluate(() => window.layoutShift)).toBeLessThan(0.1);
  });
}
