import { fixtureModel } from '../unit/model/fixture-model';
import { Artifacts, VERSIONS } from '../fixtures/stored/artifacts';
import { expect, test } from './fixtures';
import { HistoryPage } from './pages/history-page';
import { patience } from '../patience';

const QWEN = 'Qwen2.5-Math-1.5B-Instruct-q4f32_1-MLC';

test('the kernels are compared with the reference once a device', async ({ solvePage }) => {
  await solvePage.openLoaded();
  const selfTest = solvePage.page.getByTestId('self-test');
  await expect(selfTest).toContainText('all 8 programs compute correctly', { timeout: patience(60_000) });
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
  const documents = { 'mlc-chat-config.json': {}, 'tensor-cache.json': { records: [] } };
  await page.evaluate(keep, { id: QWEN, files: [], documents: JSON.stringify(documents) });
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
  await test.step('a run of the batch engine replays as it was sampled, whichever engine is chosen', async () => {
    await panel.getByText('WebLLM', { exact: true }).click();
    await expect(panel).toHaveAttribute('data-engine', 'webllm');
    const history = new HistoryPage(page);
    await history.open();
    await history.import(new Artifacts(VERSIONS[0] ?? '').text('history.json'));
    await history.show(history.run('For class 7b'));
    await page.getByTestId('replay-toggle').click();
    await expect(page.getByText('written together, so shorter paths finish first')).toBeVisible();
  });
  const elsewhere = loaded.filter((url) => !url.startsWith(new URL(page.url()).origin) && !url.startsWith('data:'));
  expect(elsewhere).toEqual([]);
  expect(loaded.filter((url) => url.includes('webllm'))).toEqual([]);
});

test('WebLLM is loaded when it is chosen, and what goes wrong in it is told', async ({ page, context }) => {
  const model = fixtureModel();
  const files = [...model.shardBytes].map((bytes, i) => [`params_shard_${i}.bin`, [...bytes]] as const);
  const documents = { 'mlc-chat-config.json': model.config, 'tensor-cache.json': model.manifest };
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(new URL(request.url()).pathname));
  // An answer of the library's host, which is not reached from here: no WebAssembly.
  let asked = 0;
  await context.route('https://raw.githubusercontent.com/**', (route) => {
    asked++;
    return route.fulfill({ body: 'not a library', headers: { 'access-control-allow-origin': '*' } });
  });
  await page.goto('/');
  await page.evaluate(keep, { id: QWEN, files, documents: JSON.stringify(documents) });
  await page.reload();
  await expect(page.getByTestId('error-banner')).toContainText('WebAssembly', { timeout: patience(60_000) });
  expect(asked).toBe(1);
  expect(scripts.filter((path) => /\/assets\/webllm-[\w-]+\.js$/.test(path))).toHaveLength(1);
  await page.getByTestId('engine-panel').getByText('Batch', { exact: true }).click();
  await expect(page.getByTestId('engine-badge')).toHaveAttribute('data-state', 'ready', { timeout: patience(60_000) });
});

interface KeptModel {
  readonly id: string;
  readonly files: readonly (readonly [name: string, bytes: readonly number[]])[];
  /** JSON of the documents by their names. */
  readonly documents: string;
}

/** Keeps a model in the caches that WebLLM and the page share, and chooses it. */
async function keep({ id, files, documents }: KeptModel): Promise<void> {
  const baseUrl = `https://huggingface.co/mlc-ai/${id}/resolve/main/`;
  const [config, model] = await Promise.all([caches.open('webllm/config'), caches.open('webllm/model')]);
  for (const [name, document] of Object.entries(JSON.parse(documents) as Record<string, unknown>)) {
    const cache = name === 'mlc-chat-config.json' ? config : model;
    await cache.put(baseUrl + name, new Response(JSON.stringify(document)));
  }
  for (const [name, bytes] of files) await model.put(baseUrl + name, new Response(Uint8Array.from(bytes)));
  localStorage.setItem('sasc-model', JSON.stringify(id));
}
