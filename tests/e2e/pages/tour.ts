import { expect, type Locator, type Page } from '@playwright/test';

/** The guided tour over the page. */
export class Tour {
  readonly offer: Locator;
  readonly card: Locator;
  readonly title: Locator;
  readonly next: Locator;
  readonly back: Locator;

  constructor(readonly page: Page) {
    this.offer = page.getByTestId('tour-offer');
    this.card = page.getByTestId('tour');
    this.title = this.card.getByRole('heading');
    this.next = page.getByTestId('tour-next');
    this.back = page.getByTestId('tour-back');
  }

  async start(): Promise<void> {
    await this.page.getByTestId('tour-start').first().click();
    await this.isAt('problem');
  }

  async isAt(step: string): Promise<void> {
    await expect(this.card).toHaveAttribute('data-step', step);
    await expect(this.title).toBeFocused();
  }

  /** Whether the card stands whole within the window. */
  async isWhole(): Promise<boolean> {
    const box = await this.card.boundingBox();
    const view = this.page.viewportSize();
    if (box === null || view === null) return false;
    return box.x >= 0 && box.y >= 0 && box.x + box.width <= view.width && box.y + box.height <= view.height;
  }
}
