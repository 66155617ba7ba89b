import { describe, expect, it } from 'vitest';
import { Sampler } from '../../../src/cpu/sampler';
import { drawnToken, nucleusProbabilities, referenceStep } from '../../../src/engine/reference/sampling';
import { mulberry32 } from '../../../src/method/random';
import { stabilityOf } from '../../../src/method/stability';
import { uniformNumber } from '../../../src/policy/hash';
import { REPORTED_KS } from '../../../src/run/columns';
import type { RunSettings } from '../../../src/run/settings';

const PADDED = 384;
const ACTIVE = 381;
const SETTINGS: RunSettings = { paths: 3, seed: 5, temperature: 0.7, topP: 0.9, maxTokens: 8, entropyK: 17 };

function randomLogits(seed: number, spread = 6): Float32Array {
  const random = mulberry32(seed);
  return Float32Array.from({ length: PADDED }, (_, id) => (id < ACTIVE ? spread * (random() - 0.5) : 1000));
}

describe('the CPU sampler', () => {
  it.each([0.3, 0.9, 1])('writes the reference’s row and draws its token at top-p %s', (topP) => {
    const settings = { ...SETTINGS, topP };
    const sampler = new Sampler(ACTIVE, settings, []);
    const entropies: number[] = [];
    for (let step = 0; step < 40; step++) {
      const logits = randomLogits(step, 1 + step);
      const rows = sampler.rows([2], step, () => logits);
      const active = logits.subarray(0, ACTIVE);
      const expected = referenceStep(active);
      const token = rows.value(0, 'tokens');
      const u = uniformNumber(settings.seed, 2, step);
      expect(token).toBe(drawnToken(nucleusProbabilities(active, settings.temperature, topP), u));
      expect([rows.value(0, 'path'), rows.value(0, 'step'), rows.isBad(0)]).toEqual([2, step, false]);
      entropies.push(expected.entropy(settings.entropyK));
      expect(rows.value(0, 'entropy')).toBeCloseTo(entropies.at(-1) ?? NaN, 5);
      REPORTED_KS.forEach((k, i) => {
        expect(rows.values(0, 'entropyAtReportedK')[i]).toBeCloseTo(expected.entropy(k), 5);
      });
      expect(rows.value(0, 'logprob')).toBeCloseTo(expected.logprobs[token] ?? NaN, 4);
      expect(rows.value(0, 'confidence')).toBeCloseTo(expected.confidence, 4);
      expect(rows.value(0, 'meanLogprob')).toBeCloseTo(expected.meanLogprob, 4);
      expect([...rows.values(0, 'alternativeToken')]).toEqual(expected.ranked.slice(0, 5));
      expect(rows.value(0, 'runningVariance')).toBeCloseTo((stabilityOf(entropies) ?? NaN) ** 2, 5);
    }
  });

  it('never draws padding or a token of −∞, and breaks ties by the lower id', () => {
    const logits = new Float32Array(PADDED).fill(-Infinity);
    logits.fill(50, ACTIVE);
    logits[7] = 1;
    logits[300] = 1;
    const sampler = new Sampler(ACTIVE, { ...SETTINGS, topP: 1 }, []);
    const drawn = new Set<number>();
    for (let step = 0; step < 50; step++) drawn.add(sampler.rows([0], step, () => logits).value(0, 'tokens'));
    expect([...drawn].sort((a, b) => a - b)).toEqual([7, 300]);
    const narrow = new Sampler(ACTIVE, { ...SETTINGS, topP: 0.1 }, []).rows([0], 0, () => logits);
    expect(narrow.value(0, 'tokens')).toBe(7);
    expect([...narrow.values(0, 'alternativeToken')].slice(0, 2)).toEqual([7, 300]);
  });

  it.each([NaN, Infinity])('marks a row whose logits hold %s', (value) => {
    const logits = randomLogits(1);
    logits[9] = value;
    const sampler = new Sampler(ACTIVE, SETTINGS, []);
    expect(sampler.rows([0], 0, () => logits).isBad(0)).toBe(true);
    logits[9] = 0;
    logits[ACTIVE] = value;
    expect(sampler.rows([0], 0, () => logits).isBad(0)).toBe(false);
  });
});
