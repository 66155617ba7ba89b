import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { decideRun } from '../../../src/run/decide-run';
import { readRun } from '../../../src/run/formats/run-document';
import { GALLERY_KINDS, type GalleryEntry, GalleryIndexSchema } from '../../../src/app/gallery/gallery-index';
import { hasLearned, IS_OF_KIND, judge, type Judged } from '../../../tools/gallery/kinds';

const FOLDER = 'public/gallery';
const readJson = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
const index = v.parse(GalleryIndexSchema, readJson('index.json'));

function judged(name: string, { problem, gold, paths }: GalleryEntry): Judged {
  const record = readRun(readJson(name));
  expect(record).toMatchObject({ problem, gold, detail: 'full', model: { id: 'tiny-math', engine: 'batch' } });
  expect(record.trace.pathCount).toBe(paths);
  const run = judge(decideRun(record.trace, record.voteOptions), gold);
  if (run === null) throw new Error(`${name} elects nobody.`);
  return run;
}

describe('the recorded runs of the gallery', () => {
  it('are one of each kind, and no file lies about that the index does not name', () => {
    expect(index.entries.map(({ kind }) => kind)).toEqual(GALLERY_KINDS);
    const named = ['index.json', ...index.entries.flatMap(({ runs }) => runs)].sort();
    expect(readdirSync(FOLDER).sort()).toEqual(named);
  });

  it.each(index.entries)('$kind: the vote is what the title says', (entry) => {
    const runs = entry.runs.map((name) => judged(name, entry));
    const last = runs.at(-1);
    expect(last).toMatchObject({ sasc: entry.sasc, majority: entry.majority });
    if (entry.kind !== 'learns') {
      expect(runs.map(IS_OF_KIND[entry.kind])).toEqual([true]);
      return;
    }
    const [before] = runs;
    expect(runs).toHaveLength(2);
    expect(before !== undefined && last !== undefined && hasLearned(before, last)).toBe(true);
    const [a, b] = entry.runs.map((name) => readRun(readJson(name)));
    expect(b?.settings).toEqual(a?.settings);
    expect([a?.model.adapter, b?.model.adapter]).toEqual([null, 'grpo-16']);
  });

  it('are small', () => {
    for (const name of readdirSync(FOLDER)) {
      expect(readFileSync(join(FOLDER, name)).byteLength, name).toBeLessThan(100_000);
    }
  });
});
