import type { Locator, Page } from '@playwright/test';
import { largeRun } from '../../fixtures/large-run';
import { writeRun } from '../../../src/records/run-document';

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
const ROUNDS = 3;
/** Time for a frame to come and go before the next movement, ms. */
const PAUSE_MS = 30;
const BYTES_PER_MB = 1e6;

/** The View page with the largest run there can be, and a stopwatch. */
export class LargeRunPage {
  readonly rows: Locator;
  readonly gate: Locator;
  readonly strip: Locator;
  readonly trace: Locator;

  constructor(readonly page: Page) {
    this.rows = page.getByTestId('path-row');
    this.gate = page.getByTestId('gate-handle');
    this.strip = page.getByTestId('stability-strip');
    this.trace = page.getByTestId('entropy-trace');
  }

  /** @returns ms from the choice of the file to the painted sheet */
  async open(): Promise<number> {
    await this.page.addInitScript(startWatch);
    await this.page.goto('./#/view');
    const buffer = Buffer.from(JSON.stringify(writeRun(largeRun())));
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      if (round > 0) await this.page.reload();
      const file = this.page.getByTestId('view-file');
      await file.setInputFiles({ name: 'large-run.json', mimeType: 'application/json', buffer });
      await this.page.waitForFunction(() => window.timings.shownAt > 0);
      times.push(await this.page.evaluate(() => window.timings.shownAt - window.timings.openedAt));
    }
    return Math.min(...times);
  }

  /** Median ms a frame while the pointer goes down the rows: a path after the other comes into focus. */
  overRows(): Promise<number> {
    return this.medianFrame(async (part) => {
      const { x, y, width, height } = await boxOf(this.page.getByTestId('overview'));
      const low = Math.min(y + height, 780);
      await this.page.mouse.move(x + width * (0.3 + 0.2 * part), y + 30 + (low - y - 30) * part);
    });
  }

  /** Median ms a frame while the pointer goes along a row: a step after the other. */
  alongRow(): Promise<number> {
    return this.medianFrame(async (part) => {
      const { x, y, width } = await boxOf(this.page.getByTestId('overview'));
      await this.page.mouse.move(x + width * (0.1 + 0.4 * part), y + 60);
    });
  }

  /** Median ms a frame while the gate is dragged across the paths. */
  async draggingGate(): Promise<number> {
    await this.strip.scrollIntoViewIfNeeded();
    const strip = await boxOf(this.strip);
    const handle = await boxOf(this.gate);
    const y = handle.y + 8;
    await this.page.mouse.move(handle.x + handle.width / 2, y);
    await this.page.mouse.down();
    const median = await this.medianFrame((part) =>
      this.page.mouse.move(strip.x + strip.width * (0.1 + 0.8 * part), y),
    );
    await this.page.mouse.up();
    return median;
  }

  /** Median ms a frame while steps of the trace are marked, with the text below in view. */
  async brushing(): Promise<number> {
    await this.trace.evaluate((trace) => trace.scrollIntoView({ block: 'start' }));
    const plot = await boxOf(this.trace.locator('.plot'));
    const y = plot.y + plot.height / 2;
    await this.page.mouse.move(plot.x + 0.05 * plot.width, y);
    await this.page.mouse.down();
    const median = await this.medianFrame((part) => this.page.mouse.move(plot.x + (0.1 + 0.5 * part) * plot.width, y));
    await this.page.mouse.up();
    const marked = await this.page.getByTestId('token-view').locator('span[data-marked]').count();
    if (marked === 0) throw new Error('No step has been marked.');
    return median;
  }

  /** MB of the page's heap, its DOM and its arrays, after what is no longer used has been cleared away. */
  async memory(): Promise<number> {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize, embedderHeapUsedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return (usedSize + embedderHeapUsedSize + backingStorageSize) / BYTES_PER_MB;
  }

  /** @param move to a part, 0 … 1, of the way */
  private async medianFrame(move: (part: number) => Promise<void>): Promise<number> {
    const medians: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await this.page.evaluate(() => (window.timings.frames = []));
      for (let i = 0; i < MOVES; i++) {
        await move((round % 2 === 0 ? i : MOVES - i) / MOVES);
        await this.page.waitForTimeout(PAUSE_MS);
      }
      const frames = await this.page.evaluate(() => window.timings.frames);
      if (frames.length < 30) throw new Error(`Only ${frames.length} of ${MOVES} movements led to a frame.`);
      medians.push(frames.toSorted((a, b) => a - b)[Math.floor(frames.length / 2)] ?? Infinity);
    }
    return Math.min(...medians);
  }
}

async function boxOf(element: Locator) {
  const box = await element.boundingBox();
  if (box === null) throw new Error('The element is not drawn.');
  return box;
}

/** Runs in the page, before its own scripts. */
function startWatch(): void {
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
