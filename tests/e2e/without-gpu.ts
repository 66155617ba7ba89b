import { type Browser, chromium } from '@playwright/test';

/** A browser on a machine that offers no graphics adapter, not even a software one. */
export function browserWithoutGpu(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-software-rasterizer'],
  });
}
