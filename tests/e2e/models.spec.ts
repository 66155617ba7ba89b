import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FaultServer } from '../fixtures/fault-server';
import { checkpointOf } from '../fixtures/converted';
import { THEME_RULES, violations } from './axe';
import { expect, test } from './fixtures';
import { ModelsPage } from './pages/models-page';
import { EXAMPLE, SolvePage } from './pages/solve-page';
import { patience } from '../patience';

const TINY = 'public/models/tiny-math';
const FILES = ['mlc-chat-config.json', 'tokenizer.json', 'tensor-cache.json', 'params_shard_0.bin'];
const FOLDER = 'org/tiny/resolve/main/';
const SHARD = `${FOLDER}params_shard_0.bin`;

let server: FaultServer;
test.beforeEach(async () => {
  server = await FaultServer.start();
  for (const file of FILES) server.files.set(FOLDER + file, readFileSync(join(TINY, file)));
});
test.afterEach(() => server.close());

test('a model from elsewhere: asked about, paused, resumed after a reload, used, repaired, deleted', async ({
  solvePage,
}) => {
  const { page } = solvePage;
  const models = new ModelsPage(page);
  await models.open();
  await models.addUrl(`${server.url}org/tiny`);
  await expect(models.card('tiny').getByTestId('model-consent')).toContainText('698 kB');
  expect(server.requestsFor(SHARD)).toEqual([]);

  // The connection falls silent half way, and the user has had enough.
  server.fail(SHARD, { kind: 'stall', after: 400_000 });
  await models.press('tiny', 'consent-yes');
  await expect(models.card('tiny').getByTestId('model-progress')).toContainText('400 kB of 698 kB');
  await models.press('tiny', 'model-pause');
  await models.hasState('tiny', 'partial');
  await page.reload();
  await models.hasState('tiny', 'partial');
  await models.press('tiny', 'model-resume');
  await models.press('tiny', 'consent-yes');
  await models.hasState('tiny', 'ready');
  expect(server.requestsFor(SHARD).map(({ range }) => range)).toEqual([null, 'bytes=400000-']);
  expect(await models.kept()).toEqual({
    'webllm/config': [`${server.url}${FOLDER}mlc-chat-config.json`],
    'webllm/model': ['params_shard_0.bin', 'tensor-cache.json', 'tokenizer.json'].map((f) => server.url + FOLDER + f),
  });

  // Solve uses it, now and at the next visit, without the network.
  server.seen.length = 0;
  await models.press('tiny', 'model-use');
  await solvePage.engineIsReady();
  await expect(solvePage.badge).toContainText('tiny 1.2 M');
  await solvePage.solve(EXAMPLE, 4);
  await page.reload();
  await solvePage.engineIsReady();
  await expect(page.getByTestId('model-select')).toHaveAttribute('data-value', 'tiny');
  expect(server.seen).toEqual([]);

  // A file that has changed on the disk is found and fetched again.
  await page.goto('/#/models');
  await models.damage(server.url + SHARD);
  await models.press('tiny', 'model-check');
  await expect.poll(() => server.requestsFor(SHARD).length).toBe(1);
  await models.hasState('tiny', 'ready');

  // What is in use cannot be deleted; anything else goes without a trace.
  await expect(models.card('tiny').getByTestId('model-delete')).toBeDisabled();
  await models.press('tiny-math', 'model-use');
  await solvePage.engineIsReady();
  await expect(solvePage.badge).toContainText('tiny-math');
  await page.goto('/#/models');
  await models.press('tiny', 'model-delete');
  await expect(models.card('tiny')).toHaveCount(0);
  expect(await models.kept()).toEqual({});
});

test('a model that the browser has cleared away: Solve falls back on the embedded one', async ({ solvePage }) => {
  const { page } = solvePage;
  const models = new ModelsPage(page);
  await models.open();
  await models.addUrl(`${server.url}org/tiny`);
  await models.press('tiny', 'consent-yes');
  await models.hasState('tiny', 'ready');
  await models.press('tiny', 'model-use');
  await expect(solvePage.badge).toContainText('tiny 1.2 M', { timeout: patience(60_000) });
  await page.evaluate(() => caches.delete('webllm/model'));
  await page.reload();
  await expect(solvePage.badge).toContainText('tiny-math 1.2 M', { timeout: patience(60_000) });
});

