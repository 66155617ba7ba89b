import type { Page } from '@playwright/test';

/** A state of the page that is worth a picture, and that must be accessible. */
export interface Scene {
  /** Begins the picture's file name. */
  readonly name: string;
  /** Brings the page from the previous scene's state to this one; the first of a tab opens the page. */
  readonly enter: (page: Page) => Promise<void>;
}

/** One that tiny-math answers in several ways. */
const PROBLEM = 'Find the remainder when 8^7 is divided by 12.';
const GOLD = '8';
/** ms: an update of learning on a software adapter takes 20 s on an idle machine. */
const PATIENCE = 180_000;

/** Other pages are reached as links do it, by what follows #/: without a reload, so that a run stays. */
async function go(page: Page, route: string): Promise<void> {
  await page.evaluate((hash) => void (location.hash = hash), `#/${route}`);
}

export const SCENES: readonly Scene[] = [
  {
    name: 'solve-idle',
    enter: async (page) => {
      await page.goto('/#/solve');
      await page.waitForSelector('[data-testid="engine-badge"][data-state="ready"]', { timeout: PATIENCE });
      await page.getByTestId('problem-input').fill(PROBLEM);
      await page.getByTestId('gold-input').fill(GOLD);
    },
  },
  {
    name: 'solve',
    enter: async (page) => {
      await page.getByTestId('solve-button').click();
      await page.waitForSelector('[data-testid="verdict"][data-state="done"]', { timeout: PATIENCE });
    },
  },
  {
    name: 'view',
    enter: async (page) => {
      await page.getByTestId('share-button').click();
      const address = new URL(await page.getByTestId('share-url').inputValue({ timeout: PATIENCE }));
      await page.keyboard.press('Escape');
      await go(page, address.hash.slice(2));
      await page.waitForSelector('[data-testid="view-detail"]');
    },
  },
  {
    name: 'history',
    enter: async (page) => {
      await go(page, 'history');
      await page.waitForSelector('[data-testid="kept-run"]');
    },
  },
  {
    name: 'gallery',
    enter: async (page) => {
      await go(page, 'gallery');
      await page.waitForSelector('[data-testid="gallery-entry"]');
    },
  },
  {
    name: 'evaluate',
    enter: async (page) => {
      await go(page, 'evaluate');
      await page.getByTestId('evaluate-controls').locator('input[type="number"]').first().fill('2');
      await page.getByTestId('evaluate-begin').click();
      await page.waitForSelector('[data-testid="evaluate-progress"][data-state="idle"]', { timeout: PATIENCE });
      await page.waitForSelector('[data-testid="evaluate-rules"]');
    },
  },
  {
    name: 'models',
    enter: async (page) => {
      await go(page, 'models');
      await page.waitForSelector('[data-testid="model-card"][data-state="absent"]');
    },
  },
  {
    name: 'learn-idle',
    enter: async (page) => {
      await go(page, 'learn');
      await page.waitForSelector('[data-testid="learn-button"]:enabled');
    },
  },
  {
    name: 'learn',
    enter: async (page) => {
      await page.getByTestId('learn-button').click();
      await page.waitForSelector('[data-testid="learn-report"][data-updated="true"]', { timeout: PATIENCE });
      await page.waitForSelector('[data-testid="learn-phase"][data-state="idle"]', { timeout: PATIENCE });
    },
  },
];
