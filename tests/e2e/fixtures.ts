import { test as base, expect, type Page } from '@playwright/test';
import { InspectPage } from './pages/inspect-page';
import { EXAMPLE, LIVELY, SolvePage } from './pages/solve-page';
import { patience } from '../patience';

/** Everything that goes wrong in the page: uncaught errors, and console errors (a CSP violation is one). */
function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`console: ${message.text()}`);
  });
  return errors;
}

interface LoadedPage {
  readonly page: Page;
  readonly errors: string[];
}

interface Fixtures {
  /** A fresh page that must have no errors; for pages that are meant to, use `page`. */
  solvePage: SolvePage;
  /**
   * Sixteen lively paths of EXAMPLE that have ended, on a page that the tests of a worker share: loading the model again
   * would take longer than most of them. Only for tests that leave settings, theme and language as they found them.
   */
  solved: InspectPage;
}

export const test = base.extend<Fixtures, { loadedPage: LoadedPage }>({
  solvePage: async ({ page }, use) => {
    const errors = errorsOf(page);
    await use(new SolvePage(page));
    expect(errors).toEqual([]);
  },
  loadedPage: [
    async ({ browser }, use, { project }) => {
      const {
        baseURL = '',
        viewport = null,
        colorScheme = null,
        locale = 'en-GB',
        serviceWorkers = 'block',
      } = project.use;
      const context = await browser.newContext({ baseURL, viewport, colorScheme, locale, serviceWorkers });
      const page = await context.newPage();
      const errors = errorsOf(page);
      const solvePage = new SolvePage(page);
      await solvePage.openLoaded();
      await solvePage.slide('Temperature', LIVELY);
      await use({ page, errors });
      await context.close();
    },
    { scope: 'worker', timeout: patience(120_000) },
  ],
  solved: async ({ loadedPage: { page, errors } }, use) => {
    errors.length = 0;
    const solved = new InspectPage(page);
    // Another part of the page and back: whatever the test before had opened, marked or zoomed into is gone.
    await solved.go('models');
    await solved.go('solve');
    await solved.solve(EXAMPLE, 16);
    await use(solved);
    expect(errors).toEqual([]);
  },
});

export { expect };
