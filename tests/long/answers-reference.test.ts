import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { areEquivalent } from '../../src/answers/equivalence';
import { groupAnswers } from '../../src/answers/group';
import { extractAnswer } from '../../src/answers/read/extract';

interface Row {
  readonly gold: string;
  readonly pred: string;
  readonly equal: boolean;
  readonly policy?: string;
}

/**
 * Labelled sets of others, larger than what the project ships: the folder that REFERENCE_DIR names, with a folder `data` in
 * it. The project's own cases, tests/fixtures/answers-cases.jsonl, are in the unit tests.
 */
const folder = join(process.env.REFERENCE_DIR ?? 'REFERENCE_DIR', 'data');
const pairsFile = join(folder, 'equivalence.jsonl');
const goldsFile = join(folder, 'math500-golds.json');

describe('reference pairs', () => {
  const needs = `(skipped without REFERENCE_DIR)`;

  it.skipIf(!existsSync(pairsFile))(`99 % of the equal ones found, 0.3 % of the others mistaken ${needs}`, () => {
    const rows = readFileSync(pairsFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
      .filter(({ policy }) => policy === undefined);
    const share = (equal: boolean): number => {
      const those = rows.filter((row) => row.equal === equal);
      expect(those.length).toBeGreaterThan(100);
      return those.filter(({ gold, pred }) => areEquivalent(gold, pred)).length / those.length;
    };
    expect(share(true)).toBeGreaterThanOrEqual(0.99);
    expect(share(false)).toBeLessThanOrEqual(0.003);
  });
});

describe('the known answers of MATH-500', () => {
  it.skipIf(!existsSync(goldsFile))(
    `each equal itself and group with others of the same value (skipped without REFERENCE_DIR)`,
    () => {
      const golds = [...new Set(JSON.parse(readFileSync(goldsFile, 'utf8')) as string[])];
      expect(golds.length).toBeGreaterThan(200);
      const merged = groupAnswers(golds).groups.filter(({ forms }) => forms.length > 1);
      expect(merged.map(({ forms }) => forms)).toEqual([
        ['90^\\circ', '90'],
        ['5', 'x=5'],
        ['1,-2', '-2,1'],
        ['120^\\circ', '120'],
        ['36', '36^\\circ', '\\$36'],
        ['\\frac{1}{4}', '\\frac14'],
        ['30^\\circ', '30'],
        ['10,\\!080', '10080'],
        ['2 \\sqrt{5}', '2\\sqrt{5}'],
      ]);
      for (const gold of golds) expect(areEquivalent(gold, ` $${gold}$.`, { policy: 'strict' })).toBe(true);
    },
  );
});

const textsFile = join(folder, 'extraction.jsonl');

describe('reference texts', () => {
  it.skipIf(!existsSync(textsFile))(`98 % of the cases without a policy (skipped without REFERENCE_DIR)`, () => {
    const rows = readFileSync(textsFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { text: string; extracted: string | null; policy?: string })
      .filter((row) => row.policy === undefined);
    const right = rows.filter(({ text, extracted }) => {
      const found = extractAnswer(text, { fallback: 'last-number' });
      return found === null || extracted === null
        ? found === extracted
        : areEquivalent(found, extracted, { policy: 'strict' });
    });
    expect(rows.length).toBeGreaterThan(100);
    expect(right.length / rows.length).toBeGreaterThanOrEqual(0.98);
  });
});
