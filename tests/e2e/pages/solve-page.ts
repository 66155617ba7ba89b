import { expect, type Locator, type Page } from '@playwright/test';
import { patience } from '../../patience';

export interface PathRowData {
  readonly path: string;
  readonly status: string;
  readonly finish: string | null;
  readonly stability: number | null;
  readonly weight: number | null;
  readonly answer: string | null;
}

/** A problem that the model was trained on. */
export const EXAMPLE = 'Solve for x: 7x+12=54';
/** A temperature at which no two of its paths need be alike, however sure the model is at 1. */
export const LIVELY = 1.4;

/** The Solve page as a user sees it. */
export class SolvePage {
  readonly problem: Locator;
  readonly paths: Locator;
  readonly solveButton: Locator;
  readonly stopButton: Locator;
  readonly badge: Locator;
  readonly verdict: Locator;
  readonly error: Locator;
  readonly gate: Locator;
  readonly strip: Locator;
  readonly rows: Locator;

  constructor(readonly page: Page) {
    this.problem = page.getByTestId('problem-input');
    this.paths = page.getByTestId('paths-input');
    this.solveButton = page.getByTestId('solve-button');
    this.stopButton = page.getByTestId('stop-button');
    this.badge = page.getByTestId('engine-badge');
    this.verdict = page.getByTestId('verdict');
    this.error = page.getByTestId('error-banner');
    this.gate = page.getByTestId('gate-handle');
    this.strip = page.getByTestId('stability-strip');
    this.rows = page.getByTestId('path-row');
  }

  async open(): Promise<void> {
    await this.page.goto('/');
    await expect(this.problem).toBeVisible();
  }

  async openLoaded(): Promise<void> {
    await this.open();
    await this.engineIsReady();
  }

  /** Another part of the page, as a link leads there: without a reload, so that a run stays. */
  async go(route: string): Promise<void> {
    await this.page.evaluate((hash) => void (location.hash = hash), `#/${route}`);
    await expect(this.page.getByRole('main')).toBeVisible();
  }

  async engineIsReady(): Promise<void> {
    await expect(this.badge).toHaveAttribute('data-state', 'ready', { timeout: patience(60_000) });
  }

  async ask(problem: string, paths: number): Promise<void> {
    await this.problem.fill(problem);
    await this.paths.fill(String(paths));
  }

  async hasState(state: 'idle' | 'running' | 'done' | 'aborted'): Promise<void> {
    await expect(this.verdict).toHaveAttribute('data-state', state, { timeout: patience(60_000) });
  }

  async solve(problem: string, paths: number): Promise<void> {
    await this.ask(problem, paths);
    await this.solveButton.click();
    await this.hasState('done');
  }

  /** Sets a slider of the sidebar by its label. */
  async slide(label: string, value: number): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(String(value));
  }

  async openAdvanced(): Promise<void> {
    await this.page.getByRole('button', { name: 'Advanced' }).click();
  }

  async chooseTheme(name: string): Promise<void> {
    await this.page.getByTestId('theme-select').click();
    await this.page.getByRole('option', { name }).click();
  }

  async failsWith(code: string, words: RegExp): Promise<void> {
    await expect(this.error).toHaveAttribute('data-code', code, { timeout: patience(30_000) });
    await expect(this.error).toHaveText(words);
  }

  rowData(): Promise<PathRowData[]> {
    return this.rows.evaluateAll((rows) =>
      rows.map((row) => {
        const number = (name: string) => (row.hasAttribute(name) ? Number(row.getAttribute(name)) : null);
        return {
          path: row.getAttribute('data-path') ?? '',
          status: row.getAttribute('data-status') ?? '',
          finish: row.getAttribute('data-finish'),
          stability: number('data-stability'),
          weight: number('data-weight'),
          answer: row.getAttribute('data-answer'),
        };
      }),
    );
  }

  /** The voting rules listed, in their order. */
  ruleData(): Promise<{ rule: string; answer: string; flips: boolean }[]> {
    return this.page.getByTestId('rules').evaluate((table) =>
      [...table.querySelectorAll('tr[data-rule]')].map((row) => ({
        rule: row.getAttribute('data-rule') ?? '',
        answer: row.getAttribute('data-answer') ?? '',
        flips: row.getAttribute('data-flips') === 'true',
      })),
    );
  }

  /** Milliseconds since the page was opened; NaN when there is no such mark. */
  async moment(name: 'engine-ready' | 'solve' | 'first-token' | 'verdict'): Promise<number> {
    return this.page.evaluate((mark) => performance.getEntriesByName(mark).at(-1)?.startTime ?? NaN, name);
  }
}
