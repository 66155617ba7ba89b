import { expect, type Locator, type Page } from '@playwright/test';
import { patience } from '../../patience';

/** The Learn page as a user sees it. */
export class LearnPage {
  readonly button: Locator;
  readonly phase: Locator;
  readonly report: Locator;
  readonly rows: Locator;
  readonly shift: Locator;
  readonly repeat: Locator;
  readonly undo: Locator;
  readonly redo: Locator;
  readonly history: Locator;
  readonly badge: Locator;
  readonly kept: Locator;

  constructor(readonly page: Page) {
    this.button = page.getByTestId('learn-button');
    this.phase = page.getByTestId('learn-phase');
    this.report = page.getByTestId('learn-report');
    this.rows = page.getByTestId('learn-row');
    this.shift = page.getByTestId('learn-shift');
    this.repeat = page.getByTestId('learn-repeat');
    this.undo = page.getByTestId('undo-adapter');
    this.redo = page.getByTestId('redo-adapter');
    this.history = page.getByTestId('adapter-history');
    this.badge = page.getByTestId('engine-badge');
    this.kept = page.getByTestId('kept-offer');
  }

  /** From Solve, as the problem is. */
  async open(): Promise<void> {
    await this.page.getByRole('link', { name: 'Learn' }).click();
    await expect(this.button).toBeVisible();
  }

  /** Learns from these lines from now on, a quarter of them held out. */
  async fromSet(lines: readonly string[]): Promise<void> {
    await this.page.getByRole('radio', { name: 'a set' }).check();
    await this.page.getByTestId('learn-set').fill(lines.join('\n'));
    await this.page.getByRole('radio', { name: '25 %' }).check();
  }

  async stateIs(status: string): Promise<void> {
    await expect(this.phase).toHaveAttribute('data-state', status, { timeout: patience(180_000) });
  }

  async learn(): Promise<void> {
    await this.button.click();
    await expect(this.phase).not.toHaveAttribute('data-state', 'idle');
    await this.stateIs('idle');
  }

  /** The answers of every path when the problem was last answered again, in order. */
  async answers(): Promise<unknown> {
    return JSON.parse((await this.shift.getAttribute('data-answers')) ?? 'null');
  }

  rowData(): Promise<
    { answer: string | null; reward: string | null; advantage: string | null; trained: string | null }[]
  > {
    return this.rows.evaluateAll((rows) =>
      rows.map((row) => ({
        answer: row.getAttribute('data-answer'),
        reward: row.getAttribute('data-reward'),
        advantage: row.getAttribute('data-advantage'),
        trained: row.getAttribute('data-trained'),
      })),
    );
  }
}
