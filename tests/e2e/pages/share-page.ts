import { expect, type Locator, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';

/** What the verdict card says, figures included. */
export interface VerdictData {
  readonly answer: string | null;
  readonly rule: string | null;
  readonly sasc: string | null;
  readonly majority: string | null;
  readonly share: string | null;
}

export async function verdictOf(page: Page): Promise<VerdictData> {
  const read = (name: string) => page.getByTestId('verdict').getAttribute(`data-${name}`);
  const [answer, rule, sasc, majority, share] = await Promise.all([
    ...[read('answer'), read('rule')],
    ...[read('sasc'), read('majority'), read('share')],
  ]);
  return {
    answer: answer ?? null,
    rule: rule ?? null,
    sasc: sasc ?? null,
    majority: majority ?? null,
    share: share ?? null,
  };
}

/** The dialog in which a result, or a task, is shared. */
export class ShareDialog {
  readonly dialog: Locator;
  readonly url: Locator;
  readonly classUrl: Locator;

  constructor(readonly page: Page) {
    this.dialog = page.getByTestId('share-dialog');
    this.url = page.getByTestId('share-url');
    this.classUrl = page.getByTestId('class-url');
  }

  async open(): Promise<void> {
    await this.page.getByTestId('share-button').click();
    await expect(this.dialog).toBeVisible();
  }

  async close(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await expect(this.dialog).toHaveCount(0);
  }

  /** The bytes of the file that a button saves. */
  async saved(testid: string): Promise<Buffer> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.page.getByTestId(testid).click()]);
    return readFile(await download.path());
  }
}

/** The View page: somebody's run, to be looked at. */
export class ViewPage {
  readonly verdict: Locator;
  readonly rows: Locator;
  readonly fault: Locator;
  readonly detail: Locator;
  readonly problem: Locator;

  constructor(readonly page: Page) {
    this.verdict = page.getByTestId('verdict');
    this.rows = page.getByTestId('path-row');
    this.fault = page.getByTestId('view-fault');
    this.detail = page.getByTestId('view-detail');
    this.problem = page.getByTestId('view-problem');
  }

  /** As a phone or a school computer without WebGPU opens it. */
  static async withoutGpu(page: Page): Promise<ViewPage> {
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
    return new ViewPage(page);
  }

  async drop(name: string, type: string, bytes: Buffer): Promise<void> {
    const file = { name, type, base64: bytes.toString('base64') };
    const transfer = await this.page.evaluateHandle(async ({ name, type, base64 }) => {
      const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([data], name, { type }));
      return transfer;
    }, file);
    await this.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  }
}
