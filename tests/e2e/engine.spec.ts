import { expect, test } from './fixtures';

const QWEN = 'Qwen2.5-Math-1.5B-Instruct-q4f32_1-MLC';

test('the kernels are held against their twins once a device', async ({ solvePage }) => {
  await solvePage.openLoaded();
  const selfTest = solvePage.page.getByTestId('self-test');
  await expect(selfTest).toContainText('all 8 programs compute rightly', { timeout: 60_000 });
  const stored = () => solvePage.page.evaluate(() => localStorage.getItem('sasc-lab.self-tests'));
  const first = await stored();
  await solvePage.page.reload();
  await solvePage.engineIsReady();
  await expect(selfTest).toContainText('all 8 programs');
  // The milliseconds are those of the first visit: it was not taken again.
  expect(await stored()).toBe(first);
  // tiny-math has one engine, so that there is nothing to choose.
  await expect(solvePage.page.getByRole('radio', { name: 'WebLLM' })).toHaveCount(0);
});

test('Qwen starts on WebLLM; the batch engine is one click away and remembered', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto('/');
  await page.evaluate(pretendToKeep, QWEN);
  await page.reload();
  const panel = page.getByTestId('engine-panel');
  await expect(panel).toHaveAttribute('data-engine', 'webllm');
  await expect(panel).toContainText('one after another');
  await expect(page.getByTestId('engine-badge')).toContainText('WebLLM');
  // Its files say nothing, so that it does not come to WebLLM's script, let alone to the network.
  await expect(page.getByTestId('error-banner')).toBeVisible();
  await panel.getByText('Batch', { exact: true }).click();
  await expect(panel).toHaveAttribute('data-engine', 'batch');
  await expect(panel).toContainText('all paths at once');
  await page.reload();
  await expect(panel).toHaveAttribute('data-engine', 'batch');
  await expect(page.getByTestId('engine-badge')).toContainText('Batch engine');
  const elsewhere = loaded.filter((url) => !url.startsWith(new URL(page.url()).origin) && !url.startsWith('data:'));
  expect(elsewhere).toEqual([]);
  expect(loaded.filter((url) => url.includes('webllm'))).toEqual([]);
});

/** Files that look like a whole model from outside: a manifest without weights. */
async function pretendToKeep(id: string): Promise<void> {
  const baseUrl = `https://huggingface.co/mlc-ai/${id}/resolve/main/`;
  const [config, model] = await Promise.all([caches.open('webllm/config'), caches.open('webllm/model')]);
  await config.put(`${baseUrl}mlc-chat-config.json`, new Response('{}'));
  await model.put(`${baseUrl}tensor-cache.json`, new Response('{"records":[]}'));
  localStorage.setItem('sasc-model', JSON.stringify(id));
}
