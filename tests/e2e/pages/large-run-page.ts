import { expect, type Locator, type Page } from '@playwright/test';
import { largeRun } from '../../fixtures/large-run';
import { writeRun } from '../../../src/run/formats/run-document';

declare global {
  interface Window {
    /** Times that the overview's heatmap was painted: nothing else on the page puts image data. */
    heatmapPaints: number;
  }
}

const BYTES_PER_MB = 1e6;

/** The View page with the largest run there can be. */
export class LargeRunPage {
  readonly rows: Locator;
  readonly gate: Locator;
  readonly strip: Locator;
  readonly trace: Locator;
  readonly tokens: Locator;
  readonly #file = {
    name: 'large-run.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(writeRun(largeRun()))),
  };

  constructor(readonly page: Page) {
    this.rows = page.getByTestId('path-row');
    this.gate = page.getByTestId('gate-handle');
    this.strip = page.getByTestId('stability-strip');
    this.trace = page.getByTestId('entropy-trace');
    this.tokens = page.getByTestId('token-view');
  }

  async goto(): Promise<void> {
    await this.page.addInitScript(countHeatmapPaints);
    await this.page.goto('./#/view');
  }

  async chooseFile(): Promise<void> {
    await this.page.getByTestId('view-file').setInputFiles(this.#file);
  }

  async open(): Promise<void> {
    await this.goto();
    await this.chooseFile();
    await expect(this.rows).toHaveCount(64);
  }

  /** @param part how far down the rows, 0 … 1 */
  async pointDownRows(part: number): Promise<void> {
    const { x, y, width, height } = await boxOf(this.page.getByTestId('overview'));
    const low = Math.min(y + height, 780);
    await this.page.mouse.move(x + width * (0.3 + 0.2 * part), y + 30 + (low - y - 30) * part);
  }

  /** @param part how far along the third row, 0 … 1 */
  async pointAlongRow(part: number): Promise<void> {
    const { x, y, width } = await boxOf(this.page.getByTestId('overview'));
    await this.page.mouse.move(x + width * (0.1 + 0.4 * part), y + 60);
  }

  /** @param during is given what moves the gate to a part, 0 … 1, of the strip */
  async dragGate<T>(during: (move: (part: number) => Promise<void>) => Promise<T>): Promise<T> {
    await this.strip.scrollIntoViewIfNeeded();
    const strip = await boxOf(this.strip);
    const handle = await boxOf(this.gate);
    const y = handle.y + 8;
    await this.page.mouse.move(handle.x + handle.width / 2, y);
    await this.page.mouse.down();
    const result = await during((part) => this.page.mouse.move(strip.x + strip.width * (0.1 + 0.8 * part), y));
    await this.page.mouse.up();
    return result;
  }

  /** @param during is given what marks the steps of the trace up to a part, 0 … 1; the text below is in view */
  async markSteps<T>(during: (move: (part: number) => Promise<void>) => Promise<T>): Promise<T> {
    await this.trace.evaluate((trace) => trace.scrollIntoView({ block: 'start' }));
    const plot = await boxOf(this.trace.locator('.plot'));
    const y = plot.y + plot.height / 2;
    await this.page.mouse.move(plot.x + 0.05 * plot.width, y);
    await this.page.mouse.down();
    const result = await during((part) => this.page.mouse.move(plot.x + (0.1 + 0.5 * part) * plot.width, y));
    await this.page.mouse.up();
    return result;
  }

  /** Number of the path in focus, from 1. */
  async focusedPath(): Promise<number> {
    return Number(await this.page.locator('[data-testid=path-row][aria-selected=true]').getAttribute('data-path'));
  }

  keptPaths(): Promise<number> {
    return this.page.locator('[data-testid=path-row][data-status=kept]').count();
  }

  markedTokens(): Promise<number> {
    return this.tokens.locator('span[data-marked]').count();
  }

  heatmapPaints(): Promise<number> {
    return this.page.evaluate(() => window.heatmapPaints);
  }

  /** MB of the page's heap, its DOM and its arrays, after what is no longer used has been cleared away. */
  async memory(): Promise<number> {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize, embedderHeapUsedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return (usedSize + embedderHeapUsedSize + backingStorageSize) / BYTES_PER_MB;
  }
}

async function boxOf(element: Locator) {
  const box = await element.boundingBox();
  if (box === null) throw new Error('The element is not drawn.');
  return box;
}

/** Runs in the page, before its own scripts. */
function countHeatmapPaints(): void {
  window.heatmapPaints = 0;
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function (...args: unknown[]) {
    window.heatmapPaints++;
    Reflect.apply(putImageData, this, args);
  };
}
