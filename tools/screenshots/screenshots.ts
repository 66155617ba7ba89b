/**
 * `node tools/run-ts.mjs tools/screenshots/screenshots.ts [--out DIR] [--only NAME,NAME]` on a built page: pictures of
 * every scene as docs/screenshots/<scene>-<width>-<theme>-<language>.png. `--only` still runs every scene, since
 * each starts where the previous one ended.
 */
import { type Browser, chromium, type Page } from '@playwright/test';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { preview } from 'vite';
import { SCENES } from './scenes';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];
const THEMES = ['light', 'dark'] as const;
const LANGUAGES = [
  { name: 'en', locale: 'en-GB' },
  { name: 'zh', locale: 'zh-CN' },
];

interface Look {
  readonly theme: (typeof THEMES)[number];
  readonly language: (typeof LANGUAGES)[number];
}

/** One tab for each width, theme and language; the scenes follow one another in it. */
async function takeLook(browser: Browser, baseURL: string, { theme, language }: Look, save: Save): Promise<void> {
  const context = await browser.newContext({
    baseURL,
    colorScheme: theme,
    locale: language.locale,
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
    viewport: SIZES[0] ?? null,
  });
  const page = await context.newPage();
  for (const scene of SCENES) {
    await scene.enter(page);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await page.evaluate(() => {
        scrollTo(0, 0);
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      });
      // Charts take their new width a frame later, and paint in the one after.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await save(page, `${scene.name}-${size.width}-${theme}-${language.name}.png`, scene.name);
    }
    await page.setViewportSize(SIZES[0] ?? { width: 1280, height: 800 });
  }
  await context.close();
}

type Save = (page: Page, file: string, scene: string) => Promise<void>;

export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: { out: { type: 'string', default: 'docs/screenshots' }, only: { type: 'string' } },
  });
  const only = values.only?.split(',');
  mkdirSync(values.out, { recursive: true });
  const server = await preview({ preview: { port: 4391 }, logLevel: 'error' });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--headless=new',
      '--no-sandbox',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      '--use-angle=swiftshader',
    ],
  });
  let bytes = 0;
  const save: Save = async (page, file, scene) => {
    if (only !== undefined && !only.includes(scene)) return;
    const path = join(values.out, file);
    await page.screenshot({ path });
    bytes += statSync(path).size;
  };
  try {
    const baseURL = server.resolvedUrls?.local[0] ?? '';
    for (const theme of THEMES) {
      for (const language of LANGUAGES) {
        console.log(`${theme}, ${language.name}`);
        await takeLook(browser, baseURL, { theme, language }, save);
      }
    }
    console.log(`${(bytes / 1e6).toFixed(1)} MB in ${values.out}`);
    return 0;
  } finally {
    await browser.close();
    await server.close();
  }
}
