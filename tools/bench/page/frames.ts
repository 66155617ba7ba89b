import type { Page } from '@playwright/test';

/** What the page's own clock says, kept by the script below. */
interface Timings {
  /** Milliseconds of the main thread, one a frame that followed a movement: from the event to what comes after painting. */
  frames: number[];
  openedAt: number;
  shownAt: number;
}

declare global {
  interface Window {
    timings: Timings;
  }
}

/** Frames to a median. */
const MOVES = 36;
/** Rounds in which the page may show what it can: other programs at work must not count against it. */
export const ROUNDS = 3;
/** Time for a frame to come and go before the next movement, ms. */
const PAUSE_MS = 30;

/** Median ms a frame, the best of some rounds. @param move to a part, 0 … 1, of the way */
export async function medianFrame(page: Page, move: (part: number) => Promise<void>): Promise<number> {
  const medians: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.evaluate(() => (window.timings.frames = []));
    for (let i = 0; i < MOVES; i++) {
      await move((round % 2 === 0 ? i : MOVES - i) / MOVES);
      await page.waitForTimeout(PAUSE_MS);
    }
    const frames = await page.evaluate(() => window.timings.frames);
    medians.push(frames.toSorted((a, b) => a - b)[Math.floor(frames.length / 2)] ?? Infinity);
  }
  return Math.min(...medians);
}

/** Runs in the page, before its own scripts. */
export function startWatch(): void {
  const timings: Timings = { frames: [], openedAt: 0, shownAt: 0 };
  window.timings = timings;
  const painted = new MessageChannel();
  let begun = 0;
  painted.port1.onmessage = () => {
    timings.frames.push(performance.now() - begun);
    begun = 0;
  };
  const move = () => {
    if (begun !== 0) return;
    begun = performance.now();
    // The message is handled after the frame that these callbacks belong to has been laid out and painted.
    requestAnimationFrame(() => painted.port2.postMessage(null));
  };
  addEventListener('pointermove', move, true);
  addEventListener('change', () => (timings.openedAt ||= performance.now()), true);
  const shown = new MutationObserver(() => {
    if (document.querySelector('[data-testid="path-row"]') === null) return;
    shown.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => (timings.shownAt = performance.now())));
  });
  shown.observe(document, { childList: true, subtree: true });
}
