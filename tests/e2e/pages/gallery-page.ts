import { expect, type Locator, type Page } from '@playwright/test';

/** The recorded runs: on Solve's empty result, on a page of their own, and the bar of the one that is shown. */
export class GalleryPage {
  readonly row: Locator;
  readonly bar: Locator;
  readonly play: Locator;
  readonly seek: Locator;
  readonly skip: Locator;
  readonly leave: Locator;

  constructor(readonly page: Page) {
    this.row = page.getByTestId('gallery-row');
    this.bar = page.getByTestId('player-bar');
    this.play = page.getByTestId('player-play');
    this.seek = page.getByTestId('player-seek');
    this.skip = page.getByTestId('player-skip');
    this.leave = page.getByTestId('leave-record');
  }

  async open(): Promise<void> {
    await this.page.evaluate(() => (location.hash = '#/gallery'));
    await expect(this.page.getByTestId('gallery-entry')).toHaveCount(5);
  }

  entry(kind: string): Locator {
    return this.page.locator(`[data-testid="gallery-entry"][data-kind="${kind}"]`);
  }

  /** Shows a recording from the gallery's page, finished. */
  async show(kind: string): Promise<void> {
    await this.open();
    await this.entry(kind).getByTestId('show-recording').click();
    await expect(this.bar).toHaveAttribute('data-kind', kind);
  }

  async step(): Promise<number> {
    return Number(await this.seek.inputValue());
  }

  async isPlaying(plays: boolean): Promise<void> {
    await expect(this.play).toHaveAttribute('data-state', plays ? 'playing' : 'paused');
  }
}
