import { expect, type Locator, type Page } from '@playwright/test';
import { SolvePage } from './solve-page';

/** The votes of a run, what they would be by other rules, and how they came about. */
export class VotePage extends SolvePage {
  readonly whatIf: Locator;
  readonly outcome: Locator;
  readonly marks: Locator;
  readonly influence: Locator;
  readonly position: Locator;
  readonly elected: Locator;

  constructor(page: Page) {
    super(page);
    this.whatIf = page.getByTestId('whatif-panel');
    this.outcome = page.getByTestId('whatif-outcome');
    this.marks = page.getByTestId('changed-rules');
    this.influence = page.getByTestId('path-influence');
    this.position = page.getByTestId('replay-position');
    this.elected = page.getByTestId('vote-sasc');
  }

  async openPanel(panel: 'whatif' | 'replay'): Promise<void> {
    const toggle = this.page.getByTestId(`${panel}-toggle`);
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-expanded', 'true');
  }

  /** Chooses by the name of a rule and of the choice, whether or not the choice is marked as one that flips. */
  async choose(rule: string, choice: string): Promise<void> {
    const group = this.whatIf.getByRole('group', { name: rule });
    await group.getByText(new RegExp(`^\\s*${choice}( ≠)?\\s*$`)).click();
  }

  /** Whether a choice is marked as one that would elect another answer. */
  async isMarked(rule: string, choice: string): Promise<boolean> {
    const group = this.whatIf.getByRole('group', { name: rule });
    return (await group.getByText(new RegExp(`^\\s*${choice} ≠\\s*$`)).count()) > 0;
  }

  /** Weights of all paths, '' where one has none. */
  async weights(): Promise<(number | null)[]> {
    return (await this.rowData()).map(({ weight }) => weight);
  }

  async stabilities(): Promise<(number | null)[]> {
    return (await this.rowData()).map(({ stability }) => stability);
  }

  /** Opens the table behind a section and returns the texts of its cells, row by row. */
  async tableOf(title: string): Promise<string[][]> {
    await this.page.getByRole('button', { name: `${title}: Show as a table` }).click();
    const table = this.page.getByRole('region', { name: `${title}, as a table` });
    return table
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  }
}
