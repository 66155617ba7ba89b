import { expect, type Locator, type Page } from '@playwright/test';
import { writeRun } from '../../../src/run/formats/run-document';
import type { RunRecord } from '../../../src/run/saved-run';
import { SolvePage } from './solve-page';

/** What the caption of marked steps says. */
export interface MarkedSteps {
  readonly first: number;
  readonly last: number;
}

/** The result of a run that has ended, as a reader works with it. */
export class InspectPage extends SolvePage {
  readonly trace: Locator;
  readonly tokens: Locator;
  readonly pathSection: Locator;
  readonly caption: Locator;
  readonly branches: Locator;
  readonly overviewRange: Locator;
  readonly overviewWindow: Locator;
  readonly comparison: Locator;

  constructor(page: Page) {
    super(page);
    this.trace = page.getByTestId('entropy-trace');
    this.tokens = page.getByTestId('token-view');
    this.pathSection = page.locator('section').filter({ has: this.trace });
    this.caption = this.pathSection.locator('header .cap');
    this.branches = page.getByTestId('branch');
    this.overviewRange = page.getByTestId('overview-range');
    this.overviewWindow = page.getByTestId('overview-window');
    this.comparison = page.getByTestId('compare');
  }

  /** Opens a run's file where runs are only looked at. */
  async openRun(run: RunRecord): Promise<void> {
    await this.page.goto('/#/view');
    const buffer = Buffer.from(JSON.stringify(writeRun(run)));
    await this.page.getByTestId('view-file').setInputFiles({ name: 'run.json', mimeType: 'application/json', buffer });
    await expect(this.rows.first()).toBeVisible();
  }

  /** Puts a row in focus, pinned. `path`: as the page numbers it. */
  async pick(path: string): Promise<void> {
    // On the number: a place over the bar would choose a step as well.
    await this.page.locator(`[data-path="${path}"] [role="rowheader"]`).click();
    await expect(this.pathSection.getByRole('heading')).toHaveText(`Path ${path}`);
  }

  /** Drags over the trace, from one part of its width to another. */
  async drag(from: number, to: number): Promise<void> {
    await this.trace.evaluate((node) => node.scrollIntoView({ block: 'center' }));
    const box = await this.plotBox();
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + from * box.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + ((from + to) / 2) * box.width, y);
    await this.page.mouse.move(box.x + to * box.width, y);
    await this.page.mouse.up();
  }

  /** Moves fingers over the trace, each from one part of its width to another; they come down one after the other. */
  async swipe(from: readonly number[], to: readonly number[]): Promise<void> {
    await this.trace.evaluate((node) => node.scrollIntoView({ block: 'center' }));
    const box = await this.plotBox();
    const session = await this.page.context().newCDPSession(this.page);
    const fingersAt = (part: number) =>
      from.map((start, id) => {
        const x = start + ((to[id] ?? start) - start) * part;
        return { id, x: box.x + x * box.width, y: box.y + box.height / 2 };
      });
    for (let down = 1; down <= from.length; down++) {
      await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingersAt(0).slice(0, down) });
    }
    for (const part of [0.25, 0.5, 0.75, 1]) {
      await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingersAt(part) });
    }
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }

  /** Turns the wheel over the middle of the trace with Ctrl held, as a touchpad does for a pinch. */
  async zoomIn(): Promise<void> {
    const box = await this.plotBox();
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await this.page.keyboard.down('Control');
    await this.page.mouse.wheel(0, -120);
    await this.page.keyboard.up('Control');
  }

  /** Steps that the caption says are marked. */
  async markedSteps(): Promise<MarkedSteps> {
    const [, first, last] = /Steps (\d+) to (\d+):/.exec(await this.caption.innerText()) ?? [];
    return { first: Number(first), last: Number(last) };
  }

  /** Tokens of the text that are marked. */
  markedTokens(): Promise<number> {
    return this.tokens.locator('span[data-marked]').count();
  }

  async arrange(order: string): Promise<void> {
    await this.page.getByTestId('row-order').click();
    await this.page.getByRole('option', { name: order }).click();
  }

  async show(filter: string | RegExp): Promise<void> {
    await this.page.getByTestId('row-filter').click();
    await this.page.getByRole('option', { name: filter }).first().click();
  }

  private async plotBox() {
    const box = await this.trace.locator('.plot').boundingBox();
    if (box === null) throw new Error('There is no trace.');
    return box;
  }
}
