import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/policy/types';
import { libraryError } from '../../../src/webllm/errors';
import { LogitTap } from '../../../src/webllm/logit-tap';
import { progressOf } from '../../../src/webllm/progress';
import { pathSeed } from '../../../src/webllm/seeds';

describe('seeds', () => {
  it('are 31-bit, differ from path to path and run to run, and are the same again', () => {
    const seeds = [0, 1, 2, 4_294_967_295].flatMap((seed) =>
      Array.from({ length: 64 }, (_, path) => pathSeed(seed, path)),
    );
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 1 && seed < 2 ** 31 - 1)).toBe(true);
    expect(pathSeed(7, 3)).toBe(pathSeed(7, 3));
  });

  it("spread the generator's first number over [0, 1), small seeds too", () => {
    // WebLLM: x → 48271 x mod 2^31 − 1. Seed 1 itself gives 0.00002: always the likeliest token.
    const first = Array.from({ length: 1000 }, (_, path) => {
      return Number((48_271n * BigInt(pathSeed(1, path))) % 2_147_483_647n) / 2_147_483_647;
    });
    const tenths = Array.from({ length: 10 }, (_, i) => first.filter((u) => Math.floor(10 * u) === i).length);
    // Four standard deviations of a binomial count of 1000 draws at 0.1.
    for (const count of tenths) expect(Math.abs(count - 100)).toBeLessThan(38);
  });
});

describe('progress', () => {
  it('is the weights by bytes, then the shaders by number', () => {
    const fetching = 'Fetching param cache[3/30]: 120MB fetched. 15% completed, 4 secs elapsed.';
    expect(progressOf({ progress: 0.15, text: fetching }, 1000)).toEqual({
      phase: 'weights',
      done: 150,
      total: 1000,
      unit: 'bytes',
    });
    const shaders = 'Loading GPU shader modules[12/87]: 13% completed, 1 secs elapsed.';
    expect(progressOf({ progress: 0.13, text: shaders }, 1000)).toEqual({
      phase: 'pipelines',
      done: 12,
      total: 87,
      unit: 'items',
    });
  });
});

describe('errors', () => {
  it('of WebLLM get the codes of the page', () => {
    const named = (name: string) => Object.assign(new Error('What happened.'), { name });
    expect(libraryError(named('ShaderF16SupportError'))).toMatchObject({ code: 'feature-missing' });
    expect(libraryError(named('DeviceLostError'))).toMatchObject({ code: 'out-of-memory', message: 'What happened.' });
    expect(libraryError(named('DeviceLostError'))).toBeInstanceOf(EngineError);
    const other = named('SomethingElse');
    expect(libraryError(other)).toBe(other);
    expect(libraryError('text')).toBe('text');
  });
});

describe('the logit tap', () => {
  it('hands over each row with its token, and keeps padding from being sampled', () => {
    const tap = new LogitTap(3);
    const seen: [number[], number][] = [];
    tap.onToken = (logits, token) => seen.push([[...logits.subarray(0, 3)], token]);
    const sampledFrom = tap.processLogits(Float32Array.of(1, 2, 3, 99, 99));
    expect([...sampledFrom.subarray(0, 3)]).toEqual([1, 2, 3]);
    expect(Math.max(...sampledFrom.subarray(3))).toBeLessThan(-1e29);
    tap.processSampledToken(2);
    tap.processSampledToken(1);
    expect(seen).toEqual([[[1, 2, 3], 2]]);
    tap.processLogits(Float32Array.of(4, 5, 6, 0, 0));
    tap.resetState();
    tap.processSampledToken(0);
    expect(seen).toHaveLength(1);
  });
});
