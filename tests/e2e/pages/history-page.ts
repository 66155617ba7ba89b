import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';

/** The History page as a user sees it, and the bar over a run that was opened from it. */
export class HistoryPage {
  readonly runs: Locator;
  readonly search: Locator;
  readonly notice: Locator;
  /** Above the result of Solve. */
  readonly bar: Locator;
  readonly goOn: Locator;

  constructor(readonly page: Page) {
    this.runs = page.getByTestId('kept-run');
    this.search = page.getByTestId('history-search');
    this.notice = page.getByTestId('history-notice');
    this.bar = page.getByTestId('record-bar');
    this.goOn = page.getByTestId('go-on-button');
  }

  async open(): Promise<void> {
    await this.page.evaluate(() => (location.hash = '#/history'));
    await expect(this.search).toBeVisible();
  }

  /** Of the runs listed, as they are listed. */
  names(): Promise<string[]> {
    return this.runs.getByTestId('open-run').allInnerTexts();
  }

  run(name: string | RegExp): Locator {
    return this.runs.filter({ has: this.page.getByTestId('open-run').filter({ hasText: name }) });
  }

  async rename(run: Locator, name: string): Promise<void> {
    await run.getByTestId('rename-run').click();
    await this.page.getByTestId('run-name-input').fill(name);
    await this.page.keyboard.press('Enter');
    await expect(this.run(name)).toHaveCount(1);
  }

  async show(run: Locator): Promise<void> {
    await run.getByTestId('open-run').click();
    await expect(this.bar).toBeVisible();
  }

  async clear(): Promise<void> {
    await this.page.getByTestId('clear-history').click();
    await this.page.getByTestId('clear-history-yes').click();
    await expect(this.runs).toHaveCount(0);
  }

  /** Paths of the run being written that the browser has kept as ended: what a reload cannot cost. */
  keptPaths(): Promise<number> {
    return this.page.evaluate(async () => {
      const done = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error ?? new Error('no history'));
        });
      const database = await done(indexedDB.open('sasc-lab.history'));
      const entries = await done(database.transaction('entries').objectStore('entries').getAll());
      database.close();
      return Math.max(0, ...entries.map(({ state, finished }) => (state === 'running' ? finished : 0)));
    });
  }

  /** The text of the file that “Export all” saves. */
  async exported(): Promise<string> {
    const download = this.page.waitForEvent('download');
    await this.page.getByTestId('export-history').click();
    return readFile(await (await download).path(), 'utf8');
  }

  async import(text: string): Promise<void> {
    const file = { name: 'history.json', mimeType: 'application/json', buffer: Buffer.from(text) };
    await this.page.getByTestId('history-file').setInputFiles(file);
  }

  async says(kind: string, words: RegExp): Promise<void> {
    await expect(this.notice).toHaveAttribute('data-kind', kind);
    await expect(this.notice).toContainText(words);
  }
}
