import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CARD_FILE, readCard } from '../../../src/model/card';
import type { ModelSource } from '../../../src/model/types';

const fileOf = (text: string): ModelSource => ({
  id: 'toy',
  read: (file) =>
    file === CARD_FILE ? Promise.resolve(new TextEncoder().encode(text)) : Promise.reject(new Error(`No ${file}.`)),
});

describe('a model card', () => {
  it('of the embedded model holds what the recorded paths say of each signal', async () => {
    const facts = await readCard(fileOf(await readFile(`public/models/tiny-math/${CARD_FILE}`, 'utf8')));
    expect(facts?.problems).toBe(500);
    const { pathLogprob, slip, stability } = facts?.signals ?? {};
    for (const signal of [pathLogprob, slip]) expect(signal?.discrimination?.value).toBeCloseTo(0.97, 2);
    expect(stability?.discrimination?.value).toBeCloseTo(0.688, 3);
    expect(slip?.rightByRank).toHaveLength(16);
    for (const { value, low, high } of slip?.rightByRank ?? []) {
      expect(low).toBeLessThanOrEqual(value);
      expect(value).toBeLessThanOrEqual(high);
    }
  });

  it('that is older than signals is read without them; one of another layout is none', async () => {
    const estimate = { value: 0.5, low: 0.4, high: 0.6 };
    const all = { problems: 1, paths: 2, passAt1: estimate, rules: { majority: estimate }, overMajority: {} };
    expect(await readCard(fileOf(JSON.stringify({ all })))).toEqual({ ...all, signals: {} });
    expect(await readCard(fileOf('{}'))).toBeNull();
  });
});
