import { describe, expect, it } from 'vitest';
import { ModelCardState } from '../../../../src/app/session/model-card.svelte';
import type { MeasuredFacts } from '../../../../src/model/card';

const estimate = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
const facts = (accuracy: number): MeasuredFacts => ({
  problems: 60,
  paths: 8,
  passAt1: estimate(0.5),
  rules: { majority: estimate(accuracy) },
  overMajority: {},
  signals: { slip: { discrimination: estimate(0.9), rightByRank: [estimate(0.8)] } },
});
const OWN = facts(0.9);
const CARD = facts(0.7);

class MemoryStore {
  readonly values = new Map<string, string>();
  getItem = (key: string): string | null => this.values.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.values.set(key, value);
}

describe('what is known of a model', () => {
  it('is what the user has measured, across reloads, until the card counts again', async () => {
    const store = new MemoryStore();
    const open = async (id: string): Promise<ModelCardState> => {
      const card = new ModelCardState(id, async () => ({ families: [], measured: CARD }), store);
      await card.read('');
      return card;
    };
    const card = await open('a');
    expect([card.measured, card.isMeasuredHere]).toEqual([CARD, false]);
    card.take(OWN);
    const later = await open('a');
    expect([later.measured, later.isMeasuredHere]).toEqual([OWN, true]);
    expect((await open('b')).measured).toEqual(CARD);
    later.take(null);
    expect([(await open('a')).measured, (await open('a')).isMeasuredHere]).toEqual([CARD, false]);
  });

  it('is the card where what is stored is damaged', async () => {
    const store = new MemoryStore();
    store.setItem('sasc-lab.measured', '{"a":{"all":1}}');
    const card = new ModelCardState('a', async () => ({ families: [], measured: CARD }), store);
    await card.read('');
    expect(card.measured).toEqual(CARD);
  });
});
