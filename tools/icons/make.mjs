/**
 * `node tools/icons/make.mjs`: renders public/favicon.svg to the PNG icons of the installed page. They are committed; run
 * this again when the drawing changes.
 */
import { chromium } from '@playwright/test';
import { readFileSync } from 'node:fs';

const GROUND = '#f5f4f1';
/** `share`: how much of the width the drawing takes. Systems cut maskable icons to shapes inside the middle 80 %. */
const ICONS = [
  { file: 'icon-192.png', size: 192, share: 0.76 },
  { file: 'icon-512.png', size: 512, share: 0.76 },
  { file: 'maskable-512.png', size: 512, share: 0.54 },
];

const drawing = readFileSync('public/favicon.svg', 'utf8');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const page = await browser.newPage({ colorScheme: 'light' });
  for (const { file, size, share } of ICONS) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<style>body{margin:0;display:grid;place-items:center;height:100vh;background:${GROUND}}` +
        `body>svg{width:${100 * share}vw}</style>${drawing}`,
    );
    await page.screenshot({ path: `public/icons/${file}` });
  }
} finally {
  await browser.close();
}
