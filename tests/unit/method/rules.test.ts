import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confidenceWindow } from '../../../src/method/confidence';
import { lengthAdjusted } from '../../../src/method/length-adjusted';
import {
  allowedRules,
  elect,
  electsRight,
  lackingData,
  RULE_IDS,
  type RuleId,
  type RulePath,
} from '../../../src/method/rules';
import { signalOf } from '../../../src/method/signals';
import { vote } from '../../../src/method/vote';
import golden from './rules.golden.json';

const perToken = (tokens: number, value: (t: number) => number) =>
  Float64Array.from({ length: tokens }, (_, t) => value(t));

const logprobAt = (i: number, t: number) => -0.4 - 0.3 * Math.sin(1.3 * i) - 0.2 * Math.cos(0.3 * t);

/** The paths that rules.golden.json was computed from. */
const GOLDEN_PATHS = [0, 1, 0, null, 2, 1, 0, 1, 2, 1, 0, 1].map((group, i): RulePath => {
  const tokens = 40 + ((i * 53) % 97) * 3;
  return {
    group,
    tokens,
    stability: 0.2 + 0.05 * ((i * 7) % 12) + 0.0007 * tokens + 0.003 * i,
    confidence: perToken(tokens, (t) => 8 + 3 * Math.sin(0.7 * i) + 4 * Math.sin(0.11 * t * (1 + 0.1 * i))),
    logprob: perToken(tokens, (t) => logprobAt(i, t)),
    likeliest: perToken(
      tokens,
      (t) => logprobAt(i, t) + 3 * Math.abs(Math.sin(0.9 * i)) * Math.max(0, Math.sin(0.37 * t)),
    ),
    text: (group ?? 9) * 10 + (i % 4),
    meanLogprob: perToken(tokens, (t) => -14 - 2 * Math.cos(2.1 * i) + Math.sin(0.2 * t + i)),
  };
});

/** Paths of one token with [group, confidence]. */
const confident = (...pairs: [number | null, number][]): RulePath[] =>
  pairs.map(([group, confidence]) => ({ group, confidence: [confidence] }));

describe('the rules on vectors of an independent implementation', () => {
  it.each(Object.entries(golden.elections))('%s', (id, { group, share }) => {
    const elected = elect(id as RuleId, GOLDEN_PATHS);
    expect(elected?.group).toBe(group);
    expect(elected?.share).toBeCloseTo(share, 7);
  });

  it('every rule but the oracle has a vector', () => {
    expect([...Object.keys(golden.elections), 'oracle'].sort()).toEqual([...RULE_IDS].sort());
  });

  it('CISC at another temperature', () => {
    const cold = elect('cisc', GOLDEN_PATHS, { ciscTemperature: 0.05 });
    expect(cold?.group).toBe(golden['ciscAtT0.05'].group);
    expect(cold?.share).toBeCloseTo(golden['ciscAtT0.05'].share, 10);
  });

  it('the log-probability rule with sharper weights', () => {
    const sharp = elect('log-probability', GOLDEN_PATHS, { likelihoodSoftness: 1 });
    expect(sharp?.group).toBe(golden.logProbabilityAt1.group);
    expect(sharp?.share).toBeCloseTo(golden.logProbabilityAt1.share, 10);
  });

  it('the window', () => {
    const lengths = GOLDEN_PATHS.flatMap(({ group, tokens }) => (group === null ? [] : [tokens ?? 0]));
    expect(confidenceWindow(lengths)).toBe(golden.window);
    expect([confidenceWindow([20, 60]), confidenceWindow([2000])]).toEqual([32, 128]);
  });
});

