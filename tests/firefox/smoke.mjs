/**
 * The page in real Firefox, whose WebGPU (wgpu) and shader compiler (naga) are not Chromium's: load, solve, gate, learn
 * one step, share, view. Run by `npm test`; alone: `npm run build && node tests/firefox/smoke.mjs [report.json]`.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

const PORT = Number(process.env.FIREFOX_PORT ?? 4329);
const ADDRESS = `http://localhost:${PORT}/`;
const LONG_MS = 300_000;
const PROBLEM = 'Find the remainder when 8^7 is divided by 12.';

const report = { passed: 0, failed: 0, skipped: 0 };
const server = spawn(
  process.execPath,
  ['node_modules/vite/bin/vite.js', 'preview', '--port', String(PORT), '--strictPort'],
  { stdio: 'ignore' },
);
let browser;
try {
  await untilServed();
  browser = await launch();
  const page = await browser.newPage();
  page.on('pageerror', (error) => fail(`an error in the page: ${error.message}`));
  await smoke(page);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
} finally {
  await browser?.close();
  server.kill();
  if (process.argv[2] !== undefined) writeFileSync(process.argv[2], JSON.stringify(report));
}
process.exit(report.failed > 0 ? 1 : 0);

function launch() {
  const { SWIFTSHADER_ICD } = process.env;
  const icd = SWIFTSHADER_ICD ?? '/usr/lib/chromium/vk_swiftshader_icd.json';
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr',
    headless: true,
    protocolTimeout: LONG_MS,
    env: { ...process.env, VK_DRIVER_FILES: icd, VK_ICD_FILENAMES: icd, XDG_RUNTIME_DIR: '/tmp' },
    extraPrefsFirefox: {
      'dom.webgpu.enabled': true,
      'dom.webgpu.workers.enabled': true,
      'gfx.webgpu.ignore-blocklist': true,
      'intl.accept_languages': 'en-GB',
    },
  });
}

/** One step after another: a later one needs what an earlier one has done. */
async function smoke(page) {
  await page.setViewport({ width: 1280, height: 800 });
  await step('load', async () => {
    await page.goto(ADDRESS);
    await reaches(page, 'engine-badge', 'data-state', 'ready');
    const engine = await page.$eval('[data-testid="engine-badge"]', (badge) => badge.textContent.trim());
    console.log(`    ${engine}`);
    if (/CPU/.test(engine)) throw new Error('Firefox offered no WebGPU device: the CPU engine was loaded.');
  });
  await step('solve', async () => {
    await fill(page, 'problem-input', PROBLEM);
    await fill(page, 'paths-input', '8');
    await click(page, 'solve-button');
    await reaches(page, 'verdict', 'data-state', 'done');
    await holds(page, () => document.querySelectorAll('[data-testid="path-row"][data-finish="stop"]').length > 0);
  });
  await step('gate', async () => {
    const kept = () => page.$$eval('[data-testid="path-row"][data-status="kept"]', (rows) => rows.length);
    await page.$eval('[data-testid="gate-handle"]', (handle) => handle.focus());
    await page.keyboard.press('Home');
    await holds(page, () => document.querySelectorAll('[data-testid="path-row"][data-status="gated"]').length > 0);
    const fewest = await kept();
    await page.keyboard.press('End');
    await holds(page, () => document.querySelectorAll('[data-testid="path-row"][data-status="gated"]').length === 0);
    if ((await kept()) <= fewest) throw new Error('The gate changed nothing.');
    await page.keyboard.press('Escape');
  });
  let link = '';
  const shown = await verdict(page);
  await step('share', async () => {
    await click(page, 'share-button');
    await holds(page, () => /#\/view\?r=/.test(document.querySelector('[data-testid="share-url"]')?.value ?? ''));
    link = await page.$eval('[data-testid="share-url"]', (field) => field.value);
    await page.keyboard.press('Escape');
  });
  await step('learn one step', async () => {
    await page.evaluate(() => void (location.hash = '#/learn'));
    await page.waitForSelector('[data-testid="learn-button"]');
    await click(page, 'learn-button');
    await reaches(page, 'learn-report', 'data-step', '1');
    await reaches(page, 'learn-phase', 'data-state', 'idle');
  });
  await step('view', async () => {
    await page.goto('about:blank');
    await page.goto(link);
    await reaches(page, 'verdict', 'data-state', 'done');
    const opened = await verdict(page);
    if (opened !== shown) throw new Error(`The link opened to ${opened}, not to ${shown}.`);
  });
}

function verdict(page) {
  return page.$eval('[data-testid="verdict"]', ({ dataset }) =>
    JSON.stringify([dataset.answer, dataset.rule, dataset.sasc, dataset.majority]),
  );
}

async function step(name, work) {
  if (report.failed > 0) return;
  await work();
  report.passed++;
  console.log(`  ✓ firefox: ${name}`);
}

function fail(message) {
  report.failed++;
  console.error(`  ✗ firefox: ${message}`);
}

async function holds(page, condition) {
  await page.waitForFunction(condition, { timeout: LONG_MS, polling: 250 });
}

/** Ends at once where the page says that something went wrong. */
async function reaches(page, testid, attribute, value) {
  const seen = await page.waitForFunction(
    (selector, name, wanted) => {
      const error = document.querySelector('[data-testid="error-banner"]');
      if (error !== null) return error.textContent;
      return document.querySelector(selector)?.getAttribute(name) === wanted ? 'reached' : false;
    },
    { timeout: LONG_MS, polling: 250 },
    `[data-testid="${testid}"]`,
    attribute,
    value,
  );
  const said = await seen.jsonValue();
  if (said !== 'reached') throw new Error(`the page says: ${said}`);
}

async function fill(page, testid, text) {
  await page.$eval(
    `[data-testid="${testid}"]`,
    (field, value) => {
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    },
    text,
  );
}

async function click(page, testid) {
  const selector = `[data-testid="${testid}"]`;
  await page.waitForSelector(`${selector}:not([disabled])`, { timeout: LONG_MS });
  await page.click(selector);
}

async function untilServed() {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (
      await fetch(ADDRESS).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('The preview server did not start. Is the page built?');
}
