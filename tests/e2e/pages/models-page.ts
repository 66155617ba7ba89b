import { expect, type Locator, type Page } from '@playwright/test';
import { patience } from '../../patience';

/** The Models page as a user sees it. */
export class ModelsPage {
  readonly url: Locator;
  readonly addFailure: Locator;

  constructor(readonly page: Page) {
    this.url = page.getByTestId('add-url-input');
    this.addFailure = page.getByTestId('add-failure');
  }

  async open(): Promise<void> {
    await this.page.goto('/#/models');
    await expect(this.card('tiny-math')).toHaveAttribute('data-state', 'embedded');
  }

  card(id: string): Locator {
    return this.page.locator(`[data-testid="model-card"][data-model="${id}"]`);
  }

  async hasState(id: string, state: string): Promise<void> {
    await expect(this.card(id)).toHaveAttribute('data-state', state, { timeout: patience(60_000) });
  }

  /** Presses one of a model's buttons by its test id. */
  async press(id: string, button: string): Promise<void> {
    await this.card(id).getByTestId(button).click();
  }

  async addUrl(url: string): Promise<void> {
    await this.url.fill(url);
    await this.page.getByTestId('add-url-button').click();
  }

  /** Drops a folder of the disk where models are added, as the desktop does. */
  async dropFolder(path: string): Promise<void> {
    const button = this.page.getByTestId('add-folder-button');
    await button.scrollIntoViewIfNeeded();
    const box = await button.boundingBox();
    if (box === null) throw new Error('There is no place to drop a folder.');
    const session = await this.page.context().newCDPSession(this.page);
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    const place = { x: box.x + box.width + 20, y: box.y + box.height / 2, data };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, ...place });
    }
  }

  /** What the browser keeps, cache by cache. */
  kept(): Promise<Record<string, string[]>> {
    return this.page.evaluate(async () => {
      const names = (await caches.keys()).filter((name) => /^(webllm|sasc)\//.test(name));
      const entries = names.map(async (name) => {
        const keys = await (await caches.open(name)).keys();
        return [name, keys.map(({ url }) => url).sort()] as const;
      });
      return Object.fromEntries((await Promise.all(entries)).filter(([, urls]) => urls.length > 0));
    });
  }

  /** Changes a byte of a kept file, as a failing disk would. */
  damage(url: string): Promise<void> {
    return this.page.evaluate(async (url) => {
      const cache = await caches.open('webllm/model');
      const kept = await cache.match(url);
      if (kept === undefined) throw new Error(`${url} is not kept.`);
      const bytes = new Uint8Array(await kept.arrayBuffer());
      bytes[5000] = (bytes[5000] ?? 0) ^ 1;
      await cache.put(url, new Response(bytes, { headers: kept.headers }));
    }, url);
  }
}