describe('a rule', () => {
  const list = [0.9, 0.8, 0.7, 0.05, 0.3, 0.95, 0.85].map((stability, i) => ({
    group: [0, 0, 0, 1, 1, 1, 0][i] ?? 0,
    stability,
  }));

  it('of the SASC family is the vote with the options that its name says', () => {
    expect(elect('sasc', list)).toEqual(vote(list).sasc);
    expect(elect('sasc-pool', list)).toEqual(vote(list, { zVariant: 'pool' }).sasc);
    expect(elect('sasc-soft', list)).toEqual(vote(list, { softness: 4 }).sasc);
    expect(elect('sasc-soft', list, { softness: 2 })).toEqual(vote(list, { softness: 2 }).sasc);
    expect(elect('weight-only', list)).toEqual(vote(list, { gatePercentile: null }).sasc);
    expect(elect('gate-only', list)).toEqual({ group: 0, share: 3 / 5 });
    expect(elect('majority', list)).toEqual({ group: 0, share: 4 / 7 });
  });

  it('that lacks data elects nobody and is not offered', () => {
    expect(allowedRules(list)).toEqual([
      'majority',
      'sasc',
      'sasc-pool',
      'sasc-soft',
      'gate-only',
      'weight-only',
      'sasc-robust',
    ]);
    expect(lackingData('likelihood-share', list)).toEqual(['pathLogprob', 'text']);
    expect(lackingData('slip', [{ group: 0, logprob: [-1] }])).toEqual(['slip']);
    expect(lackingData('slip', [{ group: 0, logprob: [], likeliest: [] }])).toEqual(['slip']);
    expect(lackingData('sasc', list)).toEqual([]);
    expect(elect('cisc', list)).toBeNull();
    expect(allowedRules([{ group: 0 }, { group: null }])).toEqual(['majority']);
    expect(elect('deepconf-mean', [...confident([0, 3]), { group: 0, confidence: [] }])).toBeNull();
    expect(elect('deepconf-mean', confident([0, 3], [1, Infinity]))).toBeNull();
    expect(allowedRules([{ group: 0, stability: null }])).toEqual(['majority']);
  });

  it('asks nothing of a path without an answer', () => {
    expect(
      allowedRules([
        { group: null, stability: null },
        { group: 1, stability: 0.2 },
      ]),
    ).toContain('sasc');
    expect(elect('deepconf-mean', confident([null, 99], [0, 1], [1, 3]))).toEqual({ group: 1, share: 3 / 4 });
    expect(elect('majority', [{ group: null }])).toBeNull();
  });

  it('gives equally certain paths one rank, so that their order does not matter', () => {
    const certain = (group: number, certainty: number): RulePath => ({ group, meanLogprob: [-certainty] });
    const share = (4 ** 0.5 * 2) / (4 ** 0.5 * 2 + 2 ** 0.5 + 1);
    const elected = elect('self-certainty', [certain(0, 5), certain(1, 9), certain(1, 9), certain(2, 1)]);
    expect(elected).toEqual({ group: 1, share: expect.closeTo(share, 12) as number });
  });

  it('refuses a temperature of nought', () => {
    expect(() => elect('cisc', list, { ciscTemperature: 0 })).toThrow(
      "CISC's temperature should be above 0, but is 0.",
    );
  });

  it('the oracle elects the right answer wherever a path has it', () => {
    const judged = list.map((path) => ({ ...path, correct: path.group === 1 }));
    expect(elect('oracle', judged)).toEqual({ group: 1, share: 3 / 7 });
    expect(electsRight('oracle', judged)).toBe(true);
    expect(electsRight('majority', judged)).toBe(false);
    expect(
      elect(
        'oracle',
        list.map((path) => ({ ...path, correct: false })),
      ),
    ).toBeNull();
  });
});

describe('lengthAdjusted', () => {
  it('removes what length explains, and no more', () => {
    const tokens = [10, 20, 30, 40];
    const linear = tokens.map((count) => ({ tokens: count, stability: 0.1 + 0.01 * count }));
    expect(lengthAdjusted(linear)).toEqual([0, 0, 0, 0]);
    const level = [0.3, 0.1, 0.2].map((stability) => ({ tokens: 7, stability }));
    expect(lengthAdjusted(level)).toEqual([0.2, 0, 0.1].map((nats) => expect.closeTo(nats, 9) as number));
  });
});

/** Paths with all data. Grids keep ties likely and sums exact in any order. */
const anyPath = fc
  .record({
    group: fc.option(fc.nat(3), { freq: 8 }),
    hundredths: fc.nat(150),
    tokens: fc.integer({ min: 1, max: 150 }),
    halves: fc.array(fc.nat(40), { minLength: 1, maxLength: 70 }),
    text: fc.nat(2),
    correct: fc.boolean(),
  })
  .map(({ group, hundredths, tokens, halves, text, correct }): RulePath => {
    const confidence = halves.map((half) => half / 2 + 0.5);
    const negative = confidence.map((value) => -value);
    const stability = hundredths / 100;
    return {
      group,
      stability,
      tokens,
      confidence,
      logprob: negative,
      likeliest: negative.map((value) => value / 2),
      meanLogprob: negative,
      // A text has one answer and one probability.
      text: text + 3 * halves.reduce((code, half) => (code * 41 + half) % 1_000_003, (group ?? 9) + 1),
      correct: correct && group === 0,
    };
  });
const shuffled = fc
  .array(anyPath, { maxLength: 24 })
  .chain((paths) => fc.tuple(fc.constant(paths), fc.shuffledSubarray(paths, { minLength: paths.length })));

