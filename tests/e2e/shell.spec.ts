import type { APIRequestContext } from '@playwright/test';
import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures';

/** Bytes, gzipped as a host does it, of everything that has to be there before the page can be painted. */
const MOST_SHELL_BYTES = 150_000;

/** The page, its style sheets and its scripts with all that they import statically, by their paths. */
async function shellFiles(request: APIRequestContext): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const read = async (path: string): Promise<string> => {
    const response = await request.get(path);
    expect(response.ok(), path).toBe(true);
    const body = await response.body();
    sizes.set(path, gzipSync(body).length);
    return body.toString();
  };
  const html = await read('/');
  const waiting = [...html.matchAll(/(?:src|href)="\.(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path ?? '');
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (sizes.has(path)) continue;
    const text = await read(path);
    // A word of every tokenizer.json: what reads model files is the workers'.
    expect(text, path).not.toContain('ByteLevel');
    for (const [, file] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g)) waiting.push(`/assets/${file}`);
  }
  return sizes;
}

test('the shell is small, and the page is painted from it alone', async ({ page, request }) => {
  const sizes = await shellFiles(request);
  expect(sizes.size).toBeGreaterThanOrEqual(3);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  test.info().annotations.push({ type: 'shell', description: `${total} bytes gzipped in ${sizes.size} files` });
  expect(total).toBeLessThanOrEqual(MOST_SHELL_BYTES);

  // Engine, menus, charts, KaTeX and fonts never arrive here.
  const shell = (address: string): boolean => sizes.has(new URL(address).pathname);
  await page.route('**/*', (route) => (shell(route.request().url()) ? route.continue() : route.abort()));
  await page.goto('/');
  await expect(page.getByTestId('problem-input')).toBeVisible();
  await expect(page.getByTestId('solve-button')).toBeVisible();
  await expect(page.getByTestId('theme-select')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Learn' })).toBeVisible();
  // A part that cannot be fetched says so.
  await page.getByRole('link', { name: 'Models', exact: true }).click();
  await expect(page.getByTestId('page-failed')).toBeVisible();
});
