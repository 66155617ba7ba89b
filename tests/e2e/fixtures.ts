import { test as base, expect, type Page } from '@playwright/test';
import { SolvePage } from './pages/solve-page';

/** Everything the page complains about: uncaught errors, and console errors (a CSP violation is one). */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  return complaints;
}

interface Fixtures {
  /** A fresh page that must not complain; for pages that are meant to, use `page`. */
  solvePage: SolvePage;
}

export const test = base.extend<Fixtures>({
  solvePage: async ({ page }, use) => {
    const complaints = complaintsOf(page);
    await use(new SolvePage(page));
    expect(complaints).toEqual([]);
  },
});

export { expect };