describe('every rule', () => {
  it.each(RULE_IDS)('%s: the order of the paths decides nothing but ties', (id) => {
    fc.assert(
      fc.property(shuffled, ([paths, reordered]) => {
        const [before, after] = [elect(id, paths), elect(id, reordered)];
        expect(after?.share ?? -1).toBeCloseTo(before?.share ?? -1, 9);
        // Another winner has tied with the first, so that each wins where it is seen first.
        expect(elect(id, groupFirst(paths, after?.group))?.group).toBe(after?.group);
        expect(elect(id, groupFirst(reordered, before?.group))?.group).toBe(before?.group);
      }),
      { seed: 5 },
    );
  });

  it.each(RULE_IDS)('%s elects an answer that a path gave, with a share of no less than an equal part', (id) => {
    fc.assert(
      fc.property(fc.array(anyPath, { maxLength: 24 }), (paths) => {
        const given = new Set(paths.flatMap(({ group }) => (group === null ? [] : [group])));
        const elected = elect(id, paths);
        if (elected === null) {
          expect(given.size === 0 || id === 'oracle').toBe(true);
          return;
        }
        expect(given.has(elected.group)).toBe(true);
        expect(elected.share).toBeLessThanOrEqual(1 + 1e-12);
        if (id !== 'oracle') expect(elected.share).toBeGreaterThanOrEqual(1 / given.size - 1e-9);
      }),
      { seed: 6 },
    );
  });
});

describe('rules on what was drawn', () => {
  const drawn = (group: number, total: number, text = group): RulePath => ({
    group,
    text,
    signals: { pathLogprob: total, slip: -total },
  });

  it('take figures that somebody has computed, as if they had computed them', () => {
    const figures = GOLDEN_PATHS.map(({ group, text, logprob, likeliest }): RulePath => ({
      group,
      text,
      signals: {
        pathLogprob: signalOf({ logprob }, 'pathLogprob', () => NaN) ?? null,
        slip: signalOf({ logprob, likeliest }, 'slip', () => NaN) ?? null,
      },
    }));
    for (const id of ['log-probability', 'slip', 'likelihood-share'] as const) {
      expect(elect(id, figures)).toEqual(elect(id, GOLDEN_PATHS));
    }
  });

  it('stay finite where every path is next to impossible', () => {
    const paths = [drawn(0, -1e4), drawn(1, -1e4 - 3), drawn(1, -1e4 - 3), drawn(1, -2e4, 9)];
    for (const id of ['log-probability', 'slip', 'likelihood-share'] as const) {
      const elected = elect(id, paths);
      expect(elected?.share).toBeGreaterThan(0);
      expect(elected?.share).toBeLessThanOrEqual(1);
    }
    // Two copies of a text are one text; e^−20000 adds nothing to e^−10003.
    const share = 1 / (1 + Math.exp(-3));
    expect(elect('likelihood-share', paths)).toEqual({ group: 0, share: expect.closeTo(share, 12) as number });
  });

  it('elect nobody where a figure is not a number, and are not offered where it is missing', () => {
    const paths = [drawn(0, -1), drawn(1, NaN)];
    for (const id of ['log-probability', 'slip', 'likelihood-share'] as const) expect(elect(id, paths)).toBeNull();
    expect(lackingData('log-probability', [drawn(0, -1), { group: 1, signals: { pathLogprob: null } }])).toEqual([
      'pathLogprob',
    ]);
    expect(lackingData('log-probability', [drawn(0, -1), { group: null, signals: { pathLogprob: null } }])).toEqual([]);
  });

  it('the log-probability rule does not care for the scale of the figures', () => {
    const anyTotals = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: -400, max: 0 })), { minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(anyTotals, fc.constantFrom(0.25, 4, 64), (totals, scale) => {
        const [plain, scaled] = [1, scale].map((factor) =>
          elect(
            'log-probability',
            totals.map(([group, total]) => drawn(group, factor * total)),
          ),
        );
        expect(scaled?.group).toBe(plain?.group);
        expect(scaled?.share).toBeCloseTo(plain?.share ?? NaN, 9);
      }),
      { seed: 7 },
    );
  });
});

describe('sasc-robust', () => {
  const noise = fc.double({ min: 0, max: 1e-4, noNaN: true });

  it('lets no noise split equal paths: of n equal ones and one a little steadier the n win, however many they are', () => {
    const outvoted = (id: RuleId) => (n: number, less: number) => {
      const equal = Array.from({ length: n }, () => ({ group: 0, stability: 0.2 }));
      return elect(id, [{ group: 1, stability: 0.2 - less }, ...equal])?.group === 1;
    };
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 63 }), noise, (n, less) => !outvoted('sasc-robust')(n, less)),
      { seed: 8 },
    );
    // As published, one path of 13 weighs 32 against the 9 of all others.
    expect(outvoted('sasc')(12, 1e-6)).toBe(true);
  });

  it('is SASC as published where the spread is real', () => {
    expect(elect('sasc-robust', GOLDEN_PATHS, { spreadFloor: 0 })).toEqual(elect('sasc', GOLDEN_PATHS));
  });
});

/** The same paths, those of one group first: where it ties with others it now wins. */
function groupFirst(paths: readonly RulePath[], group: number | undefined): RulePath[] {
  return paths.toSorted((a, b) => Number(b.group === group) - Number(a.group === group));
}
