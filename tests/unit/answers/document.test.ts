import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { areEquivalent } from '../../../src/answers/equivalence';

const ROW = /^\|[^|`]*\| `([^`]*)` \| `([^`]*)` \| ([=≠]) \| ([=≠]) \|$/;

const lines = readFileSync(new URL('../../../docs/ANSWERS.md', import.meta.url), 'utf8').split('\n');
const rows = lines.flatMap((line) => {
  const match = ROW.exec(line);
  return match === null ? [] : [match.slice(1) as [string, string, string, string]];
});

describe('docs/ANSWERS.md', () => {
  it('has a table of which every row is read', () => {
    expect(rows.length).toBeGreaterThan(60);
    expect(lines.filter((line) => line.startsWith('|')).length).toBe(rows.length + 2);
  });

  it.each(rows)('%s and %s: strict %s, lenient %s', (a, b, strict, lenient) => {
    expect(areEquivalent(a, b, { policy: 'strict' }) ? '=' : '≠').toBe(strict);
    expect(areEquivalent(a, b, { policy: 'lenient' }) ? '=' : '≠').toBe(lenient);
  });
});