test('a damaged shard on the server is never kept, and says so', async ({ solvePage }) => {
  const models = new ModelsPage(solvePage.page);
  await models.open();
  await models.addUrl('the model of my class');
  await expect(models.addFailure).toHaveText(/not a web address/);
  await models.addUrl(`${server.url}org/nothing`);
  await expect(models.addFailure).toHaveText(/neither mlc-chat-config\.json nor config\.json/);
  await models.addUrl(`${server.url}org/tiny`);
  server.fail(SHARD, { kind: 'wrong', at: 9 }, { kind: 'wrong', at: 9 });
  await models.press('tiny', 'consent-yes');
  await expect(models.card('tiny').getByTestId('model-failure')).toHaveAttribute('data-code', 'corrupt');
  await models.hasState('tiny', 'absent');
  expect(await models.kept()).toEqual({});
});

test('a checkpoint is compressed to 4 bits while it comes', async ({ solvePage }) => {
  const models = new ModelsPage(solvePage.page);
  const folder = checkpointOf('bf16/q4f16_1');
  for (const file of readdirSync(folder)) {
    server.files.set(`org/base/resolve/main/${file}`, readFileSync(join(folder, file)));
  }
  await models.open();
  await models.addUrl(`${server.url}org/base`);
  await expect(models.card('base-q4f16_1').getByTestId('model-consent')).toContainText('compressed to 4 bits');
  await models.press('base-q4f16_1', 'consent-yes');
  await models.hasState('base-q4f16_1', 'ready');
  const kept = await models.kept();
  expect(kept['webllm/model']).toEqual(
    ['params_shard_0.bin', 'tensor-cache.json'].map((f) => `${server.url}org/base/resolve/main/converted-q4f16_1/${f}`),
  );
});

test('a folder of the user’s disk is taken in', async ({ solvePage }) => {
  const { page } = solvePage;
  const models = new ModelsPage(page);
  await models.open();
  await page.getByTestId('add-folder-input').setInputFiles(TINY);
  // The page has one of that name already.
  await models.hasState('tiny-math (2)', 'ready');
  expect((await models.kept())['webllm/model']).toHaveLength(3);
});

test('a folder dropped from the desktop is taken in too', async ({ solvePage }) => {
  const models = new ModelsPage(solvePage.page);
  await models.open();
  await models.dropFolder(resolve(TINY));
  await models.hasState('tiny-math (2)', 'ready');
});

test('who saves data is warned before anything is fetched', async ({ solvePage }) => {
  const { page } = solvePage;
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setDataSaverOverride', { dataSaverEnabled: true });
  const models = new ModelsPage(page);
  await models.open();
  await models.addUrl(`${server.url}org/tiny`);
  await expect(models.card('tiny').getByTestId('model-metered')).toContainText('metered');
  await models.press('tiny', 'consent-no');
  await expect(models.card('tiny').getByTestId('model-consent')).toHaveCount(0);
  expect(server.requestsFor(SHARD)).toEqual([]);
});

test('Models: axe finds no violation, nothing overflows; pictures to look at', async ({ solvePage }) => {
  const { page } = solvePage;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const models = new ModelsPage(page);
  await models.open();
  await models.addUrl(`${server.url}org/tiny`);
  server.fail(SHARD, { kind: 'stall', after: 300_000 });
  await models.press('tiny', 'consent-yes');
  await expect(models.card('tiny').getByTestId('model-progress')).toContainText('300 kB');
  for (const theme of ['Light', 'Dark']) {
    await new SolvePage(page).chooseTheme(theme);
    await expect(page.getByRole('option')).toHaveCount(0);
    for (const size of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(size);
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width);
      expect(await violations(page, theme === 'Light' ? {} : { rules: THEME_RULES })).toEqual([]);
      await page.screenshot({
        path: `test-results/look/models-${theme}-${size.width}.png`.toLowerCase(),
        fullPage: true,
      });
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  }
});
