import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { nearestOffered, type Settings } from '../../../src/run/setting';
import {
  checkedEntries,
  forgivingEntries,
  offeredEntries,
  storedNames,
  storedObject,
} from '../../../src/run/setting-schemas';

const SETTINGS = {
  count: {
    kind: 'whole',
    flag: 'count',
    unit: 'N',
    min: 1,
    default: 3,
    offered: { min: 2, max: 9, step: 1 },
    about: '',
  },
  level: {
    kind: 'real',
    flag: 'level',
    unit: 'L',
    above: 0,
    isInfinityAllowed: true,
    default: 1,
    stored: 'lvl',
    about: '',
  },
  way: { kind: 'choice', flag: 'way', choices: ['a', 'b'], default: 'a', about: '' },
  strict: { kind: 'flag', flag: 'strict', default: false, about: '' },
} as const satisfies Settings;

const VALUES = { count: 4, level: 0.5, way: 'b', strict: true } as const;

describe('the schemas of specified settings', () => {
  it('take what an engine takes, or only what a control offers', () => {
    const checked = v.object(checkedEntries(SETTINGS));
    const offered = v.object(offeredEntries(SETTINGS));
    expect(v.is(checked, { ...VALUES, count: 1, level: Infinity })).toBe(true);
    expect(v.is(offered, { ...VALUES, count: 1 })).toBe(false);
    expect(v.is(offered, VALUES)).toBe(true);
    const result = v.safeParse(checked, { ...VALUES, count: 0.5 });
    expect(result.issues?.map(({ message }) => message)).toEqual(['Expected a whole number from 1.']);
  });

  it.each([
    ['count', 10],
    ['level', '0.5'],
    ['way', 'c'],
    ['strict', 1],
  ] as const)('a damaged %s falls back alone', (name, wrong) => {
    const damaged = { ...VALUES, [name]: wrong };
    const read = v.parse(v.object(forgivingEntries(SETTINGS)), damaged);
    expect(read).toEqual({ ...VALUES, [name]: SETTINGS[name].default });
  });

  it('write a setting under its stored name, and read it back', () => {
    const stored = storedNames(SETTINGS, { ...VALUES, other: 'x' });
    expect(stored).toEqual({ count: 4, lvl: 0.5, way: 'b', strict: true, other: 'x' });
    const schema = storedObject(SETTINGS, { ...checkedEntries(SETTINGS), other: v.optional(v.string()) });
    expect(v.parse(schema, stored)).toEqual({ ...VALUES, other: 'x' });
    expect(v.parse(schema, storedNames(SETTINGS, VALUES))).toEqual(VALUES);
    expect(v.is(schema, VALUES)).toBe(false);
  });

  it('know the nearest values that controls can show', () => {
    expect(nearestOffered(SETTINGS, { ...VALUES, count: 1 })).toEqual({ ...VALUES, count: 2 });
    expect(nearestOffered(SETTINGS, { ...VALUES, count: 10, level: 7 })).toEqual({ ...VALUES, count: 9, level: 7 });
  });
});
