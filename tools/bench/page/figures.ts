import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import * as v from 'valibot';

const FILE = join(import.meta.dirname, 'baseline.json');
const baselineSchema = v.record(v.string(), v.number());

/** Times that a piece of work is repeated for its shortest time. */
const ROUNDS = 7;

/**
 * ms that this browser takes here, at its best, for work of the kind that the page does: arithmetic, an element for each
 * of 2,000 tokens with its layout, a heatmap of 64 × 2,000. Figures are compared as multiples of it: those of two
 * machines differ by less than their milliseconds.
 */
export function calibrate(page: Page): Promise<number> {
  return page.evaluate((rounds) => {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      const values = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
      values.sort();
      const list = document.createElement('div');
      for (let i = 0; i < 2000; i++) {
        const token = document.createElement('span');
        token.textContent = `${values[i]?.toFixed(2)} `;
        list.append(token);
      }
      document.body.append(list);
      list.getBoundingClientRect();
      list.remove();
      const canvas = document.createElement('canvas');
      canvas.width = 2000;
      canvas.height = 64;
      const context = canvas.getContext('2d');
      const image = context?.createImageData(2000, 64);
      image?.data.fill(128);
      if (image !== undefined) context?.putImageData(image, 0, 0);
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  }, ROUNDS);
}

/** Prints a run's figures beside the committed baseline; with BENCH_BASELINE=write they become the baseline. */
export class Figures {
  readonly #ratios: Record<string, number> = {};
  readonly #baseline = existsSync(FILE) ? v.parse(baselineSchema, JSON.parse(readFileSync(FILE, 'utf8'))) : {};

  /** @param unitMs what `calibrate` measured on the same page */
  constructor(readonly unitMs: number) {
    console.log(`calibration: ${unitMs.toFixed(1)} ms`);
  }

  /** @param limitMs what the page is built to, on a software GPU and two idle cores */
  add(name: string, ms: number, limitMs: number): void {
    const ratio = ms / this.unitMs;
    this.#ratios[name] = Number(ratio.toFixed(2));
    const before = this.#baseline[name];
    const change = before === undefined ? 'no baseline' : `${(ratio / before).toFixed(2)} × baseline`;
    console.log(`${name}: ${ms.toFixed(1)} ms (built to ${limitMs}), ${ratio.toFixed(2)} × calibration, ${change}`);
  }

  finish(): void {
    if (process.env.BENCH_BASELINE !== 'write') return;
    const all = { ...this.#baseline, ...this.#ratios };
    writeFileSync(FILE, `${JSON.stringify(all, null, 2)}\n`);
  }
}
