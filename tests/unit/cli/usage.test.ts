import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { numeric, readOptions } from '../../../src/cli/usage';

const Schema = v.object({
  problem: v.string(),
  paths: v.optional(numeric, '16'),
  z: v.optional(v.picklist(['survivors', 'pool']), 'survivors'),
  softness: v.optional(v.pipe(numeric, v.minValue(0.05)), '1'),
  json: v.optional(v.boolean(), false),
});

describe('readOptions', () => {
  it('reads values and fills in defaults', () => {
    expect(readOptions(['--problem', 'x=1', '--paths', '8', '--softness', 'Infinity', '--json'], Schema)).toEqual({
      problem: 'x=1',
      paths: 8,
      z: 'survivors',
      softness: Infinity,
      json: true,
    });
  });

  it('takes a problem that starts with a minus after an equals sign', () => {
    expect(readOptions(['--problem=-1+2'], Schema).problem).toBe('-1+2');
  });

  it.each([
    [[], '--problem is missing.'],
    [['--problem', 'x', '--paths', 'many'], '--paths should be a number, but is "many".'],
    [['--problem', 'x', '--paths', ' '], '--paths should be'],
    [['--problem', 'x', '--z', 'both'], '--z should be ("survivors" | "pool"), but is "both".'],
    [['--problem', 'x', '--softness', '0'], '--softness should be >=0.05, but is "0".'],
    [['--problem'], "Option '--problem <value>' argument missing"],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['solve'], "Unexpected argument 'solve'"],
  ])('%j → %s', (argv, message) => {
    expect(() => readOptions(argv, Schema)).toThrow(expect.objectContaining({ name: 'UsageError' }));
    expect(() => readOptions(argv, Schema)).toThrow(message);
  });
});
