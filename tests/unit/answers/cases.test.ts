import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { areEquivalent } from '../../../src/answers/equivalence';
import { HOSTILE_PAIRS } from '../../fixtures/answers-hostile';

interface Case {
  readonly gold: string;
  readonly pred: string;
  /** By the lenient policy. */
  readonly equal: boolean;
  readonly strict: boolean;
  readonly kind: string;
}

const file = new URL('../../fixtures/answers-cases.jsonl', import.meta.url);
const cases = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

describe.each([...new Set(cases.map(({ kind }) => kind))])('answers of the kind "%s"', (kind) => {
  it.each(cases.filter((one) => one.kind === kind))('$gold, $pred', ({ gold, pred, equal, strict }) => {
    expect(areEquivalent(gold, pred)).toBe(equal);
    expect(areEquivalent(pred, gold)).toBe(equal);
    expect(areEquivalent(gold, pred, { policy: 'strict' })).toBe(strict);
    expect(areEquivalent(pred, gold, { policy: 'strict' })).toBe(strict);
    // Another spelling of the same text must not lean on the two strings being one.
    expect(areEquivalent(gold, ` ${gold} `, { policy: 'strict' })).toBe(true);
  });
});

describe('hostile answers', () => {
  it('are at least 75 pairs', () => expect(HOSTILE_PAIRS.length).toBeGreaterThanOrEqual(75));

  it.each(HOSTILE_PAIRS.map(([a, b]) => ({ a, b, name: `${a.slice(0, 40)} ≠ ${b.slice(0, 40)}` })))(
    '$name',
    ({ a, b }) => {
      for (const policy of ['strict', 'lenient'] as const) {
        const before = process.cpuUsage();
        expect(areEquivalent(a, b, { policy })).toBe(false);
        // Of processor time: other work on the machine says nothing about this.
        expect(process.cpuUsage(before).user / 1000).toBeLessThan(250);
      }
    },
  );
});
