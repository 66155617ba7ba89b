import { test as base, expect, type Page } from '@playwright/test';
import { InspectPage } from './pages/inspect-page';
import { EXAMPLE, LIVELY, SolvePage } from './pages/solve-page';
import { patience } from '../patience';

/** Everything the page complains about: uncaught errors, and console errors (a CSP violation is one). */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  return complaints;
}

interface LoadedPage {
  readonly page: Page;
  readonly complaints: string[];
}

interface Fixtures {
  /** A fresh page that must not complain; for pages that are meant to, use `page`. */
  solvePage: SolvePage;
  /**
   * Sixteen lively paths of EXAMPLE that have ended, on a page that the tests of a worker share: loading the model again
   * would take longer than most of them. Only for tests that leave settings, theme and language as they found them.
   */
  solved: InspectPage;
}

export const test = base.extend<Fixtures, { loadedPage: LoadedPage }>({
  solvePage: async ({ page }, use) => {
    const complaints = complaintsOf(page);
    await use(new SolvePage(page));
    expect(complaints).toEqual([]);
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
      const complaints = complaintsOf(page);
      const solvePage = new SolvePage(page);
      await solvePage.openLoaded();
      await solvePage.slide('Temperature', LIVELY);
      await use({ page, complaints });
      await context.close();
    },
    { scope: 'worker', timeout: patience(120_000) },
  ],
  solved: async ({ loadedPage: { page, complaints } }, use) => {
    complaints.length = 0;
    const solved = new InspectPage(page);
    // Another part of the page and back: whatever the test before had opened, marked or zoomed into is gone.
    await solved.go('models');
    await solved.go('solve');
    await solved.solve(EXAMPLE, 16);
    await use(solved);
    expect(complaints).toEqual([]);
  },
});

export { expect };
